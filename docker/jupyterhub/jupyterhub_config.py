"""A class on one machine with Docker: each student's server is a container. Started by compose.yaml; README.md says how."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import coursehub  # noqa: E402

c = get_config()  # noqa: F821

# In the image: the user of every server, and what set-up made (docker/Dockerfile).
UID, GID = 1000, 100
PYTHON = "/opt/nncourse/made/hub/bin/python"
EXCHANGE = coursehub.setting("COURSE_EXCHANGE")  # the same path on the host and in the hub's container

students, teachers = coursehub.configure(
    c,
    server=[PYTHON, "-m", "jupyterhub.singleuser"],
    owner=lambda spawner: (UID, GID),
    teacher=(UID, GID),
)

c.JupyterHub.bind_url = "http://:8000"
c.JupyterHub.hub_ip = "0.0.0.0"
c.JupyterHub.hub_connect_ip = coursehub.setting("COURSE_HUB_HOST", "hub")

c.JupyterHub.spawner_class = "dockerspawner.DockerSpawner"
docker = c.DockerSpawner
docker.image = coursehub.setting("COURSE_IMAGE")
docker.name_template = "nncourse-{username}"
docker.remove = True  # the work is in the volume
docker.network_name = coursehub.setting("COURSE_NETWORK")
docker.use_internal_ip = True
docker.notebook_dir = "/home/jovyan/work"
docker.extra_create_kwargs = {"user": f"{UID}:{GID}"}
docker.extra_host_config = {
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges"],
    "pids_limit": int(coursehub.setting("COURSE_PROCESSES", "512")),
    "restart_policy": {"Name": "no"},
}


def volumes(name):
    """What a server sees: the own work, what is released, and of the exchange only the own folders. A teacher sees all of it."""
    mine = {"nncourse-work-{username}": "/home/jovyan/work"}
    if name in teachers:
        return mine | {EXCHANGE: EXCHANGE, "nncourse-grading": "/home/jovyan/grading"}
    own = f"{EXCHANGE}/students/{name}"
    return mine | {
        f"{EXCHANGE}/released": {"bind": f"{EXCHANGE}/released", "mode": "ro"},
        f"{own}/inbound": {"bind": f"{own}/inbound", "mode": "rw"},
        f"{own}/feedback": {"bind": f"{own}/feedback", "mode": "ro"},
    }


prepare = c.Spawner.pre_spawn_hook


async def before(spawner):
    await prepare(spawner)
    spawner.volumes = volumes(spawner.user.name)


c.Spawner.pre_spawn_hook = before
