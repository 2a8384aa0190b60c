#!/opt/nncourse/made/venv/bin/python
"""Exit 0 if the Jupyter server of this container answers. It finds port, base URL and token in the file that the server
writes at its start; the newest one, since a server that was killed leaves its file."""
import glob
import json
import os
import sys
import urllib.error
import urllib.request

folders = [os.environ.get("JUPYTER_RUNTIME_DIR", ""), "/home/jovyan/work/.course/jupyter/runtime", os.path.expanduser("~/.local/share/jupyter/runtime")]
files = [f for d in folders if d for f in glob.glob(os.path.join(d, "jpserver-*.json"))]
if not files:
    sys.exit("no server has started")
with open(max(files, key=os.path.getmtime)) as f:
    server = json.load(f)
request = urllib.request.Request(
    f"http://127.0.0.1:{server['port']}{server['base_url']}api/status",
    headers={"Authorization": "token " + server.get("token", "")})
try:
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=4)
except urllib.error.HTTPError as e:
    if e.code not in (401, 403):  # in a hub it answers, and wants the hub's word first
        sys.exit(f"status {e.code}")
