package leastnormgd

import (
	"math"
	"testing"
)

// The two cases of the statement.
var (
	line  = [][]float64{{1, 2}}
	plane = [][]float64{{1, 0, 1}, {0, 1, 1}}
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
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestLeastNorm(t *testing.T) {
	x, err := LeastNorm(line, []float64{5})
	want(t, "x_ln of [1 2]x = 5", x, err, 1, 2)
	x, err = LeastNorm(plane, []float64{2, 4})
	want(t, "x_ln of [1 0 1; 0 1 1]x = (2, 4)", x, err, 0, 2, 2)
	if _, err = LeastNorm([][]float64{{1}, {1}}, []float64{1, 1}); err == nil {
		t.Error("a 2×1 matrix has no full row rank, but LeastNorm gave no error")
	}
}

func TestStepLimit(t *testing.T) {
	l, err := StepLimit(line)
	want(t, "limit for [1 2]", []float64{l}, err, 0.4)
	l, err = StepLimit(plane)
	want(t, "limit for [1 0 1; 0 1 1]", []float64{l}, err, 2.0/3)
}

func TestGradientDescent(t *testing.T) {
	x0 := []float64{2, -1}
	for iters, x := range [][]float64{{2, -1}, {2.5, 0}, {2.75, 0.5}} {
		got, err := GradientDescent(line, []float64{5}, x0, 0.1, iters)
		want(t, "point after some steps", got, err, x...)
	}
	want(t, "x0 after the calls", x0, nil, 2, -1)
	got, err := GradientDescent(plane, []float64{2, 4}, []float64{3, 0, 0}, 0.5, 200)
	want(t, "point after 200 steps", got, err, 1, 3, 1)
	if _, err := GradientDescent(line, []float64{5}, x0, 0.41, 10); err == nil {
		t.Error("the step 0.41 is above the limit 0.4, but there was no error")
	}
}

func TestLimit(t *testing.T) {
	x, err := Limit(line, []float64{5}, []float64{2, -1})
	want(t, "limit from (2, −1)", x, err, 3, 1)
	x, err = Limit(plane, []float64{2, 4}, []float64{3, 0, 0})
	want(t, "limit from (3, 0, 0)", x, err, 1, 3, 1)
}
