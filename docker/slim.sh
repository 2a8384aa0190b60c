#!/bin/sh
# Called by the Dockerfile's build stage. It makes what set-up left smaller, without which cells run as fast as with it;
# with the argument `permissions`, it makes it usable for every user.
set -eu
made=/opt/nncourse/made

if [ "${1:-}" = permissions ]; then
	# Go trims its cache: a build deletes what was not used for five days, which in an image of that age is all. So the
	# entries stay root's in folders that let others add (sticky), and only trim.txt, in which Go notes the day, is everybody's.
	find "$GOCACHE" -mindepth 1 -type d -exec chmod 1777 {} +
	chmod 0777 "$GOCACHE"
	date +%s >"$GOCACHE/trim.txt"
	chmod 0666 "$GOCACHE/trim.txt"
	find "$GOCACHE" -type f ! -name trim.txt -exec chmod a+r {} +
	find "$made/grading-cache" -type d -exec chmod 1777 {} +
	chmod -R a+rX /opt/nncourse
	exit 0
fi

# The plugin: its symbol table is for debuggers. (Set-up's checksum is that of the file as it is.)
plugin=$made/pjrt/pjrt_c_api_cpu_plugin.so
if [ -e "$plugin" ]; then
	strip --strip-unneeded "$plugin"
	sha256sum "$plugin" | cut -d' ' -f1 >"$plugin.sha256"
fi

# A venv knows its place by the way through the home; programs on PATH must work without it.
for bin in "$made/venv/bin" "$made/hub/bin"; do
	if [ -d "$bin" ]; then
		find "$bin" -type f -exec sed -i "1s|^#!/home/jovyan/work/\.course/|#!$made/|" {} +
	fi
done

# Go's build cache. Every entry is made old, then what the course needs is built again, for which Go renews the age of the
# entries it uses; the rest (gopls' packages, links of programs) goes.
find "$GOCACHE" -type f -exec touch -d '3 days ago' {} +
rm -f "$GOCACHE/trim.txt"
date +%s >"$GOCACHE/trim.txt"
go build -o /dev/null ./cmd/course
go tool course setup --offline --no-completion >/dev/null
go list -export -deps -test ./exercises/... >/dev/null
find "$GOCACHE" -type f -mtime +1 -delete

# What a run of set-up leaves for itself.
rm -rf "$made/jupyter" "$made/setup.lock" "$made/scratch"

# Go modules: neither archives, nor the sources that only gopls is made of, nor documentation and the data of their tests.
keep=$(mktemp)
go list -e -deps -test -f '{{with .Module}}{{.Dir}}{{end}}' ./... github.com/janpfeifer/gonb/... | sort -u >"$keep"
find "$GOMODCACHE" -path "$GOMODCACHE/cache" -prune -o -type d -name '*@*' -prune -print | grep -vxF -f "$keep" |
	while read -r dir; do
		chmod -R u+w "$dir"
		rm -rf "$dir"
	done
find "$GOMODCACHE" -path "$GOMODCACHE/cache" -prune -o -type d \( -name testdata -o -path '*/go*@*/docs' \) -prune -print |
	while read -r dir; do
		chmod -R u+w "$dir" "$(dirname "$dir")"
		rm -rf "$dir"
	done
find "$GOMODCACHE/cache/download" -name '*.zip' -delete
rm -rf "$GOMODCACHE/cache/vcs" "$keep"
