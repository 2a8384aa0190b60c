package gradientcheck

import (
	"math"
	"slices"
	"testing"
)

// The cases of the statement.

func cubic(x []float64) float64 { return x[0]*x[0]*x[0] + 2*x[1] }
func hinge(x []float64) float64 { return math.Max(0, x[0]) + x[1]*x[1] }

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
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestCentral(t *testing.T) {
	x := []float64{1, 5}
	g, err := Central(cubic, x, 0.1)
	want(t, "the difference quotients of x₁³ + 2x₂ at (1, 5)", g, err, 3.01, 2)
	want(t, "x after the call", x, nil, 1, 5)
	if _, err := Central(cubic, x, 0); err == nil {
		t.Error("h = 0 gave no error")
	}
}

func TestSlope(t *testing.T) {
	s, err := Slope(cubic, []float64{1, 5}, []float64{2, 1}, 0.1)
	want(t, "the slope along (2, 1)", []float64{s}, err, 8.08)
}

func TestRelError(t *testing.T) {
	e, err := RelError([]float64{3, 2}, []float64{3.01, 2})
	want(t, "the error", []float64{e}, err, 0.01/3.01)
	e, err = RelError([]float64{1, math.NaN()}, []float64{1, 2})
	if err != nil || !math.IsInf(e, 1) {
		t.Errorf("the error of NaN is %v, want +Inf", e)
	}
}

func TestCheck(t *testing.T) {
	x := []float64{0, 1}
	for _, c := range []struct {
		claimed []float64
		want    []int
	}{{[]float64{0, 2}, []int{Within, Agrees}}, {[]float64{1.5, 2.5}, []int{Outside, Differs}}} {
		got, err := Check(hinge, c.claimed, x, 0.01, 0.001)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("the verdicts on %v are %v (%v), want %v", c.claimed, got, err, c.want)
		}
	}
}
