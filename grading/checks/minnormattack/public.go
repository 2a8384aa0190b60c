package minnormattack

import "nncourse/grading"

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

var (
	caseW = []float64{1, 2, 2}
	caseX = []float64{4, 1, 3}

	caseClasses = [][]float64{{2, 0}, {5, 4}, {2, 0.5}, {4.5, 0}, {2, 0}}
	caseBiases  = []float64{3, -6, 2, -0.4, 0}
)

func l2Given(t *grading.T) {
	origin := []float64{0, 0, 0}
	// ### BEGIN HIDDEN TESTS
	minimum(t, "MinL2", "(1, 2, 2)ᵀx − 3", caseW, -3, caseX, 0.1)
	minimum(t, "MinL2", "(1, 2, 2)ᵀx − 3 from the negative side", caseW, -3, origin, 0)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "(1, 2, 2)ᵀx − 3", Func: "MinL2", Args: []any{caseW, -3.0, caseX, 0.1}, Want: []float64{-1.1, -2.2, -2.2}, Tol: 1e-9},
		grading.Case{Name: "from the negative side", Func: "MinL2", Args: []any{caseW, -3.0, origin, 0.0}, Want: []float64{1. / 3, 2. / 3, 2. / 3}, Tol: 1e-9})
}

func infGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	minimum(t, "MinInf", "(1, 2, 2)ᵀx − 3", caseW, -3, caseX, 0.1)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "(1, 2, 2)ᵀx − 3", Func: "MinInf", Args: []any{caseW, -3.0, caseX, 0.1}, Want: []float64{-1.98, -1.98, -1.98}, Tol: 1e-9})
}

func maxGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	largest(t, "not enough", caseW, -3, caseX, 1.5)
	largest(t, "enough", caseW, -3, caseX, 2)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "not enough", Func: "MaxAllowable", Args: []any{caseW, -3.0, caseX, 1.5}, Want: []float64{-1.5, -1.5, -1.5}, Tol: 1e-9},
		grading.Case{Name: "enough", Func: "MaxAllowable", Args: []any{caseW, -3.0, caseX, 2.0}, Want: []float64{-2, -2, -2}, Tol: 1e-9})
}

func classesGiven(t *grading.T) {
	at := []float64{1, 1}
	// ### BEGIN HIDDEN TESTS
	oneVsAll(t, "five classes", caseClasses, caseBiases, at, false, 0)
	oneVsAll(t, "five classes", caseClasses, caseBiases, at, true, 0)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "five classes, L2", Func: "OneVsAll", Args: []any{caseClasses, caseBiases, at, false, 0.0}, Want: []float64{0.36, 0}, Tol: 1e-9},
		grading.Case{Name: "five classes, L∞", Func: "OneVsAll", Args: []any{caseClasses, caseBiases, at, true, 0.0}, Want: []float64{2. / 7, 2. / 7}, Tol: 1e-9})
}
