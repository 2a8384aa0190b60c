package fgsm

import "nncourse/grading"

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

func constant(g ...float64) func([]float64) []float64 {
	return func([]float64) []float64 { return append([]float64(nil), g...) }
}

func fgsmGiven(t *grading.T) {
	g, x0 := constant(-3, 0.01, 0), []float64{0.5, 0.9, 0.2}
	// ### BEGIN HIDDEN TESTS
	checkFGSM(t, g, x0, 0.2, 0, 1, false)
	checkFGSM(t, g, x0, 0.2, 0, 1, true)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "untargeted", Func: "FGSM", Args: []any{t.VectorFunc(3, g), x0, 0.2, 0.0, 1.0, false}, Want: []float64{0.3, 1, 0.2}, Tol: 1e-9},
		grading.Case{Name: "targeted", Func: "FGSM", Args: []any{t.VectorFunc(3, g), x0, 0.2, 0.0, 1.0, true}, Want: []float64{0.7, 0.7, 0.2}, Tol: 1e-9})
}

func projectGiven(t *grading.T) {
	x, x0 := []float64{4, 5}, []float64{1, 1}
	// ### BEGIN HIDDEN TESTS
	checkProject(t, "l2", x, x0, 1)
	checkProject(t, "linf", x, x0, 1)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "L2", Func: "Project", Args: []any{"l2", x, x0, 1.0}, Want: []float64{1.6, 1.8}, Tol: 1e-9},
		grading.Case{Name: "L∞", Func: "Project", Args: []any{"linf", x, x0, 1.0}, Want: []float64{2, 2}, Tol: 1e-9})
}

func pgdGiven(t *grading.T) {
	g, x0 := constant(3, 4), []float64{0, 0.5}
	// ### BEGIN HIDDEN TESTS
	checkPGD(t, problem{norm: "l2", gradient: g, x0: x0, start: x0, eps: 0.5, step: 0.4, steps: 2, hi: 1})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "L2", Func: "PGD", Args: []any{"l2", t.VectorFunc(2, g), x0, x0, 0.5, 0.4, 2, 0.0, 1.0, false},
		Want: [][]float64{{0, 0.5}, {0.24, 0.82}, {0.3, 0.9}}, Tol: 1e-9})
}
