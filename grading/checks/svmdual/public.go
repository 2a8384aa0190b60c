package svmdual

import (
	"math"

	"nncourse/grading"
)

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

func two() (x [][]float64, y []float64) {
	return [][]float64{{1, 1}, {-1, 0}}, []float64{1, -1}
}

func both(a float64) []float64 { return []float64{a, a} }

func formulasGiven(t *grading.T) {
	x, y := two()
	// ### BEGIN HIDDEN TESTS
	p := problem{"two points", x, y}
	objective(t, p, both(0.1))
	recovers(t, p, both(0.4), 1)
	violation(t, p, both(0.1), 1)
	violation(t, p, both(0.25), 0.25)
	// ### END HIDDEN TESTS
	const name, tol = "two points", 1e-9
	t.Cases(
		grading.Case{Name: name, Func: "Objective", Args: []any{both(0.1), x, y}, Want: 0.175, Tol: tol},
		grading.Case{Name: name, Func: "Objective", Args: []any{both(0.4), x, y}, Want: 0.4, Tol: tol},
		grading.Case{Name: name, Func: "Recover", Args: []any{both(0.4), x, y, 1.0}, Want: []float64{0.8, 0.4}, Tol: tol},
		grading.Case{Name: name, Func: "Violation", Args: []any{both(0), x, y, 1.0}, Want: 2.0, Tol: tol},
		grading.Case{Name: name, Func: "Violation", Args: []any{both(0.1), x, y, 1.0}, Want: 1.5, Tol: tol},
		grading.Case{Name: name, Func: "Violation", Args: []any{both(0.25), x, y, 0.25}, Want: -0.75, Tol: tol})
	if a := t.CallOK("Recover", both(0.4), x, y, 1.0); !grading.Close(a.Float(1), -0.2, tol) {
		t.Fail(grading.Failure{Input: name + ": " + t.Input(), Computed: a.String(), Expected: "[0.8 0.4], −0.2", Error: "b differs"})
	}
}

func solveGiven(t *grading.T) {
	x, y := two()
	// ### BEGIN HIDDEN TESTS
	solve(t, problem{"two points", x, y}, 1)
	solve(t, problem{"two points", x, y}, 0.25)
	// ### END HIDDEN TESTS
	t.Cases(
		grading.Case{Name: "two points, C = 1", Func: "Solve", Args: []any{x, y, 1.0}, Want: both(0.4), Tol: 1e-6},
		grading.Case{Name: "two points, hard margin", Func: "Solve", Args: []any{x, y, math.Inf(1)}, Want: both(0.4), Tol: 1e-6},
		grading.Case{Name: "two points, C = 0.25", Func: "Solve", Args: []any{x, y, 0.25}, Want: both(0.25), Tol: 1e-6})
}
