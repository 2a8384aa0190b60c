package gan

import (
	"math"

	"nncourse/grading"
)

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

func densitiesGiven(t *grading.T) {
	p, q := []float64{0.75, 0.25}, []float64{0.25, 0.75}
	four := []any{[]float64{0.3, 0.1, 0, 0}, []float64{0.1, 0.3, 0.2, 0}}
	// ### BEGIN HIDDEN TESTS
	check(t, "Optimal", four...)
	check(t, "Value", p, q, p)
	check(t, "JSD", p, q)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "D*", Func: "Optimal", Args: four, Want: []float64{0.75, 0.25, 0, 0.5}, Tol: 1e-9},
		grading.Case{Name: "V", Func: "Value", Args: []any{p, q, p}, Want: 2 * (0.75*math.Log(0.75) + 0.25*math.Log(0.25)), Tol: 1e-9},
		grading.Case{Name: "JSD", Func: "JSD", Args: []any{p, q}, Want: 0.75*math.Log(1.5) + 0.25*math.Log(0.5), Tol: 1e-9})
}

func stepsGiven(t *grading.T) {
	zero := []float64{0, 0, 0}
	d := []any{[]float64{2}, []float64{1}, zero, 0.0, 1.0, 0.2}
	g := []any{[]float64{2}, []float64{0, math.Log(3), 0}, 0.0, 0.5, 0.1, true}
	round := []any{[][]float64{{2}}, [][]float64{{1}, {2}}, zero, 0.0, 1.0, 0.2, 0.1, false}
	// ### BEGIN HIDDEN TESTS
	check(t, "StepD", d...)
	check(t, "StepG", g...)
	check(t, "StepG", append(g[:5:5], false)...)
	check(t, "Round", round...)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "w", Func: "StepD", Args: d, Want: []float64{0, 0.1, 0.3}, Tol: 1e-9},
		grading.Case{Name: "a", Func: "StepG", Args: g, Want: 0.075 * math.Log(3), Tol: 1e-9},
		grading.Case{Name: "w after a round", Func: "Round", Args: round, Want: []float64{0, 0.1, 0.3}, Tol: 1e-9})
}
