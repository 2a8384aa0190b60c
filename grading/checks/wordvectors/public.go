package wordvectors

import (
	"math"

	"nncourse/grading"
)

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// call judged by the reference, which names the likely cause.

func countGiven(t *grading.T) {
	ids := []int{0, 1, 0, 2}
	// ### BEGIN HIDDEN TESTS
	checkCount(t, ids, 3, 1)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the text 0 1 0 2", Func: "Cooccurrence", Args: []any{ids, 3, 1}, Want: [][]float64{{0, 2, 1}, {2, 0, 0}, {1, 0, 0}}, Tol: 1e-12})
}

func ppmiGiven(t *grading.T) {
	counts := [][]float64{{1, 0}, {1, 2}}
	// ### BEGIN HIDDEN TESTS
	checkPPMI(t, "the case of the statement", counts, 1)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the case of the statement", Func: "PPMI", Args: []any{counts, 1.0}, Want: [][]float64{{math.Ln2, 0}, {0, math.Log(4. / 3)}}, Tol: 1e-9})
}

func cosineGiven(t *grading.T) {
	tejuino, wine, tortillas := []float64{1, 1, 1, 1}, []float64{1, 1, 1, 0}, []float64{0, 1, 0, 1}
	// ### BEGIN HIDDEN TESTS
	checkCosine(t, "tejuino and wine", tejuino, wine)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "tejuino and wine", Func: "Cosine", Args: []any{tejuino, wine}, Want: math.Sqrt(3) / 2, Tol: 1e-9},
		grading.Case{Name: "tejuino and tortillas", Func: "Cosine", Args: []any{tejuino, tortillas}, Want: math.Sqrt(0.5), Tol: 1e-9})
}

func analogyGiven(t *grading.T) {
	vectors := [][]float64{{1, 0}, {1, 1}, {3, 0}, {2, 2}, {-1, 0.5}}
	// ### BEGIN HIDDEN TESTS
	checkAnalogy(t, "man : woman = king : ?", vectors, 0, 1, 2)
	// ### END HIDDEN TESTS
	if a := t.CallOK("Analogy", vectors, 0, 1, 2); a.Int(0) != 3 {
		t.Failf("man : woman = king : word %d, want 3, queen", a.Int(0))
	}
}
