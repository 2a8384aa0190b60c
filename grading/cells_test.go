package grading

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

var cellsExercise = &Exercise{Slug: "cells", Title: "Cells", Package: "cells", Files: []string{"cells.go"}, Imports: []string{"math", "errors"},
	Checks: []Check{{ID: "c", Title: "c", Points: 1, Run: func(*T) {}}}}

// What GoNB makes of a lesson with its own code around the student's.
const generated = `package main

import (
	"errors"
	"flag"
	"fmt"
	m "math"

	"nncourse/lib/datasets"
)

type stack struct{ items []float64 }
type lesson struct{}

const (
	zero = iota
	one
)

const (
	two = 2.0
	three = 3
)

var (
	errTodo = errors.New("todo")
	digits = datasets.MNIST
	p, q = m.Modf(2.5)
)

// Area is documented.
func Area(r float64) (float64, error) {
	// digits and lesson are names of its own here
	digits := two
	for lesson := range 2 {
		digits += float64(lesson)
	}
	s := &stack{}
	s.push(float64(one) + p)
	return m.Pi * r * digits, errTodo
}

func (s *stack) push(x float64) { s.items = append(s.items, x) }

func Side[T any](x T) T { return helper(x) }

func helper[T any](x T) T { return x }

func show() { fmt.Println(digits, three, q) }

func (lesson) run() {}

func init() { show() }

func main() {
	flag.Parse()
	show()
}
`

func TestFromCells(t *testing.T) {
	c, err := FromCells([]byte(generated), cellsExercise, []string{"Side", "Area"})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Missing) > 0 || len(c.Submission.Problems) > 0 {
		t.Fatalf("missing %q, problems %v", c.Missing, c.Submission.Problems)
	}
	got := string(c.Submission.files[0].source)
	for _, want := range []string{"package cells\n", `import "errors"`, `import m "math"`, "// Area is documented.\nfunc Area", "type stack struct",
		"func (s *stack) push", "const (\n\tzero = iota\n\tone\n)", "const two = 2.0", "var errTodo =", "var p, q = m.Modf(2.5)", "func helper[T any]"} {
		if !strings.Contains(got, want) {
			t.Errorf("not taken: %s", want)
		}
	}
	for _, no := range []string{"datasets", "fmt", "flag", "func main", "func init", "show", "three", "type lesson", "run()"} {
		if strings.Contains(got, no) {
			t.Errorf("taken: %s", no)
		}
	}
	if h := strings.Join(c.Helpers, " "); h != "stack zero one two errTodo p q stack.push helper" {
		t.Errorf("helpers: %s", h)
	}
	if t.Failed() {
		t.Log(got)
	}
	// Places are the student's: a line of Area counts from its comment.
	for i, l := range strings.Split(got, "\n") {
		if strings.Contains(l, "for lesson") {
			if place, text := c.Submission.locate("cells.go", i+1, 2); place != "Area, line 5" || !strings.Contains(text, "for lesson") {
				t.Errorf("place %q, text %q", place, text)
			}
		}
	}
}

func TestFromCellsRefuses(t *testing.T) {
	c, err := FromCells([]byte(generated), cellsExercise, []string{"Area", "Volume", "Side", "Length"})
	if err != nil || strings.Join(c.Missing, " ") != "Volume Length" || c.Submission != nil {
		t.Errorf("%+v, %v", c, err)
	}
	// A method does not stand for a function.
	if c, err = FromCells([]byte("package main\ntype T int\nfunc (T) Area() {}"), cellsExercise, []string{"Area"}); err != nil || len(c.Missing) != 1 {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err = FromCells([]byte("package main\nfunc {"), cellsExercise, []string{"Area"}); err == nil {
		t.Error("what does not parse is taken")
	}
	two := *cellsExercise
	two.Files = []string{"a.go", "b.go"}
	if _, err = FromCells([]byte(generated), &two, []string{"Area"}); err == nil {
		t.Error("an exercise of two files is taken")
	}
	// The static gate holds here too.
	source := "package main\nimport \"os\"\n//go:noinline\nfunc Area() { os.Exit(0) }"
	if c, err = FromCells([]byte(source), cellsExercise, []string{"Area"}); err != nil || len(c.Submission.Problems) != 2 {
		t.Fatalf("%+v, %v", c, err)
	}
	for _, p := range c.Submission.Problems {
		if p.Place != "an import" && p.Place != "Area, line 1" {
			t.Errorf("place %q", p.Place)
		}
	}
}

// The harness names what a solution declares.
func TestFunctions(t *testing.T) {
	e := &Exercise{Slug: "sample", Package: "sample"}
	if f, err := e.Functions("internal/sample/testdata"); err != nil || strings.Join(f, " ") != "Scale Dot Minimum" {
		t.Errorf("%q, %v", f, err)
	}
	if f, err := (&Exercise{Slug: "no-such", Package: "nosuch"}).Functions("internal/sample/testdata"); err == nil {
		t.Errorf("an exercise without harness has %q", f)
	}
}

// Whatever the kernel generates: no panic, and what is taken is one file of the exercise's package that holds the
// functions, or says why not.
func FuzzCells(f *testing.F) {
	f.Add([]byte(generated))
	f.Add([]byte("package main\nimport . \"math\"\nimport _ \"os\"\nvar Area, _ = Pi, func() int { return 1 }()\n"))
	f.Add([]byte("package main\nfunc Area[T interface{ ~int }](x T) { type y T; Area(x) }\nfunc (Area) m() {}\nconst ( _ = iota; b; )\n"))
	f.Add([]byte("package main\n//line x.go:7\nfunc Area() { goto a; a: }; func Area() {}; func main() { Area() }"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := FromCells(b, cellsExercise, []string{"Area"})
		if err != nil {
			return
		}
		if (c.Submission == nil) != (len(c.Missing) > 0) {
			t.Fatalf("%+v", c)
		}
		if c.Submission == nil {
			return
		}
		for _, p := range c.Submission.Problems {
			if p.Message == "" || p.Place == "" {
				t.Fatalf("%+v", p)
			}
		}
		if len(c.Submission.Problems) > 0 {
			return
		}
		tree, err := parser.ParseFile(token.NewFileSet(), "", c.Submission.files[0].source, 0)
		if err != nil || tree.Name.Name != "cells" || tree.Scope.Lookup("Area") == nil {
			t.Fatalf("%v\n%s", err, c.Submission.files[0].source)
		}
		if o := tree.Scope.Lookup("main"); o != nil && o.Kind == ast.Fun {
			t.Fatalf("main was taken:\n%s", c.Submission.files[0].source)
		}
	})
}
