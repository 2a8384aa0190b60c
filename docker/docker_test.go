// Package docker holds the course's container files; its test holds them to one another and to a few rules. They are built and
// run by `go tool course test --images`.
package docker

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// instructions gives the Dockerfile's lines without comments, continued lines joined.
func instructions(t *testing.T) []string {
	t.Helper()
	b, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`(?m)^\s*#.*\n`).ReplaceAllString(string(b), "")
	text = regexp.MustCompile(`\\\n\s*`).ReplaceAllString(text, "")
	var all []string
	for l := range strings.Lines(text) {
		if l = strings.TrimSpace(l); l != "" {
			all = append(all, l)
		}
	}
	return all
}

// What buildah 1.28, Docker and the reader expect of it.
func TestDockerfile(t *testing.T) {
	var stages []string
	var user, stage string
	has := map[string]bool{}
	for _, l := range instructions(t) {
		word, rest, _ := strings.Cut(l, " ")
		has[stage+" "+word] = true
		switch word {
		case "FROM":
			f := strings.Fields(rest)
			if from := f[0]; !strings.HasPrefix(from, "${") && !slices.Contains(stages, from) {
				t.Errorf("%q: an image from outside must be an ARG, so that it can be pinned and replaced", l)
			}
			stage = ""
			if len(f) == 3 {
				stage = f[2]
				stages = append(stages, stage)
			}
			if stage == "" && f[0] != "cpu" {
				t.Errorf("the default target is %s", f[0])
			}
		case "ARG":
			if name, value, ok := strings.Cut(rest, "="); ok && strings.HasSuffix(name, "_IMAGE") && (!strings.Contains(value, ":") || strings.HasSuffix(value, ":latest")) {
				t.Errorf("%q pins no version", l)
			}
		case "ADD":
			t.Errorf("%q: ADD fetches and unpacks; COPY does neither", l)
		case "USER":
			user = stage + " " + rest
		case "COPY":
			f := strings.Fields(rest)
			if strings.HasPrefix(f[0], "--from=") {
				if from := strings.TrimPrefix(f[0], "--from="); !slices.Contains(stages, from) {
					t.Errorf("%q: there is no stage %s above it", l, from)
				}
				continue
			}
			for _, src := range f[:len(f)-1] {
				if _, err := os.Stat(filepath.Join("..", filepath.FromSlash(src))); err != nil {
					t.Errorf("%q: %v", l, err)
				}
			}
		case "RUN":
			if strings.Contains(rest, "<<") || strings.Contains(rest, "--mount") {
				t.Errorf("%q: older builders know neither here-documents nor mounts", l)
			}
		}
	}
	for _, want := range []string{"cpu", "cuda", "tpu"} {
		if !slices.Contains(stages, want) {
			t.Errorf("there is no target %s", want)
		}
	}
	if user != "cpu 1000:100" {
		t.Errorf("the last USER is %q", user)
	}
	for _, want := range []string{"HEALTHCHECK", "ENTRYPOINT", "CMD", "EXPOSE"} {
		if !has["cpu "+want] {
			t.Errorf("target cpu has no %s", want)
		}
	}
}

func TestScripts(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh here")
	}
	for _, f := range []string{"start.sh", "slim.sh"} {
		if out, err := exec.Command(sh, "-n", f).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", f, err, out)
		}
	}
}

// The files of other tools name places of this folder and stages that exist.
func TestNeighbours(t *testing.T) {
	b, err := os.ReadFile("../.devcontainer/devcontainer.json")
	if err != nil {
		t.Fatal(err)
	}
	var dev struct {
		Build                       struct{ Dockerfile, Context, Target string }
		WorkspaceFolder, RemoteUser string
	}
	if err := json.Unmarshal(regexp.MustCompile(`(?m)^\s*//.*\n`).ReplaceAll(b, nil), &dev); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join("../.devcontainer", dev.Build.Dockerfile)); err != nil || dev.Build.Context != ".." || dev.Build.Target != "cpu" || dev.RemoteUser != "jovyan" || dev.WorkspaceFolder != "/home/jovyan/work" {
		t.Errorf("%+v, %v", dev, err)
	}
	ours, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	if theirs, err := os.ReadFile("../binder/Dockerfile"); err != nil || string(theirs) != string(ours) {
		t.Errorf("Binder reads no other place, so binder/Dockerfile is a copy; now they differ: cp docker/Dockerfile binder/Dockerfile (%v)", err)
	}
	compose, err := os.ReadFile("compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"profiles: [cpu]", "profiles: [gpu]", "target: cpu", "target: cuda", "mem_limit:", "cpus:", `"work:/home/jovyan/work"`, "read_only: true", "127.0.0.1:"} {
		if !strings.Contains(string(compose), want) {
			t.Errorf("compose.yaml has no %q", want)
		}
	}
	ignored, err := os.ReadFile("../.dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{".course", ".git"} {
		if !slices.Contains(strings.Split(string(ignored), "\n"), want) {
			t.Errorf(".dockerignore lets %s into the image", want)
		}
	}
}
