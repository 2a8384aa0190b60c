package scaffold

// templates are the files of a new exercise. SLUG, PKG and TITLE are filled in; § begins a marker of the release (see
// package release), which written out would strip this file.
var templates = []struct{ name, text string }{
	{"exercises/SLUG/README.md", `# TITLE

Lesson: (link it here). About … minutes.

## What

Replace this: what the student writes, and why it matters. The function below stands for the exercise's own.

## Signatures and shapes

` + "```go\nfunc Twice(x []float64) ([]float64, error)\n```" + `

| case | result |
|---|---|
| x has an entry that is NaN or infinite | an error |

## A case by hand

Twice((1, −2)) = **(2, −4)**.

## Check

` + "```\ngo tool course grade exercises/SLUG\n```" + `
`},
	{"exercises/SLUG/HINTS.md", `# Hints: TITLE

Read one, close the file, try again.

<details><summary>1. Where to begin</summary>

…

</details>

<details><summary>2. Half way</summary>

…

</details>

<details><summary>3. Nearly there</summary>

…

</details>
`},
	{"exercises/SLUG/PKG.go", `// Package PKG is the exercise "TITLE": its statement is README.md.
package PKG

import "errors"

var errTodo = errors.New("exercise SLUG: not written yet")

// Twice returns 2x in a new slice, of x's length. It errs if an entry is NaN or infinite.
func Twice(x []float64) ([]float64, error) {
	return nil, errTodo
}
`},
	{"exercises/SLUG/visible_test.go", `package PKG

import (
	"slices"
	"testing"
)

func TestTwice(t *testing.T) {
	y, err := Twice([]float64{1, -2})
	if err != nil || !slices.Equal(y, []float64{2, -4}) {
		t.Errorf("Twice((1, −2)) is %v, %v; want (2, −4)", y, err)
	}
}
`},
	{"solutions/SLUG/PKG.go", solution("", "2 * v")},
	{"solutions/SLUG/right/sum/PKG.go", solution("", "v + v")},
	{"solutions/SLUG/right/half/PKG.go", solution("", "v / 0.5")},
	{"solutions/SLUG/wrong/squares/PKG.go", solution("// Mistake: squares: the square is taken for the double\n\n", "v * v")},
	{"grading/harness/SLUG/main.go", `// Command SLUG serves a submission of the exercise SLUG to the grader.
package main

import (
	"nncourse/exercises/SLUG"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"Twice": func(c *wire.Call) []any {
			y, err := PKG.Twice(c.Floats(0))
			return wire.Return(err, y)
		},
	})
}
`},
	{"grading/checks/PKG/exercise.go", `// Package PKG holds the checks of the exercise SLUG.
package PKG

import (
	"time"

	"nncourse/grading"
)

// Exercise is SLUG.
var Exercise = grading.Exercise{
	Slug:        "SLUG",
	Title:       "TITLE",
	Package:     "PKG",
	Files:       []string{"PKG.go"},
	Imports:     []string{"errors", "fmt", "math", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// §B HIDDEN TESTS
	Mistakes: mistakes,
	// §E HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "case", Title: "Twice on the case of the statement", Points: 3, Public: true, Run: given},
		// §B HIDDEN TESTS
		{ID: "random", Title: "Twice on random vectors", Points: 5, Run: randomVectors},
		{ID: "refuses", Title: "Twice refuses what is not finite", Points: 2, Run: refuses},
		// §E HIDDEN TESTS
	},
}

// given has its answers as numbers: a student edition holds no code that computes them.
func given(t *grading.T) {
	t.Cases(grading.Case{Name: "the case of the statement", Func: "Twice", Args: []any{[]float64{1, -2}}, Want: []float64{2, -4}, Tol: 1e-12})
}
`},
	{"grading/checks/PKG/hidden_checks.go", `// §B HIDDEN TESTS

package PKG

import (
	"math"

	"nncourse/grading"
)

var mistakes = []grading.Mistake{
	{ID: "squares", Cause: "the square is taken for the double", Hint: "what is twice 3, and what is its square?"},
}

func randomVectors(t *grading.T) {
	for n := range 6 {
		x := make([]float64, n)
		double, square := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i] = t.Rand.NormFloat64()
			double[i], square[i] = 2*x[i], x[i]*x[i]
		}
		a := t.CallOK("Twice", x)
		a.Unchanged()
		if y := a.Vector(0, n); !grading.CloseSlice(y, double, 1e-12) {
			mistake := ""
			if grading.CloseSlice(y, square, 1e-12) {
				mistake = "squares"
			}
			t.Fail(grading.Failure{Computed: grading.Show(y), Expected: grading.Show(double), Error: "the numbers differ", Mistake: mistake})
		}
	}
}

func refuses(t *grading.T) {
	t.CallOK("Twice", []float64{1}) // who refuses everything earns nothing
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		t.CallErr(grading.Failure{}, "Twice", []float64{1, bad})
	}
}

// §E HIDDEN TESTS
`},
}

func solution(head, expression string) string {
	return head + `package PKG

import (
	"fmt"
	"math"
)

// Twice returns 2x in a new slice.
func Twice(x []float64) ([]float64, error) {
	y := make([]float64, len(x))
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("entry %d is %v", i, v)
		}
		y[i] = ` + expression + `
	}
	return y, nil
}
`
}
