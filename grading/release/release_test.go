package release

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"nncourse/lib/workspace"
)

// m writes markers: §B SOLUTION is BEGIN SOLUTION after three #. (Written out they would be stripped from this file.)
func m(s string) string {
	return strings.NewReplacer("§B ", "### "+"BEGIN ", "§E ", "### "+"END ").Replace(s)
}

// tree writes a small course and gives its folder.
func tree(t *testing.T, extra map[string]string) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "source")
	files := map[string]string{
		"go.mod":             "module nncourse\n\ngo 1.26\n",
		".gitignore":         "# made\n/made/\n*.prof\n",
		"made/secret.txt":    "ignored",
		"cpu.prof":           "ignored",
		"grading/edition.go": "package grading\n\nconst StudentEdition = false\n",
		"a/public.go": m(`package a

func Mean(x []float64) (s float64) {
	// §B SOLUTION
	for _, v := range x { s += v / float64(len(x)) }
	// §E SOLUTION
	return s
}

// §B HIDDEN TESTS

func hiddenCheckOfTheMeanOfOneElement() bool { return Mean([]float64{5}) == 5 }

// §E HIDDEN TESTS
`),
		"a/hidden.go":             m("// §B HIDDEN TESTS\n\npackage a\n\nfunc wholeReferenceImplementation(x, y float64) float64 { return x*y + x }\n// §E HIDDEN TESTS\n"),
		"solutions/a/a.go":        "package a\n\nfunc theSecretSolutionOfTheExercise(x float64) float64 { return x }\n",
		"testdata/solutions/b.go": "package b\n",
		"a/reads_test.go":         "package a\n\nconst where = \"solutions/a\"\n",
		"a/uses_test.go":          "package a\n\nvar _ = where + \"!\"\n",
		"a/free_test.go":          "package a\n\nvar free = 1\n",
	}
	for n, s := range extra {
		files[n] = s
	}
	for n, s := range files {
		p := filepath.Join(root, filepath.FromSlash(n))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(s), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		rel, _ := filepath.Rel(dir, p)
		all[filepath.ToSlash(rel)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func build(t *testing.T, o Options) *Result {
	t.Helper()
	r, err := Build(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSmallCourse(t *testing.T) {
	root := tree(t, nil)
	out := filepath.Join(t.TempDir(), "out")
	r := build(t, Options{Root: root, Out: out, CodeStub: "// write it"})
	if !r.OK || r.Regions != 3 || r.Proof.Lines != 4 || len(r.Proof.Leaks) != 0 {
		t.Errorf("result %+v, proof %+v", r, r.Proof)
	}
	got := contents(t, out)
	want := "package a\n\nfunc Mean(x []float64) (s float64) {\n\t// write it\n\treturn s\n}\n"
	if got["a/public.go"] != want {
		t.Errorf("a/public.go is\n%s", got["a/public.go"])
	}
	if !strings.Contains(got["grading/edition.go"], students) {
		t.Error("the edition's constant is not rewritten")
	}
	for _, n := range []string{"a/hidden.go", "solutions/a/a.go", "testdata/solutions/b.go", "a/reads_test.go", "a/uses_test.go", "made/secret.txt", "cpu.prof"} {
		if _, ok := got[n]; ok {
			t.Errorf("%s is in the edition", n)
		}
	}
	if _, ok := got["a/free_test.go"]; !ok || len(got) != r.Files {
		t.Errorf("%d files, want %d with a/free_test.go", len(got), r.Files)
	}
}

func TestTwoReleasesAreTheSame(t *testing.T) {
	root := tree(t, nil)
	dir := t.TempDir()
	one, two := filepath.Join(dir, "one"), filepath.Join(dir, "two")
	build(t, Options{Root: root, Out: one})
	build(t, Options{Root: root, Out: two})
	build(t, Options{Root: root, Out: two}) // in the place of an earlier one
	a, b := contents(t, one), contents(t, two)
	if len(a) != len(b) {
		t.Fatalf("%d and %d files", len(a), len(b))
	}
	for n, s := range a {
		if b[n] != s {
			t.Errorf("%s differs", n)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 2 {
		t.Errorf("something is left beside the editions: %v", left)
	}
}

func TestWhereItMayWrite(t *testing.T) {
	root := tree(t, nil)
	refused := func(what, out string) {
		t.Helper()
		if _, err := Build(context.Background(), Options{Root: root, Out: out}); !errors.Is(err, ErrOut) {
			t.Errorf("%s: error %v, want ErrOut", what, err)
		}
	}
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	refused("inside the course", filepath.Join(root, "out"))
	refused("the course itself", root)
	refused("a folder with files", dir2(t))
	build(t, Options{Root: root, Out: out})
	made := filepath.Join(out, ".course", "made")
	if err := os.MkdirAll(made, 0o755); err != nil {
		t.Fatal(err)
	}
	build(t, Options{Root: root, Out: out})
	if _, err := os.Stat(made); err != nil {
		t.Error("what set-up made is gone")
	}
	own := filepath.Join(out, "own.txt")
	if err := os.WriteFile(own, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	refused("a file was added", out)
	if err := os.Remove(own); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(out, "a", "public.go"), []byte("package a // my work\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	refused("a file was changed", out)
}

func dir2(t *testing.T) string {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "letter.txt"), []byte("dear"), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestLeaks(t *testing.T) {
	root := tree(t, nil)
	for name, plant := range map[string]struct{ file, text string }{
		"a solution's line":      {"lib/x.txt", "before func theSecretSolutionOfTheExercise(x float64) float64 { return x } after"},
		"a hidden check":         {"a/public.go", "func hiddenCheckOfTheMeanOfOneElement() bool { return Mean([]float64{5}) == 5 }"},
		"escaped, in a notebook": {"n.ipynb", `{"cells": [{"outputs": [{"text": ["\u0066unc theSecretSolutionOfTheExercise(x float64) float64 { return x }"]}]}]}`},
		"a file in solutions":    {"lib/solutions/x.txt", "short"},
	} {
		dir := t.TempDir()
		out := filepath.Join(dir, "out")
		r := build(t, Options{Root: root, Out: out, beforeProof: func(tmp string) {
			p := filepath.Join(tmp, filepath.FromSlash(plant.file))
			if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(p, []byte(plant.text), 0o644); err != nil {
				t.Fatal(err)
			}
		}})
		if r.OK || len(r.Proof.Leaks) != 1 || r.Proof.Leaks[0].File != plant.file {
			t.Errorf("%s: ok %v, leaks %+v", name, r.OK, r.Proof.Leaks)
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("%s: %v is left", name, left)
		}
	}
}

// What the kept source has itself cannot be a leak, and is reported.
func TestShared(t *testing.T) {
	var own strings.Builder
	for _, w := range []string{"alpha", "beta", "gamma", "delta", "epsilon"} {
		own.WriteString("a line that both of them have: " + w + "\n")
	}
	root := tree(t, map[string]string{"solutions/c.txt": own.String(), "lib/c.txt": own.String()})
	r := build(t, Options{Root: root, Out: filepath.Join(t.TempDir(), "out")})
	if !r.OK || r.Proof.Common != 5 || len(r.Proof.Shared) != 1 || r.Proof.Shared[0] != (Shared{"lib/c.txt", 5}) {
		t.Errorf("proof %+v", r.Proof)
	}
}

func TestMarkers(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"no end":          {"package a\n// §B SOLUTION\n", "x.go:2: BEGIN SOLUTION without its END"},
		"no begin":        {"package a\n\n// §E HIDDEN TESTS\n", "x.go:3: END HIDDEN TESTS without its BEGIN"},
		"nested":          {"package a\n// §B SOLUTION\n// §B HIDDEN TESTS\n", "x.go:3: a region begins inside the one of line 2"},
		"crossed":         {"package a\n// §B SOLUTION\n// §E HIDDEN TESTS\n", "x.go:3: END HIDDEN TESTS closes the BEGIN SOLUTION of line 2"},
		"after code":      {"package a // §B SOLUTION\n", "x.go:1: "},
		"no Go is left":   {"// §B SOLUTION\npackage a\n// §E SOLUTION\nvar x = 1\n", "what is left of x.go is not Go"},
		"in small":        {"package a\n// §B SOLUTION\n", "x.go:2: "},
		"without a space": {"package a\n//###" + "BEGIN SOLUTION\n", "x.go:2: "},
	} {
		text := m(c.text)
		if name == "in small" {
			text = strings.ToLower(m(c.text))
		}
		_, err := Build(context.Background(), Options{Root: tree(t, map[string]string{"x.go": text}), Out: filepath.Join(t.TempDir(), "out")})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}

const notebook = `{
 "cells": [
  {
   "cell_type": "markdown",
   "metadata": {},
   "source": ["Why < 1?\n", "§B SOLUTION\n", "Because the step contracts the error by half.\n", "§E SOLUTION"]
  },
  {
   "cell_type": "code",
   "execution_count": 3,
   "metadata": {"tags": ["exercise:a"]},
   "outputs": [{"output_type": "stream", "name": "stdout", "text": "42"}],
   "source": "func F() int {\n\t// §B SOLUTION\n\treturn 42 * theNumberOfTheSolution\n\t// §E SOLUTION\n}"
  },
  {
   "cell_type": "code",
   "execution_count": 4,
   "metadata": {},
   "outputs": [{"output_type": "stream", "name": "stdout", "text": "kept"}],
   "source": ["F() // public\n", "// §B HIDDEN TESTS\n", "assertThatItIsFortyTwo(F())\n", "// §E HIDDEN TESTS\n"]
  },
  {
   "cell_type": "code",
   "execution_count": 5,
   "metadata": {},
   "outputs": [{"output_type": "stream", "name": "stdout", "text": "kept"}],
   "source": []
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
`

func TestNotebook(t *testing.T) {
	plain := `{"nbformat":4,   "cells":[]}`
	root := tree(t, map[string]string{"n.ipynb": m(notebook), "plain.ipynb": plain})
	out := filepath.Join(t.TempDir(), "out")
	r := build(t, Options{Root: root, Out: out})
	got := contents(t, out)
	if got["plain.ipynb"] != plain {
		t.Error("a notebook without markers is changed")
	}
	if !r.OK || r.Regions != 6 {
		t.Errorf("%d regions, want 6", r.Regions)
	}
	var nb struct {
		Cells []struct {
			Source  any
			Outputs []any
			Count   *int `json:"execution_count"`
		}
	}
	if err := json.Unmarshal([]byte(got["n.ipynb"]), &nb); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"Why < 1?\nYOUR ANSWER HERE", "func F() int {\n\t// YOUR CODE HERE\n}", "F() // public\n", ""} {
		if s, _ := sourceOf(nb.Cells[i].Source); s != want {
			t.Errorf("cell %d is %q, want %q", i+1, s, want)
		}
	}
	if len(nb.Cells[1].Outputs) != 0 || nb.Cells[1].Count != nil || len(nb.Cells[2].Outputs) != 0 || len(nb.Cells[3].Outputs) != 1 {
		t.Error("outputs of stripped cells must go, and others stay")
	}
	if !strings.Contains(got["n.ipynb"], "Why < 1?") {
		t.Error("< is written as an escape")
	}
	bad := strings.Replace(m(notebook), m(`"// §E HIDDEN TESTS\n"`), `"\n"`, 1)
	_, err := Build(context.Background(), Options{Root: tree(t, map[string]string{"n.ipynb": bad}), Out: filepath.Join(t.TempDir(), "out")})
	if err == nil || !strings.Contains(err.Error(), "n.ipynb: cell 3, line 2: BEGIN HIDDEN TESTS without its END") {
		t.Errorf("error %v", err)
	}
}

// The real course: its student edition builds, and grades with the public checks.
func TestThisCourse(t *testing.T) {
	if testing.Short() {
		t.Skip("releases and builds the whole course: half a minute")
	}
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(filepath.Join(root, editionFile)); strings.Contains(string(b), students) {
		t.Skip("this is a student edition; there is nothing to release")
	}
	out := filepath.Join(t.TempDir(), "course")
	r := build(t, Options{Root: root, Out: out, Vet: []string{"./grading/...", "./cmd/course", "./exercises/..."}})
	if !r.OK || r.Proof.Lines < 1000 || r.Regions < 10 {
		t.Fatalf("%d regions, proof %+v", r.Regions, r.Proof)
	}
	bin := filepath.Join(t.TempDir(), "course-bin")
	cmd := exec.Command("go", "build", "-o", bin, "./cmd/course")
	cmd.Dir = out
	if b, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	type report struct {
		Percent float64
		Checks  []struct {
			ID      string
			Public  bool
			Verdict string
		}
		Notes []string
	}
	grade := func() (r report) {
		t.Helper()
		cmd := exec.Command(bin, "grade", "exercises/deepfool", "--json")
		cmd.Dir, cmd.Env = out, append(os.Environ(), workspace.RootEnv+"="+out)
		b, err := cmd.Output() // the exit code tells whether all passed
		if jsonErr := json.Unmarshal(b, &r); jsonErr != nil {
			t.Fatalf("%v, %v\n%s", err, jsonErr, b)
		}
		return r
	}
	stub := grade()
	if stub.Percent != 0 || len(stub.Checks) != 2 || len(stub.Notes) != 1 || !strings.Contains(stub.Notes[0], "public checks only") {
		t.Errorf("the stub: %+v", stub)
	}
	b, err := os.ReadFile(filepath.Join(root, "solutions", "deepfool", "deepfool.go"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(out, "exercises", "deepfool", "deepfool.go"), b, 0o644); err != nil {
		t.Fatal(err)
	}
	full := grade()
	if full.Percent != 100 {
		t.Errorf("the solution: %+v", full)
	}
	for _, c := range full.Checks {
		if !c.Public {
			t.Errorf("the check %s is not public", c.ID)
		}
	}
}
