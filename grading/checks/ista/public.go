package ista

import "nncourse/grading"

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

var (
	givenW = [][]float64{{2, 0}, {0, 1}}
	givenX = []float64{4, 2}
)

func piecesGiven(t *grading.T) {
	v, z := []float64{3, -0.5, -2}, []float64{1.75, 0.25}
	// ### BEGIN HIDDEN TESTS
	threshold(t, v, 1)
	energy(t, problem{w: givenW, x: givenX, alpha: 1}, z)
	lipschitz(t, "diagonal", givenW, []float64{2, 1})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the threshold", Func: "SoftThreshold", Args: []any{v, 1.0}, Want: []float64{2, 0, -1}, Tol: 1e-9},
		grading.Case{Name: "the energy", Func: "Energy", Args: []any{givenW, givenX, z, 1.0}, Want: 3.65625, Tol: 1e-9},
		grading.Case{Name: "the constant", Func: "Lipschitz", Args: []any{givenW}, Want: 4.0, Tol: 1e-9})
}

func istaGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	solve(t, "ISTA", problem{givenW, givenX, 1, 4, 3})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "three steps", Func: "ISTA", Args: []any{givenW, givenX, 1.0, 4.0, 3}, Want: []float64{1.75, 0.578125}, Tol: 1e-9})
}

func fistaGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	solve(t, "FISTA", problem{givenW, givenX, 1, 4, 3})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "three steps", Func: "FISTA", Args: []any{givenW, givenX, 1.0, 4.0, 3}, Want: []float64{1.75, 0.6177471}, Tol: 1e-6})
}
