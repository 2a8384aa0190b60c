package attention

import (
	"math"

	"nncourse/grading"
)

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// call judged by the reference, which names the likely cause.

var (
	ln3          = math.Log(3)
	caseQ        = [][]float64{{1}, {1}}
	caseK        = [][]float64{{0}, {ln3}}
	caseV        = [][]float64{{0}, {8}}
	caseDO       = [][]float64{{0}, {1}}
	pairQ, pairK = [][]float64{{1, 0}, {1, 0}}, [][]float64{{0, 5}, {ln3, 7}}
	pairV        = [][]float64{{0, 0}, {8, 2}}
)

func attendGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	checkAttend(t, "the case of the statement", caseQ, caseK, caseV, false)
	checkAttend(t, "the case of the statement, causal", caseQ, caseK, caseV, true)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "full", Func: "Attend", Args: []any{caseQ, caseK, caseV, false}, Want: [][]float64{{6}, {6}}, Tol: 1e-9},
		grading.Case{Name: "causal", Func: "Attend", Args: []any{caseQ, caseK, caseV, true}, Want: [][]float64{{0}, {6}}, Tol: 1e-9})
}

func gradientGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	checkGradient(t, "the case of the statement", caseQ, caseK, caseV, true, caseDO)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "∂J/∂Q", Func: "Gradient", Args: []any{caseQ, caseK, caseV, true, caseDO}, Want: [][]float64{{0}, {1.5 * ln3}}, Tol: 1e-9})
}

func headsGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	checkHeads(t, "the case of the statement", pairQ, pairK, pairV, 2, false)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "two heads", Func: "MultiHead", Args: []any{pairQ, pairK, pairV, 2, false}, Want: [][]float64{{6, 1}, {6, 1}}, Tol: 1e-9})
}
