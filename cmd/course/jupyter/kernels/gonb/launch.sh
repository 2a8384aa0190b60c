#!/bin/sh
# Starts the GoNB kernel for one notebook: sh launch.sh CONNECTION_FILE
# It finds everything relative to itself, so the course can be copied or moved, and its path may hold spaces.
set -eu
here=$(cd -P "$(dirname "$0")" && pwd)
root=$(cd -P "$here/../../../../.." && pwd)
made=$root/.course

if [ ! -x "$made/bin/gonb" ]; then
	echo "The course is not set up: run 'go tool course setup' in $root" >&2
	exit 3
fi

# Cells find goimports and gopls here, and the very Go that set up the course (its folder is noted in go-bin).
if [ -r "$made/go-bin" ] && [ -x "$(cat "$made/go-bin")/go" ]; then
	PATH=$(cat "$made/go-bin"):$PATH
fi
PATH=$made/bin:$PATH
# gopls serves completion in an editor; where nobody types it would only take memory.
[ -n "${COURSE_HEADLESS:-}" ] || PATH=$made/gopls:$PATH
# Each cell runs `go get`: without a proxy it cannot move the versions that go.mod pins.
GOPROXY=off
GOTOOLCHAIN=local
# Linked without cc, a cell that uses XLA is ready in half the time.
GOFLAGS='"-ldflags=-s -linkmode=internal"'
COURSE_ROOT=$root
PJRT_PLUGIN_LIBRARY_PATH=${PJRT_PLUGIN_LIBRARY_PATH:-$made/pjrt}
GOMLX_NO_AUTO_INSTALL=1
export PATH GOPROXY GOTOOLCHAIN GOFLAGS COURSE_ROOT PJRT_PLUGIN_LIBRARY_PATH GOMLX_NO_AUTO_INSTALL

# A temporary folder per kernel, so that what a killed cell leaves behind goes with the next start.
tmp=${TMPDIR:-/tmp}
for old in "$tmp"/course-kernel-*; do
	[ -d "$old" ] && [ -O "$old" ] || continue
	kill -0 "${old##*-}" 2>/dev/null && continue
	pkill -f "$old/" 2>/dev/null || true # what a killed kernel left running, gopls for one
	rm -rf "$old"
done
TMPDIR=$tmp/course-kernel-$$
mkdir -m 700 -p "$TMPDIR"
export TMPDIR

# Errors as plain text where nobody looks at HTML.
raw=false
[ -z "${COURSE_HEADLESS:-}" ] || raw=true

exec "$made/bin/gonb" -raw_error=$raw -go_work="$root" --kernel "$1"
