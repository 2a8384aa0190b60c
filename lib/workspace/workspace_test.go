package workspace

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// course makes a folder that is a course, with a folder below it, and gives both without symbolic links.
func course(t *testing.T) (root, below string) {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	below = filepath.Join(root, "notebooks", "class 3")
	if err := os.MkdirAll(below, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte("// a comment\nmodule nncourse\n\ngo 1.26\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return root, below
}

func TestRootFromBelow(t *testing.T) {
	root, below := course(t)
	t.Setenv(RootEnv, "")
	t.Chdir(below)
	if got, err := Root(); err != nil || got != root {
		t.Errorf("Root() = %q, %v; want %q", got, err, root)
	}
	dir, err := Checkpoints("x")
	if err != nil || dir != filepath.Join(root, ".course", "checkpoints", "x") {
		t.Errorf("Checkpoints = %q, %v", dir, err)
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		t.Errorf("the folder is not there: %v", err)
	}
}

// Another module's go.mod on the way up is passed over.
func TestRootPastAnotherModule(t *testing.T) {
	root, below := course(t)
	t.Setenv(RootEnv, "")
	if err := os.WriteFile(filepath.Join(below, "go.mod"), []byte("module nncourse/tools\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(below)
	if got, err := Root(); err != nil || got != root {
		t.Errorf("Root() = %q, %v; want %q", got, err, root)
	}
}

func TestRootNowhere(t *testing.T) {
	t.Setenv(RootEnv, "")
	t.Chdir(t.TempDir())
	if _, err := Root(); !errors.Is(err, ErrNoRoot) {
		t.Errorf("outside the course: %v, want ErrNoRoot", err)
	}
	t.Setenv(RootEnv, t.TempDir())
	if _, err := Root(); err == nil || !strings.Contains(err.Error(), RootEnv) {
		t.Errorf("%s names no course: %v, want an error that names it", RootEnv, err)
	}
}

func TestDataDirsOrder(t *testing.T) {
	root, _ := course(t)
	t.Setenv(RootEnv, root)
	t.Setenv(DataEnv, "/mine")
	dirs, err := DataDirs()
	want := []string{"/mine", filepath.Join(filepath.Dir(root), "shared", "data"), filepath.Join(root, ".course", "data")}
	if err != nil || strings.Join(dirs, "|") != strings.Join(want, "|") {
		t.Errorf("DataDirs() = %q, %v; want %q", dirs, err, want)
	}
	t.Setenv(DataEnv, "")
	if dirs, _ = DataDirs(); len(dirs) != 2 {
		t.Errorf("without %s: %q", DataEnv, dirs)
	}
}
