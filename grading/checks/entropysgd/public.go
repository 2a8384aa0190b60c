package entropysgd

import (
	"math"

	"nncourse/grading"
)

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same calls judged by the reference, which
// names the likely cause.

func identity(x []float64) []float64 { return append([]float64(nil), x...) }

func scopeGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	scope(t, "the statement's case", 2, 0.5, 3)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "γ(3)", Func: "Scope", Args: []any{2.0, 0.5, 3}, Want: 6.75, Tol: 1e-9})
}

func entropyGiven(t *grading.T) {
	f, places := []float64{0, -math.Log(6)}, []float64{0, 1}
	// ### BEGIN HIDDEN TESTS
	entropy(t, "two places", f, places, 0, 2*math.Ln2)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "two places", Func: "LocalEntropy", Args: []any{f, places, 0.0, 2 * math.Ln2}, Want: []float64{math.Ln2, -1.5 * math.Ln2}, Tol: 1e-9})
}

func innerGiven(t *grading.T) {
	x, normal := []float64{2}, [][]float64{{2}, {-1}}
	// ### BEGIN HIDDEN TESTS
	inner(t, "x²/2", identity, x, 1, 0.25, 1, 0.5, normal)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "x²/2", Func: "InnerLoop", Args: []any{t.VectorFunc(1, identity), x, 1.0, 0.25, 1.0, 0.5, normal}, Want: [][]float64{{1.75}, {1.25}}, Tol: 1e-9})
}

func outerGiven(t *grading.T) {
	x, normal := []float64{4}, [][][]float64{{{0}}, {{0}}}
	// ### BEGIN HIDDEN TESTS
	outer(t, "x²/2", identity, x, [6]float64{1, 1, 0.5, 0.5, 0, 1}, normal)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "x²/2", Func: "EntropySGD", Args: []any{t.VectorFunc(1, identity), x, 1.0, 1.0, 0.5, 0.5, 0.0, 1.0, normal}, Want: [][]float64{{4}, {3}, {1.5}}, Tol: 1e-9})
}
