package schedules

import (
	"math"

	"nncourse/grading"
)

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

func ratesGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	stepDecayOf(t, 0.8, 0.5, 2, 5)
	exponentialOf(t, 0.8, 0.5, 4)
	cosineOf(t, 1, 0, 4, 6)
	inverseOf(t, 0.6, 2, 5)
	// ### END HIDDEN TESTS
	r := math.Sqrt(0.5)
	t.Cases(
		grading.Case{Name: "a step decay", Func: "StepDecay", Args: []any{0.8, 0.5, 2, 5}, Want: []float64{0.8, 0.8, 0.4, 0.4, 0.2}, Tol: 1e-9},
		grading.Case{Name: "an exponential decay", Func: "Exponential", Args: []any{0.8, 0.5, 4}, Want: []float64{0.8, 0.4, 0.2, 0.1}, Tol: 1e-9},
		grading.Case{Name: "a cosine", Func: "Cosine", Args: []any{1.0, 0.0, 4, 6}, Want: []float64{1, (1 + r) / 2, 0.5, (1 - r) / 2, 0, 0}, Tol: 1e-9},
		grading.Case{Name: "an inverse decay", Func: "Inverse", Args: []any{0.6, 2.0, 5}, Want: []float64{0.6, 0.4, 0.3, 0.24, 0.2}, Tol: 1e-9})
}

func warmUpGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	warmUpOf(t, "two steps", 2, []float64{0.6, 0.3})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "two steps", Func: "WarmUp", Args: []any{2, []float64{0.6, 0.3}}, Want: []float64{0.3, 0.6, 0.6, 0.3}, Tol: 1e-9})
}

func limitGiven(t *grading.T) {
	h := [][]float64{{2, 1}, {1, 2}}
	// ### BEGIN HIDDEN TESTS
	limitOf(t, "the eigenvalues 1 and 3", h, 1, 3)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the eigenvalues 1 and 3", Func: "StepLimit", Args: []any{h}, Want: 2.0 / 3, Tol: 1e-9})
}

func descendGiven(t *grading.T) {
	bowl := func(x []float64) []float64 { return []float64{x[0]} }
	// ### BEGIN HIDDEN TESTS
	descendOf(t, "½x²", bowl, []float64{8}, []float64{0.5, 1.5, 0.25})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "½x²", Func: "Descend", Args: []any{t.VectorFunc(1, bowl), []float64{8}, []float64{0.5, 1.5, 0.25}},
		Want: [][]float64{{8}, {4}, {-2}, {-1.5}}, Tol: 1e-9})
}
