package relunetwork

import (
	"math"
	"testing"
)

func want(t *testing.T, what string, got []float64, err error, want ...float64) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	ok := len(got) == len(want)
	for i := range want {
		ok = ok && math.Abs(got[i]-want[i]) <= 1e-9
	}
	if !ok {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// The two cases of the statement.
var (
	hatW, hatB, hatV = []float64{1, 1, 1}, []float64{0, -1, -2}, []float64{2, -4, 2}

	sixW = []float64{-5, -1.2, 1.2, 1.2, 2, 5}
	sixB = []float64{-7.7, -1.3, 1, -0.2, -1.1, -5}
	sixV = []float64{-1, -1, -1, 1, 1, 1}
)

func TestNetwork(t *testing.T) {
	y, err := Network(hatW, hatB, hatV, 1, []float64{-1, 0.5, 1, 1.5, 3})
	want(t, "the hat", y, err, 1, 2, 3, 2, 1)
	y, err = Network(sixW, sixB, sixV, 0, []float64{-2, 0, 2})
	want(t, "six units", y, err, -3.4, -1, 6.7)
	if _, err = Network(hatW, hatB[:2], hatV, 0, nil); err == nil {
		t.Error("3 weights and 2 biases, and no error")
	}
}

func TestBreakpoints(t *testing.T) {
	x, err := Breakpoints(hatW, hatB, hatV)
	want(t, "the hat", x, err, 0, 1, 2)
	x, err = Breakpoints(sixW, sixB, sixV)
	want(t, "six units", x, err, -1.54, -13./12, -5./6, 1./6, 0.55, 1)
}

func TestSlopes(t *testing.T) {
	s, err := Slopes(hatW, hatB, hatV)
	want(t, "the hat", s, err, 0, 2, -2, 0)
	s, err = Slopes(sixW, sixB, sixV)
	want(t, "six units", s, err, 6.2, 1.2, 0, -1.2, 0, 2, 7)
}

func TestInterpolant(t *testing.T) {
	w, b, v, c, err := Interpolant([]float64{0, 1, 2}, []float64{1, 3, 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(w) > 3 {
		t.Errorf("%d units for 3 points", len(w))
	}
	y, err := Network(w, b, v, c, []float64{-5, 0, 0.5, 1, 1.5, 2, 9})
	want(t, "the interpolant of (0, 1), (1, 3), (2, 1)", y, err, 1, 1, 2, 3, 2, 1, 1)
}
