package implicitregularisation

import "nncourse/grading"

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

func productGradient(w []float64) []float64 {
	r := w[0]*w[1] - 1
	return []float64{r * w[1], r * w[0]}
}

func productHessian(w []float64) [][]float64 {
	c := 2*w[0]*w[1] - 1
	return [][]float64{{w[1] * w[1], c}, {c, w[0] * w[0]}}
}

func identity(w []float64) []float64 { return append([]float64(nil), w...) }

func modifiedGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	modified(t, "½(ab − 1)²", productGradient, productHessian, []float64{2, 1}, 0.2)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "½(ab − 1)²", Func: "ModifiedGradient",
		Args: []any{t.VectorFunc(2, productGradient), t.MatrixFunc(2, productHessian), []float64{2, 1}, 0.2}, Want: []float64{1.7, 3.1}, Tol: 1e-9})
}

func penaltiesGiven(t *grading.T) {
	g := [][]float64{{1, 0}, {3, 4}}
	// ### BEGIN HIDDEN TESTS
	penalties(t, "two minibatches", g, 0.5)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "two minibatches", Func: "Penalties", Args: []any{g, 0.5}, Want: []float64{1, 0.625}, Tol: 1e-9})
}

func flowGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	flow(t, "w²/2", identity, []float64{16}, 1, 1)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "w²/2", Func: "Flow", Args: []any{t.VectorFunc(1, identity), []float64{16}, 1.0, 1}, Want: [][]float64{{16}, {6}}, Tol: 1e-9})
}

func epochGiven(t *grading.T) {
	a, y := [][]float64{{1}, {2}}, []float64{0, 2}
	// ### BEGIN HIDDEN TESTS
	epoch(t, "two samples", a, y, []float64{2}, 0.1)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "two samples", Func: "EpochMean", Args: []any{a, y, []float64{2}, 0.1}, Want: []float64{1.46}, Tol: 1e-9})
}
