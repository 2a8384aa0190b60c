package doctor

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func line(r *Report, name string) Line {
	for _, l := range r.Lines {
		if l.Name == name {
			return l
		}
	}
	return Line{}
}

// In a folder where nothing is set up, what is missing is bad, and every line that is not good says what to do.
func TestLookWithoutSetup(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte("module nncourse\n\nrequire (\n\tgithub.com/janpfeifer/gonb v0.11.4\n)\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	r := Look(context.Background(), root, Sandbox{Level: "none", InForce: "wasi", Why: "no Landlock", Advice: "use Linux 5.13"}, []Dataset{{Name: "mnist"}})
	if r.OK {
		t.Error("a course that is not set up counts as good")
	}
	for _, name := range []string{"JupyterLab", "Go kernel", "backend"} {
		if l := line(r, name); l.Status != "bad" || !strings.Contains(l.Advice, "go tool course setup") {
			t.Errorf("%s: %+v, want bad, with setup as advice", name, l)
		}
	}
	for _, l := range r.Lines {
		if l.Status != "good" && l.Advice == "" {
			t.Errorf("line %+v is not good and says not what to do", l)
		}
	}
	if l := line(r, "data"); l.Status != "warning" || !strings.Contains(l.Advice, "data fetch") {
		t.Errorf("data: %+v", l)
	}
	if l := line(r, "grading sandbox"); l.Status != "warning" || !strings.Contains(l.Advice, "Linux 5.13") || !strings.Contains(l.Value, "wasi: programs run as WebAssembly, because no Landlock") {
		t.Errorf("sandbox: %+v", l)
	}
	if r.Versions["gonb"] != "v0.11.4" {
		t.Errorf("GoNB's version %q, want v0.11.4 from go.mod", r.Versions["gonb"])
	}
	if r.Machine.Cores < 1 || r.Machine.OS == "" {
		t.Errorf("machine %+v", r.Machine)
	}
}

// A probe that crashes or prints nonsense becomes a line, not a crash of the doctor.
func TestBrokenProbe(t *testing.T) {
	root := t.TempDir()
	bin := filepath.Join(root, ".course", "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bin, "probe"), []byte("#!/bin/sh\necho segmentation fault >&2\nexit 139\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	r := Look(context.Background(), root, Sandbox{Level: "rlimits"}, nil)
	if l := line(r, "backend"); l.Status != "bad" || !strings.Contains(l.Value, "segmentation fault") || l.Advice == "" {
		t.Errorf("backend: %+v", l)
	}
}
