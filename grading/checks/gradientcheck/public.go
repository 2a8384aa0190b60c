package gradientcheck

import (
	"math"

	"nncourse/grading"
)

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

func cubic(x []float64) float64 { return x[0]*x[0]*x[0] + 2*x[1] }
func hinge(x []float64) float64 { return math.Max(0, x[0]) + x[1]*x[1] }

func centralGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	central(t, "x₁³ + 2x₂", cubic, []float64{1, 5}, 0.1)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "x₁³ + 2x₂", Func: "Central", Args: []any{t.ScalarFunc(2, cubic), []float64{1, 5}, 0.1}, Want: []float64{3.01, 2}, Tol: 1e-9})
}

func slopeGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	slope(t, "x₁³ + 2x₂", cubic, []float64{1, 5}, []float64{2, 1}, 0.1)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "x₁³ + 2x₂", Func: "Slope", Args: []any{t.ScalarFunc(2, cubic), []float64{1, 5}, []float64{2, 1}, 0.1}, Want: 8.08, Tol: 1e-9})
}

func errorGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	relError(t, "the statement's gradients", []float64{3, 2}, []float64{3.01, 2})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the statement's gradients", Func: "RelError", Args: []any{[]float64{3, 2}, []float64{3.01, 2}}, Want: 0.01 / 3.01, Tol: 1e-12})
}

func checkGiven(t *grading.T) {
	x := []float64{0, 1}
	// ### BEGIN HIDDEN TESTS
	verdict(t, "max(0, x₁) + x₂²", hinge, []float64{0, 2}, x, 0.01, 0.001)
	verdict(t, "max(0, x₁) + x₂²", hinge, []float64{1.5, 2.5}, x, 0.01, 0.001)
	// ### END HIDDEN TESTS
	f := t.ScalarFunc(2, hinge)
	t.Cases(
		grading.Case{Name: "max(0, x₁) + x₂²", Func: "Check", Args: []any{f, []float64{0, 2}, x, 0.01, 0.001}, Want: []int{2, 0}},
		grading.Case{Name: "max(0, x₁) + x₂²", Func: "Check", Args: []any{f, []float64{1.5, 2.5}, x, 0.01, 0.001}, Want: []int{3, 1}})
}
