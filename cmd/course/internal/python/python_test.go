package python

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A Python without venv, as Debian ships it, is told apart from no Python.
func TestPythonWithoutVenv(t *testing.T) {
	dir := t.TempDir()
	script := "#!/bin/sh\necho \"ModuleNotFoundError: No module named 'ensurepip'\" >&2\nexit 1\n"
	if err := os.WriteFile(filepath.Join(dir, "python3"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	_, _, err := Find(context.Background(), 10)
	if err == nil || !strings.Contains(err.Error(), "venv module") {
		t.Errorf("got %v, want an error about the venv module", err)
	}
}

// The line runs at the start, and keeps one module from being found, no other.
func TestQuick(t *testing.T) {
	host, _, err := Find(context.Background(), 10)
	if err != nil {
		t.Skip(err)
	}
	dir := filepath.Join(t.TempDir(), "venv")
	if out, err := exec.Command(host, "-m", "venv", "--without-pip", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	py := filepath.Join(dir, "bin", "python")
	out, err := exec.Command(py, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.TrimSpace(string(out))
	for _, name := range []string{"rfc3987_syntax", "another"} {
		if err := os.WriteFile(filepath.Join(packages, name+".py"), []byte("print('found')\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	found := func(module string) bool {
		out, err := exec.Command(py, "-c", "import "+module).CombinedOutput()
		if err != nil && !strings.Contains(string(out), "ModuleNotFoundError") {
			t.Fatalf("%v\n%s", err, out)
		}
		return strings.Contains(string(out), "found")
	}
	if !found("rfc3987_syntax") {
		t.Fatal("not found before")
	}
	if err := Quick(packages); err != nil {
		t.Fatal(err)
	}
	if found("rfc3987_syntax") || !found("another") {
		t.Error("after it the wrong modules are found")
	}
	if err := Quick(filepath.Join(packages, "none")); err == nil {
		t.Error("a folder that is not there passed")
	}
}
