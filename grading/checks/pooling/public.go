package pooling

import (
	"math"

	"nncourse/grading"
)

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

var (
	picture = [][]float64{{3, 4, 0}, {0, 0, 12}}
	equals  = [][]float64{{7, 7}, {7, 7}}
)

func maxGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	forward(t, "the statement's picture", "Max", picture, geometry{2, 1, 0})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the statement's picture", Func: "Max", Args: []any{picture, 2, 1}, Want: [][]float64{{4, 12}}, Tol: 1e-9})
}

func maxBackwardGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	backward(t, "the statement's picture", "MaxBackward", picture, [][]float64{{10, 1}}, geometry{2, 1, 0})
	backward(t, "four equals", "MaxBackward", equals, [][]float64{{9}}, geometry{2, 2, 0})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the statement's picture", Func: "MaxBackward", Args: []any{picture, [][]float64{{10, 1}}, 2, 1}, Want: [][]float64{{0, 10, 0}, {0, 0, 1}}, Tol: 1e-9},
		grading.Case{Name: "four equals", Func: "MaxBackward", Args: []any{equals, [][]float64{{9}}, 2, 2}, Want: [][]float64{{9, 0}, {0, 0}}, Tol: 1e-9})
}

func meanGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	forward(t, "the statement's picture", "Mean", picture, geometry{2, 2, 1})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the statement's picture", Func: "Mean", Args: []any{picture, 2, 2, 1}, Want: [][]float64{{3, 2}, {0, 6}}, Tol: 1e-9})
}

func meanBackwardGiven(t *grading.T) {
	dy := [][]float64{{1, 2}, {3, 4}}
	// ### BEGIN HIDDEN TESTS
	backward(t, "the statement's picture", "MeanBackward", picture, dy, geometry{2, 2, 1})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the statement's picture", Func: "MeanBackward", Args: []any{2, 3, dy, 2, 2, 1}, Want: [][]float64{{1, 1, 1}, {3, 2, 2}}, Tol: 1e-9})
}

func l2Given(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	forward(t, "the statement's picture", "L2", picture, geometry{2, 1, 0})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the statement's picture", Func: "L2", Args: []any{picture, 2, 1}, Want: [][]float64{{5, math.Sqrt(160)}}, Tol: 1e-9})
}

func l2BackwardGiven(t *grading.T) {
	dy := [][]float64{{5, 0}}
	// ### BEGIN HIDDEN TESTS
	backward(t, "the statement's picture", "L2Backward", picture, dy, geometry{2, 1, 0})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the statement's picture", Func: "L2Backward", Args: []any{picture, dy, 2, 1}, Want: [][]float64{{3, 4, 0}, {0, 0, 0}}, Tol: 1e-9})
}

func keptGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	kept(t, 2)
	// ### END HIDDEN TESTS
	a := t.CallOK("Kept", 2)
	if num, den := a.Int(1), a.Int(2); num != 3 || den != 8 {
		t.Fail(grading.Failure{Input: "window 2", Computed: grading.Show([]int{num, den}), Expected: grading.Show([]int{3, 8}), Error: "the fraction differs"})
	}
	t.Cases(grading.Case{Name: "window 2", Func: "Kept", Args: []any{2}, Want: []int{3, 3, 3, 3}})
}
