package scaffold

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"nncourse/grading/release"
	"nncourse/lib/workspace"
)

// A scaffold in a copy of the grader: it passes go vet, in the teacher's and in the students' edition.
func TestNew(t *testing.T) {
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "course")
	for _, n := range []string{"go.mod", "go.sum", "grading", "lib/workspace"} {
		from, to := filepath.Join(root, n), filepath.Join(dir, n)
		if info, err := os.Stat(from); err == nil && info.IsDir() {
			err = os.CopyFS(to, os.DirFS(from))
			if err != nil {
				t.Fatal(err)
			}
			continue
		}
		b, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	names, err := New(dir, "two-times", "Two times")
	if err != nil {
		t.Fatal(err)
	}
	all, err := os.ReadFile(filepath.Join(dir, registry))
	if err != nil || strings.Count(string(all), "twotimes") != 2 {
		t.Errorf("%v; %s is\n%s", err, registry, all)
	}
	for _, n := range names {
		b, err := os.ReadFile(filepath.Join(dir, n))
		if err != nil || strings.Contains(string(b), "SLUG") || strings.Contains(string(b), "PKG") || strings.Contains(string(b), "§") {
			t.Errorf("%s: %v, or something is not filled in", n, err)
		}
	}
	for _, again := range []struct{ slug, title string }{{"two-times", "Again"}, {"Two", "T"}, {"../x", "T"}, {"three", ""}, {"three", "a \"quoted\" one"}} {
		if _, err := New(dir, again.slug, again.title); !errors.Is(err, ErrInput) {
			t.Errorf("%q, %q: error %v", again.slug, again.title, err)
		}
	}
	if testing.Short() {
		t.Skip("go vet of the scaffold in both editions takes seconds")
	}
	cmd := exec.Command("go", "vet", "./exercises/...", "./solutions/...", "./grading/checks/twotimes", "./grading/harness/two-times")
	cmd.Dir = dir
	if b, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, b)
	}
	r, err := release.Build(t.Context(), release.Options{Root: dir, Out: filepath.Join(t.TempDir(), "students"),
		Vet: []string{"./exercises/...", "./grading/checks/twotimes", "./grading/harness/two-times"}})
	if err != nil || !r.OK {
		t.Errorf("release: %v, %+v", err, r)
	}
}
