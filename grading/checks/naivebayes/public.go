package naivebayes

import (
	"math"

	"nncourse/grading"
)

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// call judged by the reference, which names the likely cause.

func given(t *grading.T, fn string, x [][]float64, y []int, query []float64, want0, want1 float64) {
	// ### BEGIN HIDDEN TESTS
	check(t, fn, problem{x: x, y: y, classes: 2, extra: 1, queries: [][]float64{query}})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the case", Func: fn, Args: []any{x, y, 2, 1.0, [][]float64{query}}, Want: [][]float64{{math.Log(want0), math.Log(want1)}}, Tol: 1e-9})
}

func gaussianGiven(t *grading.T) {
	odds := math.Sqrt(2.5) * math.Exp(0.6)
	given(t, "Gaussian", [][]float64{{0}, {2}, {5}, {9}}, []int{0, 0, 1, 1}, []float64{3}, odds/(1+odds), 1/(1+odds))
}

func bernoulliGiven(t *grading.T) {
	given(t, "Bernoulli", [][]float64{{1, 0}, {1, 1}, {0, 0}}, []int{0, 0, 1}, []float64{1, 0}, 27.0/35, 8.0/35)
}

func multinomialGiven(t *grading.T) {
	given(t, "Multinomial", [][]float64{{0, 2}, {1, 3}, {3, 0}}, []int{0, 0, 1}, []float64{2, 0}, 25.0/153, 128.0/153)
}
