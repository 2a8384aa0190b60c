#!/bin/sh
# The container's entry point: puts the course into the student's folder, then runs the command.
# Started as root it becomes NB_UID:NB_GID first, as Jupyter's docker-stacks do: docker run --user root -e NB_UID=$(id -u) …
set -eu
work=/home/jovyan/work

if [ "$(id -u)" = 0 ] && [ "${NB_UID:-1000}" != 0 ]; then
	chown "${NB_UID:-1000}:${NB_GID:-100}" /home/jovyan "$work" 2>/dev/null || true
	exec setpriv --reuid "${NB_UID:-1000}" --regid "${NB_GID:-100}" --clear-groups "$0" "$@"
fi
export HOME=/home/jovyan USER="${NB_USER:-jovyan}" LOGNAME="${NB_USER:-jovyan}"

# An empty token would let everybody in; without the variable Jupyter makes a token and prints it.
[ -n "${JUPYTER_TOKEN:-}" ] || unset JUPYTER_TOKEN

# With the GPU image on a machine that shows a GPU, lessons use it.
if [ -z "${GOMLX_BACKEND:-}" ] && [ -e /dev/nvidia0 ] && [ -e /usr/local/lib/go-xla/pjrt_c_api_cuda_plugin.so ]; then
	export GOMLX_BACKEND=xla:cuda
fi

if [ ! -w "$work" ]; then
	echo "$work is not writable for user $(id -u). Start with --user root -e NB_UID=$(id -u) -e NB_GID=$(id -g), which gives the folder to that user." >&2
	exit 1
fi
course seed "$work"
cd "$work"

# Binder asks for the classic notebook.
if [ "${1:-} ${2:-}" = "jupyter notebook" ]; then
	shift 2
	set -- jupyter-lab "$@"
elif [ "${1:-}" = jupyter-notebook ]; then
	shift
	set -- jupyter-lab "$@"
fi
exec "$@"
