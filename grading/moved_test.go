package grading_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"nncourse/grading"
	"nncourse/grading/internal/sample"
)

// A course that was moved or copied with its .course folder grades as before, and the grader's hash stays the same.
func TestMovedCourse(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles an exercise's imports twice")
	}
	base := t.TempDir()
	before, after := filepath.Join(base, "course"), filepath.Join(base, "a copy")
	for _, f := range []string{"go.mod", "go.sum"} {
		b, err := os.ReadFile(filepath.Join(sample.Root(), f))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(before, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(before, f), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	wire := filepath.Join("grading", "wire")
	if err := os.CopyFS(filepath.Join(before, wire), os.DirFS(filepath.Join(sample.Root(), wire))); err != nil {
		t.Fatal(err)
	}
	e := sample.Exercise
	hash := ""
	for _, root := range []string{before, after} {
		if root == after {
			if err := os.Rename(before, after); err != nil {
				t.Fatal(err)
			}
		}
		r, err := grading.Grade(context.Background(), grading.FromSource("sample.go", []byte(solution(t)), &e), &e, grading.Options{Root: root, Tree: sample.Tree()})
		if err != nil {
			t.Fatal(err)
		}
		if r.Percent != 100 {
			t.Errorf("in %s the solution gets %g %%: %v", filepath.Base(root), r.Percent, r.Problems)
		}
		if hash == "" {
			hash = r.Grader
		} else if r.Grader != hash {
			t.Errorf("the grader's hash changed with the place: %s, then %s", hash, r.Grader)
		}
	}
}
