package activationmaximisation

import (
	"math"
	"testing"
)

// The cases of the statement.

func want(t *testing.T, what string, got []float64, err error, want ...float64) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	ok := len(got) == len(want)
	for i := range want {
		ok = ok && math.Abs(got[i]-want[i]) <= 1e-6
	}
	if !ok {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func flat(m [][]float64) []float64 {
	var v []float64
	for _, row := range m {
		v = append(v, row...)
	}
	return v
}

func picture() [][]float64 { return [][]float64{{0, 3}, {4, 0}} }

func TestMaximiser(t *testing.T) {
	x, err := Maximiser([]float64{3, 4}, 10)
	want(t, "Maximiser", x, err, 6, 8)
	if _, err := Maximiser([]float64{0, 0}, 1); err == nil {
		t.Error("w = 0 gave no error")
	}
}

func TestAscend(t *testing.T) {
	x0 := []float64{3, 0}
	rows, err := Ascend(func([]float64) []float64 { return []float64{0, 5} }, x0, 4, 2.5, 2)
	want(t, "Ascend", flat(rows), err, 3, 0, 1.5, 2, 0.606339, 2.425356)
	want(t, "x0 after the call", x0, nil, 3, 0)
}

func TestShift(t *testing.T) {
	p := [][]float64{{1, 2, 3}, {4, 5, 6}}
	s, err := Shift(p, 1, -1)
	want(t, "Shift", flat(s), err, 5, 6, 4, 2, 3, 1)
}

func TestTotalVariation(t *testing.T) {
	v, g, err := TotalVariation(picture(), 12)
	want(t, "TV", []float64{v}, err, 2.018428)
	if err == nil && len(g) == 2 && len(g[0]) == 2 {
		want(t, "its derivative by the pixel (0, 1)", g[0][1:2], nil, 0.473305)
	}
}

func TestObjective(t *testing.T) {
	v, g, err := Objective(func(x []float64) float64 { return x[1] }, func([]float64) []float64 { return []float64{0, 1, 0, 0} }, picture(), 0, 1, 0.5, 12)
	want(t, "J", []float64{v}, err, -1.009214)
	if err == nil && len(g) == 2 && len(g[0]) == 2 {
		// 1 from S, and −0.5 times TV's derivative there, −(4 + 3)/13
		want(t, "its derivative by the pixel (0, 0)", g[0][:1], nil, 1.269231)
	}
}
