package melspectrogram

import (
	"math"

	"nncourse/grading"
)

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

func scalesGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	checkScale(t, "Mel", []float64{700}, false)
	checkScale(t, "Mel", []float64{500, 6400}, true)
	checkScale(t, "Hertz", []float64{2595 * math.Log10(2)}, false)
	checkScale(t, "Hertz", []float64{7.5, 42}, true)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "HTK", Func: "Mel", Args: []any{[]float64{700}, false}, Want: []float64{2595 * math.Log10(2)}, Tol: 1e-9},
		grading.Case{Name: "Slaney", Func: "Mel", Args: []any{[]float64{500, 6400}, true}, Want: []float64{7.5, 42}, Tol: 1e-9},
		grading.Case{Name: "HTK", Func: "Hertz", Args: []any{[]float64{2595 * math.Log10(2)}, false}, Want: []float64{700}, Tol: 1e-9},
		grading.Case{Name: "Slaney", Func: "Hertz", Args: []any{[]float64{7.5, 42}, true}, Want: []float64{500, 6400}, Tol: 1e-9})
}

func filtersGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	checkFilters(t, bank{1, 8, 5600, 0, 2100, false, false})
	checkFilters(t, bank{1, 8, 5600, 0, 2100, false, true})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "one band", Func: "Filters", Args: []any{1, 8, 5600.0, 0.0, 2100.0, false, false}, Want: [][]float64{{0, 1, 0.5, 0, 0}}, Tol: 1e-9},
		grading.Case{Name: "one band, area", Func: "Filters", Args: []any{1, 8, 5600.0, 0.0, 2100.0, false, true}, Want: [][]float64{{0, 2.0 / 2100, 1.0 / 2100, 0, 0}}, Tol: 1e-9})
}

func powerGiven(t *grading.T) {
	x := []float64{0, 1, 2, 3}
	// ### BEGIN HIDDEN TESTS
	checkPower(t, x, 4, 2)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "one frame", Func: "Power", Args: []any{x, 4, 2}, Want: [][]float64{{16, 5, 0}}, Tol: 1e-9})
}

func logMelGiven(t *grading.T) {
	x, h := []float64{0, 1, 2, 3}, [][]float64{{1, 0, 0}, {0, 2, 1}, {0, 0, 1}}
	// ### BEGIN HIDDEN TESTS
	checkLogMel(t, x, h, 4, 2, 1e-3)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "one frame", Func: "LogMel", Args: []any{x, h, 4, 2, 1e-3}, Want: [][]float64{{10 * math.Log10(16), 10, -30}}, Tol: 1e-9})
}
