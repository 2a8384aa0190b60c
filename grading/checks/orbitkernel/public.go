package orbitkernel

import (
	"math"

	"nncourse/grading"
)

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

var (
	both      = [][]float64{{0, 1}, {1, 0}}
	swap      = [][]float64{{1, 0}}
	pair      = [][]float64{{1, 0}, {1, 1}}
	givenGram = [][]float64{{2.5, 2}, {2, 4}}
	templates = [][]float64{{3, -1}, {-2, 1}}
)

func kernelGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	kernel(t, "both permutations of two", math.Ln2, both, pair[0], pair[1])
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "both permutations of two", Func: "Kernel", Args: []any{math.Ln2, both, pair[0], pair[1]}, Want: 2.0, Tol: 1e-9})
}

func gramGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	gram(t, "two points", math.Ln2, both, pair)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "two points", Func: "Gram", Args: []any{math.Ln2, both, pair}, Want: givenGram, Tol: 1e-9})
}

func normaliseGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	normalise(t, "two points", givenGram)
	// ### END HIDDEN TESTS
	c := 2 / math.Sqrt(10)
	t.Cases(grading.Case{Name: "two points", Func: "Normalise", Args: []any{givenGram}, Want: [][]float64{{1, c}, {c, 1}}, Tol: 1e-9})
}

func featuresGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	features(t, "two templates", both, templates, pair[0])
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "two templates", Func: "Features", Args: []any{both, templates, pair[0]}, Want: []float64{3, 1}, Tol: 1e-9})
}

func defectGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	defect(t, "the group", math.Ln2, both, pair[0], pair[1])
	defect(t, "the swap alone", math.Ln2, swap, pair[0], pair[0])
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the group", Func: "Defect", Args: []any{math.Ln2, both, pair[0], pair[1]}, Want: 0.0, Tol: 1e-9},
		grading.Case{Name: "the swap alone", Func: "Defect", Args: []any{math.Ln2, swap, pair[0], pair[0]}, Want: 0.75, Tol: 1e-9})
}
