package operatordiscovery

import "nncourse/grading"

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

var (
	line  = [][]float64{{1, 0}, {1, 1}, {1, 2}}
	lineY = []float64{1, 2, 4}
)

func libraryGiven(t *grading.T) {
	d, power, order := [][]float64{{2, 3}, {10, 20}}, []int{0, 2, 1, 0}, []int{0, 0, 1, 1}
	// ### BEGIN HIDDEN TESTS
	checkLibrary(t, "the case of the statement", d, power, order)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "Θ", Func: "Library", Args: []any{d, power, order}, Want: [][]float64{{1, 4, 20, 10}, {1, 9, 60, 20}}, Tol: 1e-9})
}

func fitGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	checkFit(t, "the case of the statement", line, lineY)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "a straight line", Func: "LeastSquares", Args: []any{line, lineY}, Want: []float64{5. / 6, 1.5}, Tol: 1e-9})
}

func stlsqGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	checkSTLSQ(t, "the case of the statement", line, lineY, 1, 10)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "a straight line", Func: "STLSQ", Args: []any{line, lineY, 1.0, 10}, Want: []float64{0, 2}, Tol: 1e-9})
}

func subsetGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	checkSubset(t, "the case of the statement, λ = ½", line, lineY, 0.5)
	checkSubset(t, "the case of the statement, λ = 1", line, lineY, 1)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "λ = ½", Func: "BestSubset", Args: []any{line, lineY, 0.5}, Want: []float64{5. / 6, 1.5}, Tol: 1e-9},
		grading.Case{Name: "λ = 1", Func: "BestSubset", Args: []any{line, lineY, 1.0}, Want: []float64{0, 2}, Tol: 1e-9})
}
