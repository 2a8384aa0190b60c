"""Executes one notebook headless and reports each cell as a line of JSON on standard output.

usage: python run_notebook.py IN.ipynb OUT.ipynb TIMEOUT_SECONDS MAX_OUTPUT_BYTES

Events: {"event":"start","cells":N}, {"event":"cell","index":i,"number":n,"seconds":s},
{"event":"error","index":i,"kind":"error|timeout|dead|output|kernel|stopped","message":"…"}, {"event":"done","seconds":s}.
OUT is written in every case, with what was executed so far. Exit code 0 if every cell ran, 1 if one failed.
`course run` is the caller. However this ends, the kernel's process group ends with it: a cell that ignores the
interrupt, or that prints without end, does not survive.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError


def say(**event):
    print(json.dumps(event), flush=True)


def merge_streams(cell):
    """Joins neighbouring outputs of one stream. (nbclient's coalesce_streams would also move text across a figure.)"""
    merged = []
    for o in cell.outputs:
        last = merged[-1] if merged else None
        if last is not None and o.output_type == last.output_type == "stream" and o.name == last.name:
            last.text += o.text
        else:
            merged.append(o)
    for o in merged:
        if o.output_type == "stream" and "\r" in o.text:  # a bar that redraws its line: keep what stands there in the end
            o.text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in o.text.split("\n"))
    cell.outputs = merged


class Client(NotebookClient):
    limit = 0  # bytes that one cell may print
    seen = 0
    target = ""
    index = -1
    kernel = 0  # its process

    def process_message(self, msg, cell, cell_index):
        self.seen += len(str(msg.get("content", "")))
        if self.seen > self.limit:
            self.stop("output", f"the cell printed more than {self.limit} bytes")
        return super().process_message(msg, cell, cell_index)

    def stop(self, kind, message):
        """Reports why, stores what there is, and ends this program with its kernel."""
        say(event="error", index=self.index, kind=kind, message=message)
        self.kill()
        nbformat.write(self.nb, self.target)
        say(event="done", seconds=0)
        os._exit(1)

    def kill(self):
        provisioner = getattr(self.km, "provisioner", None)
        group = getattr(provisioner, "pgid", None)
        try:
            if group and group != os.getpgrp():
                os.killpg(group, signal.SIGKILL)
            elif provisioner is not None and provisioner.process is not None:
                provisioner.process.kill()
        except ProcessLookupError:
            pass
        if self.kernel and shutil.which("pkill"):
            # Helpers outside the group (gopls) work in the kernel's temporary folder, which launch.sh names so.
            subprocess.run(["pkill", "-KILL", "-f", f"/course-kernel-{self.kernel}/"], check=False)


def main():
    source, target, timeout, limit = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    nb = nbformat.read(source, as_version=4)
    client = Client(nb, timeout=timeout, kernel_name="gonb", record_timing=False,
                    allow_errors=False, resources={"metadata": {"path": os.path.dirname(os.path.abspath(source))}})
    client.limit, client.target = limit, target
    signal.signal(signal.SIGTERM, lambda *_: client.stop("stopped", "the run was stopped"))
    start = time.time()
    code = 0
    say(event="start", cells=sum(c.cell_type == "code" for c in nb.cells))

    def failed(kind, message):
        nonlocal code
        code = 1
        say(event="error", index=client.index, kind=kind, message=message)

    try:
        with client.setup_kernel():
            client.kernel = client.km.provisioner.pid
            number = 0
            for index, cell in enumerate(nb.cells):
                if cell.cell_type != "code":
                    continue
                number += 1
                client.seen, client.index = 0, index
                began = time.time()
                try:
                    client.execute_cell(cell, index, execution_count=number)
                except CellTimeoutError:
                    failed("timeout", f"the cell ran longer than {timeout} s")
                except DeadKernelError:
                    failed("dead", "the kernel ended while the cell ran")
                except CellExecutionError as e:
                    text = "".join(o.get("text", "") for o in cell.outputs if o.output_type == "stream")
                    trace = "\n".join("\n".join(o.get("traceback", [])) for o in cell.outputs if o.output_type == "error")
                    failed("error", (text[-6000:] + "\n" + trace[-6000:]).strip() or str(e))
                merge_streams(cell)
                say(event="cell", index=index, number=number, seconds=round(time.time() - began, 3))
                if code:
                    client.kill()
                    break
    except Exception as e:  # the kernel could not start, or could not be stopped
        if code == 0:
            client.index = -1
            failed("kernel", f"{type(e).__name__}: {e}")
    client.kill()
    nbformat.write(nb, target)
    say(event="done", seconds=round(time.time() - start, 3))
    sys.stdout.flush()
    os._exit(code)


main()
