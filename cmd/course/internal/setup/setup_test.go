package setup

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nncourse/cmd/course/internal/cli"
)

// wheel makes a zip file with one member.
func wheel(t *testing.T, member, content string) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), "x.whl")
	f, err := os.Create(p)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	w, err := z.CreateHeader(&zip.FileHeader{Name: member, Method: zip.Store})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, content); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestExtract(t *testing.T) {
	whole := wheel(t, "xla_plugins/xla_cpu_pjrt/xla_cpu_pjrt.so", strings.Repeat("plugin ", 1000))
	target := filepath.Join(t.TempDir(), "pjrt", "p.so")
	if err := extract(whole, "xla_cpu_pjrt.so", target); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(target); err != nil || len(b) != 7000 {
		t.Fatalf("extracted %d bytes, %v; want 7000", len(b), err)
	}
	if sum, err := os.ReadFile(target + ".sha256"); err != nil || len(sum) != 65 {
		t.Errorf("no sha256 beside it: %q, %v", sum, err)
	}

	// A damaged wheel must leave the plugin that was there as it was.
	b, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	flipped := append([]byte(nil), b...)
	flipped[3000] ^= 1 // within the stored member: only its CRC can tell
	for name, content := range map[string][]byte{"flipped": flipped, "cut": b[:3000], "empty": nil} {
		bad := filepath.Join(t.TempDir(), name+".whl")
		if err := os.WriteFile(bad, content, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := extract(bad, "xla_cpu_pjrt.so", target); err == nil {
			t.Errorf("%s wheel: no error", name)
		}
		if now, _ := os.ReadFile(target); len(now) != 7000 {
			t.Errorf("%s wheel: the plugin is now %d bytes", name, len(now))
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(target), ".plugin-*")); len(left) > 0 {
			t.Errorf("%s wheel left %v", name, left)
		}
	}
	if err := extract(wheel(t, "other.so", "x"), "xla_cpu_pjrt.so", target); err == nil || !strings.Contains(err.Error(), "holds no xla_cpu_pjrt.so") {
		t.Errorf("wheel without the plugin: %v", err)
	}
}

// On a machine with nothing, set-up names all that is missing at once and how to get it.
func TestPrerequisitesNamesWhatIsMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	root := t.TempDir()
	s := &setup{ctx: context.Background(), root: root, Options: Options{Out: io.Discard}, stamp: map[string]string{}}
	_, _, err := s.prerequisites()
	if cli.Code(err) != cli.Setup {
		t.Fatalf("exit code %d of %v, want %d", cli.Code(err), err, cli.Setup)
	}
	for _, want := range []string{"Python 3.10 or newer", "C compiler", "go command"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not name %q", err, want)
		}
	}
}

func TestCurrentOnlyAfterSetup(t *testing.T) {
	root := t.TempDir()
	if Current(root) {
		t.Error("an empty folder counts as set up")
	}
	if err := os.MkdirAll(filepath.Join(root, ".course"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, ".course", "setup.json"), []byte("{broken"), 0o644); err != nil {
		t.Fatal(err)
	}
	if Current(root) {
		t.Error("a broken stamp counts as set up")
	}
}

func TestLockHolds(t *testing.T) {
	p := filepath.Join(t.TempDir(), "lock")
	unlock, err := lock(p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock(p); err == nil {
		t.Error("two set-ups at once")
	}
	unlock()
	again, err := lock(p)
	if err != nil {
		t.Fatalf("after unlock: %v", err)
	}
	again()
}
