package gradientdescent

import "nncourse/grading"

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

func bowl(x []float64) []float64 { return []float64{x[0], 4 * x[1]} }

func samples() ([][]float64, []float64) { return [][]float64{{1}, {1}, {1}}, []float64{1, 2, 6} }

func descendGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	descendCase(t)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "½(x₁² + 4x₂²)", Func: "Descend", Args: []any{t.VectorFunc(2, bowl), []float64{5, 5}, 0.4, 2},
		Want: [][]float64{{5, 5}, {3, -3}, {1.8, 1.8}}, Tol: 1e-9})
}

func batchGiven(t *grading.T) {
	a, y := samples()
	// ### BEGIN HIDDEN TESTS
	batchCase(t)
	// ### END HIDDEN TESTS
	t.Cases(
		grading.Case{Name: "all three samples", Func: "BatchGradient", Args: []any{a, y, []float64{0}, []int{0, 1, 2}}, Want: []float64{-3}, Tol: 1e-9},
		grading.Case{Name: "the samples 2 and 0", Func: "BatchGradient", Args: []any{a, y, []float64{0}, []int{2, 0}}, Want: []float64{-3.5}, Tol: 1e-9})
}

func epochGiven(t *grading.T) {
	a, y := samples()
	// ### BEGIN HIDDEN TESTS
	epochCase(t)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the order 2, 0, 1 in batches of two", Func: "Epoch", Args: []any{a, y, []float64{0}, []int{2, 0, 1}, 2, 0.5},
		Want: [][]float64{{0}, {1.75}, {1.875}}, Tol: 1e-9})
}

func rateGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	rate(t, "the eigenvalues 1 and 4", 1, 4)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the eigenvalues 1 and 4: rate, factor", Func: "BestRate", Args: []any{[]float64{1, 4}}, Want: []float64{0.4, 0.6}, Tol: 1e-9})
}
