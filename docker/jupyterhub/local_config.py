"""A class on one machine without containers: each student's server is a process.

If the hub runs as root, each has a user id of its own, without an account on the machine, and a home that nobody else can
look into. If not, or with COURSE_ONE_USER=1, all run under the hub's user and can read each other's files: that is for trying
things out.
This is the configuration that the test runs (cmd/course/hub_test.go).
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import coursehub  # noqa: E402
from jupyterhub.spawner import LocalProcessSpawner  # noqa: E402

c = get_config()  # noqa: F821

ROOT = os.getuid() == 0 and not os.environ.get("COURSE_ONE_USER")
FIRST_UID = int(coursehub.setting("COURSE_FIRST_UID", "20000"))
HOMES = Path(coursehub.setting("COURSE_HOMES"))


def ids(spawner):
    """The user and group id: the hub never gives the number of a user to another one."""
    n = FIRST_UID + spawner.user.id
    return n, n


class UidSpawner(LocalProcessSpawner):
    """LocalProcessSpawner for users that the machine does not know."""

    @property
    def home(self):
        return HOMES / self.user.name

    def make_preexec_fn(self, name):
        HOMES.mkdir(mode=0o711, parents=True, exist_ok=True)
        self.home.mkdir(mode=0o700, exist_ok=True)
        uid, gid = ids(self)
        home = str(self.home)
        if ROOT:
            os.chown(home, uid, gid)

        def preexec():
            os.umask(0o077)
            if ROOT:
                os.setgroups([])
                os.setgid(gid)
                os.setuid(uid)
            os.chdir(home)

        return preexec

    def user_env(self, env):
        return env | {"USER": self.user.name, "LOGNAME": self.user.name, "HOME": str(self.home), "SHELL": "/bin/sh"}


coursehub.configure(
    c,
    server=[sys.executable, "-m", "jupyterhub.singleuser"],
    owner=lambda spawner: ids(spawner) if ROOT else None,
    teacher=(0, 0) if ROOT else None,
    course=coursehub.setting("COURSE_PROGRAM", "course"),
)
c.JupyterHub.spawner_class = UidSpawner
c.JupyterHub.bind_url = f"http://127.0.0.1:{coursehub.setting('COURSE_PORT', '8000')}"
c.JupyterHub.hub_port = int(coursehub.setting("COURSE_HUB_PORT", "8081"))
c.JupyterHub.cleanup_servers = True  # processes end with the hub
if os.getuid() == 0 and not ROOT:
    c.Spawner.args = ["--allow-root"]
# A process has no limits of its own here: LocalProcessSpawner cannot set them.
c.Spawner.mem_limit = None
c.Spawner.cpu_limit = None
