package leastnormgd

import (
	"fmt"

	"nncourse/grading"
)

// The two cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the
// same calls judged by the reference, which names the likely cause.

const (
	line  = "the line x₁ + 2x₂ = 5"
	plane = "two equations, three unknowns"
)

func lineArgs(more ...any) []any { return append([]any{[][]float64{{1, 2}}}, more...) }

func planeArgs(more ...any) []any { return append([]any{[][]float64{{1, 0, 1}, {0, 1, 1}}}, more...) }

func leastNormGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	leastNormCases(t)
	// ### END HIDDEN TESTS
	t.Cases(
		grading.Case{Name: line, Func: "LeastNorm", Args: lineArgs([]float64{5}), Want: []float64{1, 2}, Tol: 1e-6},
		grading.Case{Name: plane, Func: "LeastNorm", Args: planeArgs([]float64{2, 4}), Want: []float64{0, 2, 2}, Tol: 1e-6})
}

func descentGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	descentCases(t)
	// ### END HIDDEN TESTS
	for iters, want := range [][]float64{{2, -1}, {2.5, 0}, {2.75, 0.5}, {2.875, 0.75}} {
		t.Cases(grading.Case{Name: fmt.Sprintf("%s, %d steps", line, iters), Func: "GradientDescent",
			Args: lineArgs([]float64{5}, []float64{2, -1}, 0.1, iters), Want: want, Tol: 1e-9})
	}
	t.Cases(grading.Case{Name: plane, Func: "GradientDescent",
		Args: planeArgs([]float64{2, 4}, []float64{3, 0, 0}, 0.5, 200), Want: []float64{1, 3, 1}, Tol: 1e-9})
}

func limitGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	limitCases(t)
	// ### END HIDDEN TESTS
	t.Cases(
		grading.Case{Name: line, Func: "StepLimit", Args: lineArgs(), Want: 0.4, Tol: 1e-6},
		grading.Case{Name: line, Func: "Limit", Args: lineArgs([]float64{5}, []float64{2, -1}), Want: []float64{3, 1}, Tol: 1e-6},
		grading.Case{Name: plane, Func: "StepLimit", Args: planeArgs(), Want: 2. / 3, Tol: 1e-6},
		grading.Case{Name: plane, Func: "Limit", Args: planeArgs([]float64{2, 4}, []float64{3, 0, 0}), Want: []float64{1, 3, 1}, Tol: 1e-6})
}
