package messagepassing

import (
	"math"

	"nncourse/grading"
)

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

func column(v ...float64) [][]float64 {
	var x [][]float64
	for _, a := range v {
		x = append(x, []float64{a})
	}
	return x
}

func aggregateGiven(t *grading.T) {
	index, rows := []int{0, 0, 2}, column(-1, -3, 5)
	// ### BEGIN HIDDEN TESTS
	for _, kind := range kinds {
		checkAggregate(t, kind, 3, index, rows, 1)
	}
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "sum", Func: "Aggregate", Args: []any{"sum", 3, index, rows, 1}, Want: column(-4, 0, 5), Tol: 1e-9},
		grading.Case{Name: "mean", Func: "Aggregate", Args: []any{"mean", 3, index, rows, 1}, Want: column(-2, 0, 5), Tol: 1e-9},
		grading.Case{Name: "max", Func: "Aggregate", Args: []any{"max", 3, index, rows, 1}, Want: column(-1, 0, 5), Tol: 1e-9})
}

func attentionGiven(t *grading.T) {
	to, scores := []int{0, 0, 1}, []float64{0, math.Log(3), 100}
	// ### BEGIN HIDDEN TESTS
	checkAttention(t, 2, to, scores)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "two nodes", Func: "Attention", Args: []any{2, to, scores}, Want: []float64{0.25, 0.75, 1}, Tol: 1e-9})
}

func stepGiven(t *grading.T) {
	from, to, x, y := []int{0, 2}, []int{1, 1}, column(1, 2, 3), column(10, 20)
	psi := func(in []float64) []float64 { return []float64{in[0]*in[1] + in[2]} }
	phi := func(in []float64) []float64 { return []float64{in[0] + in[1]} }
	// ### BEGIN HIDDEN TESTS
	for _, kind := range kinds {
		checkStep(t, problem{kind: kind, from: from, to: to, x: x, y: y, psi: psi, d: 1, phi: phi})
	}
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "sum", Func: "Step", Args: []any{"sum", from, to, x, y, t.VectorFunc(3, psi), 1, t.VectorFunc(2, phi)}, Want: column(1, 40, 3), Tol: 1e-9},
		grading.Case{Name: "max", Func: "Step", Args: []any{"max", from, to, x, y, t.VectorFunc(3, psi), 1, t.VectorFunc(2, phi)}, Want: column(1, 28, 3), Tol: 1e-9})
}
