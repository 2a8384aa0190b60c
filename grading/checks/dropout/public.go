package dropout

import "nncourse/grading"

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

func forwardGiven(t *grading.T) {
	x, r := []float64{2, -4}, []float64{1, 0}
	// ### BEGIN HIDDEN TESTS
	forward(t, "the case of the statement", x, r, 0.8)
	// ### END HIDDEN TESTS
	t.Cases(
		grading.Case{Name: "the lecture's rule, training", Func: "Drop", Args: []any{x, r, 0.8, false, true}, Want: []float64{2, 0}, Tol: 1e-9},
		grading.Case{Name: "the lecture's rule, test", Func: "Drop", Args: []any{x, []float64{}, 0.8, false, false}, Want: []float64{1.6, -3.2}, Tol: 1e-9},
		grading.Case{Name: "inverted, training", Func: "Drop", Args: []any{x, r, 0.8, true, true}, Want: []float64{2.5, 0}, Tol: 1e-9},
		grading.Case{Name: "inverted, test", Func: "Drop", Args: []any{x, []float64{}, 0.8, true, false}, Want: x, Tol: 1e-9},
	)
}

func backwardGiven(t *grading.T) {
	dy, r := []float64{3, 5}, []float64{1, 0}
	// ### BEGIN HIDDEN TESTS
	backward(t, "the case of the statement", dy, r, 0.8)
	// ### END HIDDEN TESTS
	t.Cases(
		grading.Case{Name: "the lecture's rule", Func: "DropGradient", Args: []any{dy, r, 0.8, false}, Want: []float64{3, 0}, Tol: 1e-9},
		grading.Case{Name: "inverted", Func: "DropGradient", Args: []any{dy, r, 0.8, true}, Want: []float64{3.75, 0}, Tol: 1e-9},
	)
}

func relu(h []float64) float64 { return max(0, h[0]+h[1]) }

func expectationGiven(t *grading.T) {
	h := []float64{3, -1}
	// ### BEGIN HIDDEN TESTS
	expectation(t, "max(0, h₁ + h₂)", relu, h, 0.8)
	// ### END HIDDEN TESTS
	t.Cases(
		grading.Case{Name: "p = ½", Func: "Expectation", Args: []any{t.ScalarFunc(2, relu), h, 0.5}, Want: 1.25, Tol: 1e-9},
		grading.Case{Name: "p = 0.8", Func: "Expectation", Args: []any{t.ScalarFunc(2, relu), h, 0.8}, Want: 1.76, Tol: 1e-9},
	)
}

func survivalGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	survival(t, 4, 0.5)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "four blocks", Func: "Survival", Args: []any{4, 0.5}, Want: []float64{0.875, 0.75, 0.625, 0.5}, Tol: 1e-9})
}
