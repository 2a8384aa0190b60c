package activationmaximisation

import "nncourse/grading"

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

func constant(g ...float64) func([]float64) []float64 {
	return func([]float64) []float64 { return append([]float64(nil), g...) }
}

func small() [][]float64 { return [][]float64{{0, 3}, {4, 0}} }

func maximiserGiven(t *grading.T) {
	w := []float64{3, 4}
	// ### BEGIN HIDDEN TESTS
	checkMaximiser(t, w, 10)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "w = (3, 4), R = 10", Func: "Maximiser", Args: []any{w, 10.0}, Want: []float64{6, 8}, Tol: 1e-9})
}

func ascendGiven(t *grading.T) {
	g, x0 := constant(0, 5), []float64{3, 0}
	// ### BEGIN HIDDEN TESTS
	checkAscend(t, g, x0, 4, 2.5, 2)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "two steps", Func: "Ascend", Args: []any{t.VectorFunc(2, g), x0, 4.0, 2.5, 2}, Want: [][]float64{{3, 0}, {1.5, 2}, {0.606339, 2.425356}}, Tol: 1e-6})
}

func shiftGiven(t *grading.T) {
	p := [][]float64{{1, 2, 3}, {4, 5, 6}}
	// ### BEGIN HIDDEN TESTS
	checkShift(t, p, 1, -1)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "one down, one to the left", Func: "Shift", Args: []any{p, 1, -1}, Want: [][]float64{{5, 6, 4}, {2, 3, 1}}, Tol: 1e-9})
}

func variationGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	checkVariation(t, small(), 12)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "ε = 12", Func: "TotalVariation", Args: []any{small(), 12.0}, Want: 2.018428, Tol: 1e-6})
}

func objectiveGiven(t *grading.T) {
	s, g := func(x []float64) float64 { return x[1] }, constant(0, 1, 0, 0)
	// ### BEGIN HIDDEN TESTS
	checkObjective(t, s, g, small(), 0, 1, 0.5, 12)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "one pixel", Func: "Objective", Args: []any{t.ScalarFunc(4, s), t.VectorFunc(4, g), small(), 0, 1, 0.5, 12.0}, Want: -1.009214, Tol: 1e-6})
}
