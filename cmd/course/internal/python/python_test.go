package python

import (
	"context"
	"os"
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
