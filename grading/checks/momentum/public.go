package momentum

import "nncourse/grading"

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

func bowl(x []float64) []float64 { return []float64{x[0], 4 * x[1]} }

func heavyGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	roll{"½(x₁² + 4x₂²)", bowl, []float64{4, 4}, []float64{0.25, 0.5}, 0.5}.heavy(t)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "½(x₁² + 4x₂²)", Func: "HeavyBall", Args: []any{t.VectorFunc(2, bowl), []float64{4, 4}, []float64{0.25, 0.5}, 0.5},
		Want: [][]float64{{4, 4}, {3, 0}, {0.5, -4}}, Tol: 1e-9})
}

func nesterovGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	roll{"½(x₁² + 4x₂²)", bowl, []float64{4, 4}, []float64{0.25, 0.5}, 0.5}.nesterov(t)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "½(x₁² + 4x₂²)", Func: "Nesterov", Args: []any{t.VectorFunc(2, bowl), []float64{4, 4}, []float64{0.25, 0.5}, 0.5},
		Want: [][]float64{{4, 4}, {3, 0}, {1.25, 2}}, Tol: 1e-9})
}

func limitsGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	limits(t, "the eigenvalues 1 and 4", 0.5, 1, 4)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the eigenvalues 1 and 4: heavy ball, Nesterov", Func: "Limits", Args: []any{[]float64{1, 4}, 0.5}, Want: []float64{0.75, 0.375}, Tol: 1e-9})
}

func bestGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	best(t, "the eigenvalues 1 and 4", 1, 4)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the eigenvalues 1 and 4: rate, momentum, factor", Func: "BestHeavyBall", Args: []any{[]float64{1, 4}},
		Want: []float64{4.0 / 9, 1.0 / 9, 1.0 / 3}, Tol: 1e-9})
}
