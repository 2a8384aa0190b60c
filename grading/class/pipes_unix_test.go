//go:build unix

package class

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// pipes makes named pipes, which nobody ever writes to.
func pipes(t *testing.T, files ...string) {
	t.Helper()
	for _, f := range files {
		if err := os.MkdirAll(filepath.Dir(f), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(f, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
