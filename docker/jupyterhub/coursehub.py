"""What the hub of a class is made of, whatever starts the students' servers.

jupyterhub_config.py (a container for each student) and local_config.py (a process under a user id of its own) call
configure(). As a program it makes the class's passwords:

    python coursehub.py passwords
"""

import asyncio
import csv
import dbm
import os
import re
import secrets
import sys
from pathlib import Path

# The same rule as the exchange has (grading/exchange), in lower case, as JupyterHub makes all names.
NAME = re.compile(r"[a-z0-9_][a-z0-9._@+-]{0,63}")


PROXY = """
from tornado.httpclient import AsyncHTTPClient
AsyncHTTPClient.configure(None, max_clients=1000, max_body_size=1 << 30)
from configurable_http_proxy.cli import main
main()
"""


def setting(name, default=None):
    """A setting from the environment; without a default it must be there."""
    value = os.environ.get(name) or default
    if value is None:
        sys.exit(f"{name} is not set: see docker/jupyterhub/README.md")
    return value


def read_class(folder):
    """(students, teachers) of a class: student_id in students.csv, which is also grading's --roster; the lines of teachers.txt."""
    with open(Path(folder) / "students.csv", newline="", encoding="utf-8-sig") as f:
        students = [row["student_id"].strip() for row in csv.DictReader(f)]
    teachers = [line.strip() for line in (Path(folder) / "teachers.txt").read_text(encoding="utf-8").splitlines()]
    teachers = [name for name in teachers if name and not name.startswith("#")]
    for name in students + teachers:
        if not NAME.fullmatch(name):
            sys.exit(f"{name!r} in {folder} is not of lower-case letters, digits and . _ @ + - alone")
    both = set(students) & set(teachers)
    if both or len(set(students)) != len(students):
        sys.exit(f"somebody is in {folder} twice: {sorted(both) or 'in students.csv'}")
    return students, teachers


def passwords_file(state):
    return str(Path(state) / "passwords.dbm")


def make_passwords(state, names):
    """Gives everybody of names who has none a password, and returns the new ones. Only their bcrypt hashes are stored."""
    import bcrypt

    new = {}
    Path(state).mkdir(mode=0o700, parents=True, exist_ok=True)
    with dbm.open(passwords_file(state), "c", 0o600) as db:
        for name in names:
            if name.encode() not in db:
                new[name] = secrets.token_urlsafe(9)
                db[name.encode()] = bcrypt.hashpw(new[name].encode(), bcrypt.gensalt())
    return new


def with_passwords(state, names):
    """Those of names who have a password. FirstUseAuthenticator lets the others choose one, that is, whoever comes first."""
    try:
        with dbm.open(passwords_file(state), "r") as db:
            return [name for name in names if name.encode() in db]
    except dbm.error:
        return []


def configure(c, *, server, owner, teacher=None, course="course"):
    """Sets what all hubs of the course have in common, and returns (students, teachers).

    server   the command of a single-user server
    owner    for a spawner, the (uid, gid) that the student's files have
    teacher  the (uid, gid) that the exchange belongs to; None leaves it to whom the hub runs as
    """
    folder, state, exchange = setting("COURSE_CLASS"), setting("COURSE_HUB_STATE"), setting("COURSE_EXCHANGE")
    students, teachers = read_class(folder)
    Path(state).mkdir(mode=0o700, parents=True, exist_ok=True)
    allowed = set(with_passwords(state, students + teachers))
    if missing := set(students + teachers) - allowed:
        print(f"{len(missing)} of the class cannot log in before coursehub.py passwords was run: {sorted(missing)[:5]} …", file=sys.stderr)

    hub = c.JupyterHub
    hub.db_url = f"sqlite:///{Path(state) / 'jupyterhub.sqlite'}"
    hub.cookie_secret_file = str(Path(state) / "cookie_secret")
    hub.cleanup_servers = False  # a hub that is started anew finds the servers again
    hub.concurrent_spawn_limit = int(setting("COURSE_SPAWNS", "10"))
    hub.active_server_limit = int(setting("COURSE_SERVERS", "0"))  # 0: no limit

    # Who may come in: the class, with passwords that the teacher hands out. Exchange this block for OAuthenticator or
    # LTIAuthenticator where the school has accounts.
    hub.authenticator_class = "firstuseauthenticator.FirstUseAuthenticator"
    c.FirstUseAuthenticator.dbm_path = passwords_file(state)
    c.FirstUseAuthenticator.create_users = False
    c.FirstUseAuthenticator.min_password_length = 8
    c.Authenticator.allow_all = False
    c.Authenticator.allowed_users = allowed
    c.Authenticator.username_pattern = f"^{NAME.pattern}$"

    # A teacher may see who is there, start and stop students' servers, and open them to help. A student has only the own one.
    hub.load_groups = {"students": {"users": students}, "teachers": {"users": teachers}}
    culler = ["list:users", "read:users:activity", "read:servers", "delete:servers"]
    hub.load_roles = [
        {"name": "teacher", "groups": ["teachers"],
         "scopes": ["admin-ui", "list:users", "read:servers", "servers!group=students", "access:servers!group=students"]},
        {"name": "idle-culler", "services": ["idle-culler"], "scopes": culler},
    ]
    hub.services = [{"name": "idle-culler", "command": [
        sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={setting('COURSE_IDLE_SECONDS', '3600')}", "--cull-every=120"]}]

    # The proxy is the one from hub.lock, in Python, and listens for the hub on the loopback only.
    # By itself it would carry ten requests at a time, give up on one after 20 s, and refuse an answer of over 100 MB.
    c.ConfigurableHTTPProxy.command = [sys.executable, "-c", PROXY, "--proxy-timeout=600000"]
    c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{setting('COURSE_PROXY_API_PORT', '8001')}"

    spawner = c.Spawner
    spawner.cmd = server
    spawner.default_url = "/lab"
    spawner.disable_user_config = True  # nothing in a student's home configures the server
    spawner.start_timeout = spawner.http_timeout = 300
    spawner.mem_limit = setting("COURSE_MEMORY", "2G")
    spawner.cpu_limit = float(setting("COURSE_CPUS", "1"))
    spawner.environment = {
        "COURSE_EXCHANGE": exchange,
        "COURSE_STUDENT": lambda s: s.user.name,
        "PYTHONNOUSERSITE": "1",
    }

    async def prepare(s):
        """Makes the student's folders of the exchange before the server starts."""
        if s.user.name in teachers:
            return
        args = [course, "exchange", "prepare", s.user.name, "--exchange", exchange]
        if uid_gid := owner(s):
            args += ["--owner", "%d:%d" % uid_gid]
        if teacher:
            args += ["--teacher", "%d:%d" % teacher]
        process = await asyncio.create_subprocess_exec(*args, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
        out, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"course exchange prepare: {out.decode(errors='replace')}")

    spawner.pre_spawn_hook = prepare
    return students, teachers


if __name__ == "__main__":
    if sys.argv[1:] != ["passwords"]:
        sys.exit(__doc__)
    class_students, class_teachers = read_class(setting("COURSE_CLASS"))
    out = csv.writer(sys.stdout)
    out.writerow(["name", "password"])
    out.writerows(make_passwords(setting("COURSE_HUB_STATE"), class_students + class_teachers).items())
