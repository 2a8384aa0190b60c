package neurallanguagemodel

import (
	"math"

	"nncourse/grading"
)

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// call judged by the reference, which names the likely cause.

var (
	ln3        = math.Log(3)
	small      = []any{[][]float64{{0}, {ln3 / 2}}, [][]float64{{1, -1}}, []float64{0}, [][]float64{{0}, {2 * ln3}}, []float64{0, 0}}
	caseLogits = []float64{0, math.Log(2), math.Log(4)}
)

func with(m []any, ids ...int) []any { return append(append([]any(nil), m...), ids) }

func logitsGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	checkLogits(t, "the case of the statement", read(small), []int{1, 0})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "after 1 0", Func: "Logits", Args: with(small, 1, 0), Want: []float64{0, ln3}, Tol: 1e-9},
		grading.Case{Name: "after 0 1", Func: "Logits", Args: with(small, 0, 1), Want: []float64{0, -ln3}, Tol: 1e-9})
}

func lossGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	checkLoss(t, "the case of the statement", read(small), []int{1, 0, 1})
	checkLoss(t, "two places", read(small), []int{1, 0, 1, 1})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "1 0 1", Func: "Loss", Args: with(small, 1, 0, 1), Want: math.Log(4. / 3), Tol: 1e-9},
		grading.Case{Name: "1 0 1 1", Func: "Loss", Args: with(small, 1, 0, 1, 1), Want: math.Log(16./3) / 2, Tol: 1e-9})
}

func gradientGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	checkGradient(t, "the case of the statement", read(small), []int{1, 0, 1})
	checkGradient(t, "one token twice", read(small), []int{1, 1, 1})
	// ### END HIDDEN TESTS
	q := -3. / 8 * ln3
	t.Cases(grading.Case{Name: "∂C of 1 0 1", Func: "Gradient", Args: with(small, 1, 0, 1), Want: [][]float64{{-q}, {q}}, Tol: 1e-9},
		grading.Case{Name: "∂C of 1 1 1", Func: "Gradient", Args: with(small, 1, 1, 1), Want: [][]float64{{0}, {0}}, Tol: 1e-9})
}

func sampleGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	checkSample(t, "the case of the statement", caseLogits, 0.5, 2, 0.5)
	checkSample(t, "the case of the statement", caseLogits, 0.5, 2, 0)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "u = 0.5", Func: "Sample", Args: []any{caseLogits, 0.5, 2, 0.5}, Want: []int{2}},
		grading.Case{Name: "u = 0", Func: "Sample", Args: []any{caseLogits, 0.5, 2, 0.}, Want: []int{1}},
		grading.Case{Name: "temperature 1, all", Func: "Sample", Args: []any{caseLogits, 1., 0, 0.5}, Want: []int{2}})
}
