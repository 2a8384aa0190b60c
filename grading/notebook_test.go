//go:build unix

package grading_test

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"nncourse/grading"
	"nncourse/grading/internal/sample"
)

type cell struct {
	kind, source string
	tags         []string
	lines        bool // stored as a list of lines
}

func notebookOf(t testing.TB, cells ...cell) []byte {
	t.Helper()
	list := []any{}
	for _, c := range cells {
		if c.kind == "" {
			c.kind = "code"
		}
		var source any = c.source
		if c.lines {
			source = strings.SplitAfter(c.source, "\n")
		}
		tags := c.tags
		if tags == nil {
			tags = []string{}
		}
		list = append(list, map[string]any{"cell_type": c.kind, "source": source, "metadata": map[string]any{"tags": tags}, "outputs": []any{}})
	}
	b, err := json.Marshal(map[string]any{"nbformat": 4, "nbformat_minor": 5, "metadata": map[string]any{}, "cells": list})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var mine = []string{"exercise:sample"}

const (
	scaleCell = "import (\n\t\"errors\"\n\t\"math\"\n)\n\n// Scale multiplies.\nfunc Scale(v []float64, c float64) ([]float64, error) {\n\tif math.IsNaN(c) {\n\t\treturn nil, errors.New(\"NaN\")\n\t}\n\tr := make([]float64, len(v))\n\tfor i := range v {\n\t\tr[i] = c * v[i]\n\t}\n\treturn r, nil\n}\n"
	dotCell   = "func Dot(a, b []float64) (float64, error) {\n\tif len(a) != len(b) {\n\t\treturn 0, errors.New(\"two lengths\")\n\t}\n\ts := 0.0\n\tfor i := range a {\n\t\ts += a[i] * b[i]\n\t}\n\treturn s, nil\n}\n"
	minCell   = "func Minimum(grad func(x []float64) []float64, x0 []float64, step float64, n int) ([]float64, error) {\n\tx := slices.Clone(x0)\n\tfor range n {\n\t\tfor i, g := range grad(x) {\n\t\t\tx[i] -= step * g\n\t\t}\n\t}\n\treturn x, nil\n}\n"
)

func gradeNotebook(t *testing.T, cells ...cell) *grading.Report {
	t.Helper()
	e := sample.Exercise
	s, err := grading.FromNotebook("lesson.ipynb", notebookOf(t, cells...), &e)
	must(t, err)
	r, err := grading.Grade(context.Background(), s, &e, options())
	must(t, err)
	return r
}

func TestNotebook(t *testing.T) {
	for name, cells := range map[string][]cell{
		"one tagged cell each":            {{kind: "markdown", source: "# Lesson"}, {source: scaleCell, tags: mine}, {source: dotCell, tags: mine, lines: true}, {source: minCell, tags: mine}},
		"an untagged cell is not taken":   {{source: "not Go"}, {source: scaleCell + dotCell + minCell, tags: append([]string{"volatile"}, mine...)}, {source: "%%\nfmt.Println(Dot(nil, nil))"}},
		"a later declaration replaces":    {{source: strings.Replace(scaleCell, "c * v", "c + v", 1), tags: mine}, {source: scaleCell, tags: mine}, {source: dotCell + minCell, tags: mine}},
		"kernel lines and a main":         {{source: "%env X=1\n!echo \\\n  hello\n" + scaleCell + dotCell + minCell + "\n%%\nfmt.Println(Dot([]float64{1}, []float64{1}))\n", tags: mine}},
		"gonb comment forms":              {{source: "//gonb:%env X=1\n" + scaleCell + dotCell + minCell + "\n//gonb:%%\nnonsense(", tags: mine}},
		"imports in one, use in others":   {{source: "import \"errors\"\nimport \"math\"\nimport \"slices\"\nimport \"fmt\"", tags: mine}, {source: strings.SplitAfterN(scaleCell, ")\n\n", 2)[1], tags: mine}, {source: dotCell + minCell, tags: mine}},
		"missing imports are found":       {{source: strings.SplitAfterN(scaleCell, ")\n\n", 2)[1] + dotCell + minCell, tags: mine}},
		"renamed import":                  {{source: strings.NewReplacer("\"math\"", "m \"math\"", "math.Is", "m.Is").Replace(scaleCell) + dotCell + minCell, tags: mine}},
		"package clause":                  {{source: "package main\n" + scaleCell + dotCell + minCell, tags: mine}},
		"types, constants, methods, vars": {{source: scaleCell + dotCell, tags: mine}, {source: "type v []float64\nfunc (a *v) add(i int, x float64) { (*a)[i] += x }\nconst ( zero = iota; one )\nvar _, two = 1, 2\n" + strings.Replace(minCell, "x[i] -= step * g", "(*v)(&x).add(i, -one*step*g)", 1), tags: mine}},
	} {
		if r := gradeNotebook(t, cells...); r.Verdict != grading.Pass {
			t.Errorf("%s: %v\n%s", name, r.Problems, summary(r))
		}
	}
}

func TestNotebookProblems(t *testing.T) {
	for _, tc := range []struct {
		name                    string
		cells                   []cell
		place, message, explain string
	}{
		{"no tag", []cell{{source: scaleCell}}, "lesson.ipynb", "no cell has the tag exercise:sample", "property inspector"},
		{"statements", []cell{{source: "x"}, {source: "\nx := 1\n", tags: mine}}, "cell 2, line 2", "", "declarations only"},
		{"only a main", []cell{{source: "%%\nfmt.Println(1)", tags: mine}}, "cell 1, line 1", "declares nothing", "body of main"},
		{"compile error", []cell{{kind: "markdown", source: "x"}, {source: scaleCell + dotCell, tags: mine}, {source: strings.Replace(minCell, "step * g", "step * g * h", 1), tags: mine}}, "cell 2, line 5", "undefined: h", "nothing here"},
		{"forbidden import", []cell{{source: "import (\n\t\"math\"\n\t\"os\"\n)\nvar _ = os.Args\n" + dotCell + minCell, tags: mine}}, "cell 1, line 3", `import "os" is not allowed`, "allowed here"},
		{"forbidden directive", []cell{{source: scaleCell + minCell + "\n//go:noinline\n" + dotCell, tags: mine}}, "cell 1, line 27", "directive", ""},
	} {
		r := gradeNotebook(t, tc.cells...)
		if r.Verdict != grading.Unbuildable || len(r.Problems) == 0 {
			t.Errorf("%s: %s %v", tc.name, r.Verdict, r.Problems)
			continue
		}
		if p := r.Problems[0]; p.Place != tc.place || !strings.Contains(p.Message, tc.message) || !strings.Contains(p.Explain, tc.explain) {
			t.Errorf("%s: %+v", tc.name, r.Problems)
		}
	}
	e := sample.Exercise
	for _, b := range []string{"", "{}", "[]", `{"nbformat":3}`, `{"nbformat":4,"cells":[{"cell_type":"code","source":7}]}`} {
		if _, err := grading.FromNotebook("x.ipynb", []byte(b), &e); err == nil {
			t.Errorf("%q was taken for a notebook", b)
		}
	}
	slugs, err := grading.NotebookExercises(notebookOf(t, cell{tags: []string{"exercise:b", "x"}}, cell{tags: []string{"exercise:a", "exercise:b"}}, cell{kind: "markdown", tags: []string{"exercise:c"}}))
	if err != nil || strings.Join(slugs, " ") != "b a" {
		t.Errorf("%q %v", slugs, err)
	}
}

// A panic is shown at the cell's line.
func TestNotebookPanic(t *testing.T) {
	r := gradeNotebook(t, cell{source: scaleCell + minCell, tags: mine}, cell{source: strings.Replace(dotCell, "s := 0.0", "s := a[len(a)]", 1), tags: mine})
	if f := r.Checks[2].Failures; len(f) != 1 || !strings.Contains(f[0].Error, "at cell 2, line 5: s := a[len(a)]") {
		t.Errorf("%+v", f)
	}
}

func FuzzNotebook(f *testing.F) {
	f.Add(notebookOf(f, cell{source: scaleCell, tags: mine}, cell{source: dotCell, tags: mine, lines: true}))
	f.Add(notebookOf(f, cell{source: "%%\nx", tags: mine}, cell{source: "!a \\\nb\nvar x = 1; var x = 2; func (T[A]) m() {}", tags: mine}))
	f.Add([]byte(`{"nbformat":4,"cells":[{"cell_type":"code","source":["import \"C\"\n","func f()"],"metadata":{"tags":["exercise:sample"]}}]}`))
	e := sample.Exercise
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := grading.FromNotebook("x.ipynb", b, &e)
		if err != nil {
			return
		}
		// Either it is refused with a reason, or it is a submission with a hash.
		for _, p := range s.Problems {
			if p.Message == "" {
				t.Fatalf("a problem without words: %+v", p)
			}
		}
		s.Hash()
	})
}

// FuzzCell is FuzzNotebook for the text of two tagged cells, where most of the code is.
func FuzzCell(f *testing.F) {
	f.Add(scaleCell, dotCell)
	f.Add("import (\n. \"math\"\n_ \"fmt\"\nm \"math\"\n)\nvar x = m.Pi; var y = Pi // c", "func f() {\n}; func g() {}\n%%\n")
	f.Add("type T struct{}\nfunc (t *T) m() {}\n/* doc */ const a, b = 1, 2", "!x \\\n\nfunc (T) m() {}")
	e := sample.Exercise
	f.Fuzz(func(t *testing.T, a, b string) {
		s, err := grading.FromNotebook("x.ipynb", notebookOf(t, cell{source: a, tags: mine}, cell{source: b, tags: mine}), &e)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range s.Problems {
			if p.Message == "" || strings.HasPrefix(p.Place, "cell 0") {
				t.Fatalf("%+v", p)
			}
		}
	})
}

// What passes the gate has no directive, no forbidden import and the right package, however it is written.
func FuzzGate(f *testing.F) {
	b, err := os.ReadFile(sample.Tree() + "/solutions/sample/sample.go")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	for _, a := range attacks {
		f.Add([]byte(a.file()))
	}
	e := sample.Exercise
	f.Fuzz(func(t *testing.T, b []byte) {
		s := grading.FromSource("x.go", b, &e)
		for _, p := range s.Problems {
			if p.Message == "" {
				t.Fatalf("a problem without words: %+v", p)
			}
		}
		if len(s.Problems) > 0 {
			return
		}
		for l := range strings.Lines(string(b)) {
			if l = strings.TrimLeft(l, " \t"); strings.HasPrefix(l, "//go:") && !strings.Contains(string(b), "`") && !strings.Contains(string(b), "/*") {
				t.Fatalf("a directive passed: %q", l)
			}
			if strings.HasPrefix(l, "import") && (strings.Contains(l, `"os"`) || strings.Contains(l, `"unsafe"`) || strings.Contains(l, `"C"`)) && !strings.ContainsAny(string(b), "`/") {
				t.Fatalf("an import passed: %q", l)
			}
		}
	})
}
