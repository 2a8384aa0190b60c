package fouriermask

import "nncourse/grading"

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

func dftGiven(t *grading.T) {
	square, row := [][]float64{{1, 2}, {3, 5}}, [][]float64{{1, 4, 2, 1}}
	// ### BEGIN HIDDEN TESTS
	checkDFT(t, square)
	checkDFT(t, row)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "2×2", Func: "DFT2", Args: []any{square}, Want: [][]float64{{11, -3}, {-5, 1}}, Tol: 1e-9},
		grading.Case{Name: "one row", Func: "DFT2", Args: []any{row}, Want: [][]float64{{8, -1, -2, -1}}, Tol: 1e-9})
}

func filterGiven(t *grading.T) {
	x, mask := [][]float64{{1, 2}, {3, 5}}, [][]float64{{1, 0}, {1, 0}}
	// ### BEGIN HIDDEN TESTS
	checkFilter(t, x, mask)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "row means", Func: "Filter", Args: []any{x, mask}, Want: [][]float64{{1.5, 1.5}, {4, 4}}, Tol: 1e-9})
}

func objectiveGiven(t *grading.T) {
	weights, bias, images, labels, mask := [][]float64{{1, 0}, {0, 1}}, []float64{0, 0}, [][]float64{{3, 1}}, []int{0}, [][]float64{{1, 0.5}}
	// ### BEGIN HIDDEN TESTS
	checkObjective(t, problem{weights, bias, images, labels, mask, 0.1})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "one image", Func: "Objective", Args: []any{weights, bias, images, labels, mask, 0.1}, Want: 1.1853300, Tol: 1e-6})
}

func stepGiven(t *grading.T) {
	mask, gradient := [][]float64{{1, 0.5, 0.1}}, [][]float64{{-0.3, 0.2, 0.4}}
	// ### BEGIN HIDDEN TESTS
	checkStep(t, mask, gradient, 0.5)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "one row", Func: "Step", Args: []any{mask, gradient, 0.5}, Want: [][]float64{{1, 0.4, 0}}, Tol: 1e-9})
}

func radialGiven(t *grading.T) {
	e := [][]float64{{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9, 10, 11}, {12, 13, 14, 15}}
	// ### BEGIN HIDDEN TESTS
	checkRadial(t, e)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "4×4", Func: "RadialMean", Args: []any{e}, Want: []float64{0, 7.5, 50.0 / 6, 10}, Tol: 1e-9})
}
