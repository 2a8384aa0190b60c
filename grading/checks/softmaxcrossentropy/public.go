package softmaxcrossentropy

import (
	"math"

	"nncourse/grading"
)

// The two cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the
// same calls judged by the reference, which names the likely cause.

var (
	half    = []float64{math.Ln2, 0, 0} // p = (½, ¼, ¼)
	lecture = []float64{1.1, 2.2, 0.2, -1.7}
)

func softmaxGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	softmaxCases(t)
	// ### END HIDDEN TESTS
	const name = "the cases of the statement"
	t.Cases(
		grading.Case{Name: name, Func: "LogSumExp", Args: []any{half}, Want: math.Log(4), Tol: 1e-9},
		grading.Case{Name: name, Func: "Softmax", Args: []any{half}, Want: []float64{0.5, 0.25, 0.25}, Tol: 1e-9},
		grading.Case{Name: name, Func: "Softmax", Args: []any{lecture}, Want: []float64{0.2236, 0.6718, 0.0909, 0.0136}, Tol: 5e-5},
		grading.Case{Name: name, Func: "LogSoftmax", Args: []any{[]float64{1000, -1000}}, Want: []float64{0, -2000}, Tol: 1e-9},
		grading.Case{Name: name, Func: "Jacobian", Args: []any{half}, Want: [][]float64{{0.25, -0.125, -0.125}, {-0.125, 0.1875, -0.0625}, {-0.125, -0.0625, 0.1875}}, Tol: 1e-9})
}

func entropyGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	entropyCases(t)
	// ### END HIDDEN TESTS
	given(t, "CrossEntropy", math.Log(4), [][]float64{{0.5, -0.75, 0.25}}, []float64{0, 1, 0}, half)
	given(t, "CrossEntropy", 0.3977, [][]float64{{0.2236, -0.3282, 0.0909, 0.0136}}, []float64{0, 1, 0, 0}, lecture)
	given(t, "Batch", math.Log(12)/2, [][]float64{{0.25, -0.375, 0.125}, {-1. / 3, 1. / 6, 1. / 6}}, []int{1, 0}, [][]float64{half, {0, 0, 0}})
}

// given compares a loss and its gradient, of which four digits are given.
func given(t *grading.T, fn string, value float64, gradient [][]float64, args ...any) {
	a := t.Call(fn, args...)
	f := grading.Failure{Input: t.Input(), Computed: a.String(), Expected: grading.Show(value) + ", " + grading.Show(gradient)}
	if a.Failed() {
		f.Error = "an error where a result exists"
		t.Fail(f)
	}
	var got [][]float64
	if fn == "Batch" {
		got = a.Matrix(1)
	} else {
		got = [][]float64{a.Floats(1)}
	}
	switch {
	case !grading.Close(a.Float(0), value, 5e-5):
		f.Error = "the loss is wrong"
	case !grading.CloseMatrix(got, gradient, 5e-5):
		f.Error = "the gradient is wrong"
	default:
		return
	}
	t.Fail(f)
}
