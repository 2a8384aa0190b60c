package fourierfeatures

import "nncourse/grading"

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

var given = []float64{1, 4, 2, 1}

func dftGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	checkDFT(t, given)
	checkAmplitudes(t, given)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "amplitudes", Func: "Amplitudes", Args: []any{given}, Want: []float64{2, 1.58113883, 0.5}, Tol: 1e-8},
		grading.Case{Name: "real parts", Func: "DFT", Args: []any{given}, Want: []float64{8, -1, -2, -1}, Tol: 1e-9})
}

func keepGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	checkKeep(t, given, 2)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "two waves", Func: "KeepLargest", Args: []any{given, 2}, Want: []float64{1.5, 3.5, 2.5, 0.5}, Tol: 1e-9})
}

func haarGiven(t *grading.T) {
	c := []float64{4, 1, -2.1213203435596424, 0.7071067811865475}
	// ### BEGIN HIDDEN TESTS
	checkHaar(t, given, 2)
	checkInverse(t, c, 2)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "forth", Func: "Haar", Args: []any{given, 2}, Want: c, Tol: 1e-9},
		grading.Case{Name: "back", Func: "InverseHaar", Args: []any{c, 2}, Want: given, Tol: 1e-9})
}

func meanGiven(t *grading.T) {
	train, labels := [][]float64{{0, 0}, {2, 400}, {10, 500}, {12, 900}}, []int{0, 0, 1, 1}
	test := [][]float64{{4, 600}, {9, 200}}
	// ### BEGIN HIDDEN TESTS
	checkMean(t, train, labels, test)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "two rows", Func: "NearestMean", Args: []any{train, labels, test}, Want: []int{0, 1}})
}
