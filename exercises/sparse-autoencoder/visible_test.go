package sparseautoencoder

import (
	"math"
	"slices"
	"testing"
)

// The cases of the statement.

func want(t *testing.T, err error, got []float64, want ...float64) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) <= 1e-12 }) {
		t.Errorf("%v, want %v", got, want)
	}
}

var (
	x, w1, w2 = [][]float64{{3}, {-1}}, [][]float64{{0}}, [][]float64{{2}}
	zero      = []float64{0}
	kl        = 0.25*math.Log(0.5) + 0.75*math.Log(1.5)
)

func TestPenalty(t *testing.T) {
	p, err := Penalty(0.25, []float64{0.5, 0.25})
	want(t, err, []float64{p}, kl)
	if _, err := Penalty(0.25, []float64{0.5, 0}); err == nil {
		t.Error("a unit that is never active has an infinite penalty, and gave no error")
	}
}

func TestSlope(t *testing.T) {
	s, err := Slope(0.25, []float64{0.5, 0.25})
	want(t, err, s, 1, 0)
}

func TestLoss(t *testing.T) {
	J, err := Loss(x, w1, zero, w2, zero, 0.25, 2, 0.5)
	want(t, err, []float64{J}, 3+2*kl)
}

// all puts the four results of Gradient or Step for one unit into one slice.
func all(w1 [][]float64, b1 []float64, w2 [][]float64, b2 []float64) []float64 {
	return slices.Concat(slices.Concat(w1...), b1, slices.Concat(w2...), b2)
}

func TestGradient(t *testing.T) {
	dw1, db1, dw2, db2, err := Gradient(x, w1, zero, w2, zero, 0.25, 2, 0.5)
	want(t, err, all(dw1, db1, dw2, db2), -1.5, 0.5, 1, 0)
}

func TestStep(t *testing.T) {
	v1, c1, v2, c2, err := Step(x, w1, zero, w2, zero, 0.25, 2, 0.5, 0.1)
	want(t, err, all(v1, c1, v2, c2), 0.15, -0.05, 1.9, 0)
}
