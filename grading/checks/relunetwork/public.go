package relunetwork

import (
	"math"

	"nncourse/grading"
)

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same calls judged by the
// reference, which names the likely cause.

const (
	hat = "the hat"
	six = "the lecture's six units"
)

func hatUnits() (w, b, v []float64) {
	return []float64{1, 1, 1}, []float64{0, -1, -2}, []float64{2, -4, 2}
}

func sixUnits() (w, b, v []float64) {
	return []float64{-5, -1.2, 1.2, 1.2, 2, 5}, []float64{-7.7, -1.3, 1, -0.2, -1.1, -5}, []float64{-1, -1, -1, 1, 1, 1}
}

func args(w, b, v []float64, more ...any) []any { return append([]any{w, b, v}, more...) }

func networkGiven(t *grading.T) {
	hw, hb, hv := hatUnits()
	sw, sb, sv := sixUnits()
	// ### BEGIN HIDDEN TESTS
	judgeNetwork(t, units{hat, hw, hb, hv}, 1, []float64{-1, 0.5, 1, 1.5, 3})
	judgeNetwork(t, units{six, sw, sb, sv}, 0, []float64{-2, 0, 2})
	// ### END HIDDEN TESTS
	t.Cases(
		grading.Case{Name: hat, Func: "Network", Args: args(hw, hb, hv, 1.0, []float64{-1, 0.5, 1, 1.5, 3}), Want: []float64{1, 2, 3, 2, 1}, Tol: 1e-9},
		grading.Case{Name: six, Func: "Network", Args: args(sw, sb, sv, 0.0, []float64{-2, 0, 2}), Want: []float64{-3.4, -1, 6.7}, Tol: 1e-9})
}

func piecesGiven(t *grading.T) {
	hw, hb, hv := hatUnits()
	sw, sb, sv := sixUnits()
	// ### BEGIN HIDDEN TESTS
	for _, u := range []units{{hat, hw, hb, hv}, {six, sw, sb, sv}} {
		judgeBreakpoints(t, u)
		judgeSlopes(t, u)
	}
	// ### END HIDDEN TESTS
	t.Cases(
		grading.Case{Name: hat, Func: "Breakpoints", Args: args(hw, hb, hv), Want: []float64{0, 1, 2}, Tol: 1e-9},
		grading.Case{Name: hat, Func: "Slopes", Args: args(hw, hb, hv), Want: []float64{0, 2, -2, 0}, Tol: 1e-9},
		grading.Case{Name: six, Func: "Breakpoints", Args: args(sw, sb, sv), Want: []float64{-1.54, -13. / 12, -5. / 6, 1. / 6, 0.55, 1}, Tol: 1e-9},
		grading.Case{Name: six, Func: "Slopes", Args: args(sw, sb, sv), Want: []float64{6.2, 1.2, 0, -1.2, 0, 2, 7}, Tol: 1e-9})
}

func interpolantGiven(t *grading.T) {
	x, y := []float64{0, 1, 2}, []float64{1, 3, 1}
	// ### BEGIN HIDDEN TESTS
	judgeInterpolant(t, "the hat's three points", x, y)
	// ### END HIDDEN TESTS
	a := t.CallOK("Interpolant", x, y)
	w, b, v := a.Floats(0), a.Floats(1), a.Floats(2)
	if len(w) != len(b) || len(w) != len(v) || len(w) > 3 {
		t.Fail(grading.Failure{Input: t.Input(), Computed: a.String(), Expected: "at most 3 units, with as many w as b and v", Error: "the number of units"})
	}
	for i, at := range []float64{-5, 0, 0.5, 1, 1.5, 2, 9} {
		f := a.Float(3)
		for j := range w {
			f += v[j] * math.Max(0, w[j]*at+b[j])
		}
		if want := []float64{1, 1, 2, 3, 2, 1, 1}[i]; !grading.Close(f, want, 1e-9) {
			t.Fail(grading.Failure{Input: t.Input(), Computed: "f(" + grading.Show(at) + ") = " + grading.Show(f), Expected: grading.Show(want), Error: "the network does not go through the points, straight between them and level outside"})
		}
	}
}
