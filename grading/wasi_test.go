//go:build unix

package grading_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nncourse/grading"
	"nncourse/grading/checks"
	"nncourse/grading/internal/sample"
	"nncourse/grading/sandbox"
)

// What a student is told does not depend on the sandbox.
func TestVerdictsWASI(t *testing.T) {
	if testing.Short() {
		t.Skip("short: each submission is translated from WebAssembly")
	}
	t.Run("verdicts", func(t *testing.T) { testVerdicts(t, grading.WASI) })
	t.Run("timeouts", func(t *testing.T) { testTimeoutTwice(t, grading.WASI) })
	t.Run("compiler", func(t *testing.T) { testCompileErrors(t, grading.WASI) })
}

// The real exercises come out the same, natively and as WebAssembly: points, verdicts, diagnoses, and even the words.
func TestExercisesWASI(t *testing.T) {
	if testing.Short() {
		t.Skip("short: eighteen submissions are translated from WebAssembly")
	}
	root := sample.Root()
	for _, slug := range []string{"least-norm-gd", "deepfool", "cam"} {
		e, ok := checks.Find(slug)
		if !ok {
			t.Fatalf("no exercise %s", slug)
		}
		targets := []string{filepath.Join(root, "solutions", slug), filepath.Join(root, "exercises", slug)}
		right, err := filepath.Glob(filepath.Join(root, "solutions", slug, "right", "*"))
		must(t, err)
		wrong, err := filepath.Glob(filepath.Join(root, "solutions", slug, "wrong", "*"))
		must(t, err)
		targets = append(targets, right[0])
		for i := range 3 {
			targets = append(targets, wrong[i*len(wrong)/3])
		}
		t.Run(slug, func(t *testing.T) {
			for _, target := range targets {
				var text [2]string
				for i, mode := range []grading.Mode{grading.Native, grading.WASI} {
					s, err := grading.Open(target, e)
					must(t, err)
					s.Student = "seven"
					r, err := grading.Grade(context.Background(), s, e, grading.Options{Root: root, Sandbox: mode})
					must(t, err)
					if i == 1 && !strings.HasPrefix(r.Sandbox, "wasi") || i == 0 && r.Sandbox != sandbox.Available().String() {
						t.Errorf("%s: sandbox %s", mode, r.Sandbox)
					}
					text[i] = describe(r)
					rel, _ := filepath.Rel(root, target)
					switch {
					case strings.HasPrefix(rel, "exercises"):
						if r.Score != 0 {
							t.Errorf("%s: the stub has %g points", mode, r.Score)
						}
					case !strings.Contains(rel, "wrong"):
						if r.Percent != 100 {
							t.Errorf("%s: %s has %g %%\n%s", mode, rel, r.Percent, summary(r))
						}
					}
					t.Logf("%-6s %5.1f %% %.2f s %s", mode, r.Percent, r.Duration, rel)
				}
				if text[0] != text[1] {
					t.Errorf("%s: native\n%s\nWebAssembly\n%s", target, text[0], text[1])
				}
			}
		})
	}
}

// describe tells all of a report that a student reads about the checks. Numbers may differ in their last digits between
// processors, so computed values are left out.
func describe(r *grading.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %g of %g\n", r.Verdict, r.Score, r.Max)
	for _, c := range r.Checks {
		fmt.Fprintf(&b, "%s %s %g", c.ID, c.Verdict, c.Earned)
		for _, f := range c.Failures {
			fmt.Fprintf(&b, " [%s | %s | %s | %s]", f.Mistake, f.Cause, f.Hint, f.Input)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// Machine code is kept, by content; a file in its place that is none is noticed, and made anew without being kept.
func TestMachineCodeKept(t *testing.T) {
	if testing.Short() {
		t.Skip("short: translates a submission from WebAssembly")
	}
	e := sample.Exercise
	e.CallTimeout = time.Minute // what is made anew is made while the first call waits
	o := options()
	o.Sandbox = grading.WASI
	source := []byte(solution(t) + "\n// " + t.Name() + t.TempDir() + "\nvar unlike = \"" + t.TempDir() + "\"\n\nfunc init() { if len(unlike) == 0 { panic(unlike) } }\n")
	all := filepath.Join(sample.Root(), ".course", "grading-cache", "machine-code")
	count := func() map[string]bool {
		m := map[string]bool{}
		list, _ := filepath.Glob(filepath.Join(all, "*", "*", "*"))
		for _, f := range list {
			m[f] = true
		}
		return m
	}
	before := count()
	grade := func() {
		t.Helper()
		r, err := grading.Grade(context.Background(), grading.FromSource("my.go", source, &e), &e, o)
		must(t, err)
		if r.Verdict != grading.Pass {
			t.Errorf("%s %v\n%s%s", r.Verdict, r.Problems, summary(r), r.Stderr)
		}
	}
	grade()
	var made []string
	for f := range count() {
		if !before[f] {
			made = append(made, f)
		}
	}
	if len(made) != 1 {
		t.Fatalf("%d new files of machine code: %v", len(made), made)
	}
	info, err := os.Stat(made[0])
	must(t, err)
	grade()
	if again, err := os.Stat(made[0]); err != nil || !again.ModTime().Equal(info.ModTime()) {
		t.Errorf("the machine code was made again: %v", err)
	}
	must(t, os.WriteFile(made[0], []byte("no machine code"), 0o644))
	grade()
	must(t, os.RemoveAll(filepath.Dir(filepath.Dir(made[0]))))
}
