package graphconvolution

import (
	"math"
	"testing"
)

// The cases of the statement.

func want(t *testing.T, what string, got [][]float64, err error, want ...[]float64) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	ok := len(got) == len(want)
	for i := 0; ok && i < len(want); i++ {
		ok = len(got[i]) == len(want[i])
		for j := 0; ok && j < len(want[i]); j++ {
			ok = math.Abs(got[i][j]-want[i][j]) <= 1e-12
		}
	}
	if !ok {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func column(v ...float64) [][]float64 {
	var x [][]float64
	for _, a := range v {
		x = append(x, []float64{a})
	}
	return x
}

func TestPropagate(t *testing.T) {
	x := column(2, 4, 6)
	p, err := Propagate(3, []int{0}, []int{1}, x, true)
	want(t, "with loops, it", p, err, column(3, 3, 6)...)
	p, err = Propagate(3, []int{0}, []int{1}, x, false)
	want(t, "without loops, it", p, err, column(4, 2, 0)...)
	p, err = Propagate(5, []int{0, 0, 3, 4}, []int{1, 2, 0, 0}, column(8, 1, 2, 3, 4), false)
	want(t, "the star", p, err, column(5, 4, 4, 4, 4)...)
	want(t, "x after the calls", x, nil, column(2, 4, 6)...)
}

func TestLayer(t *testing.T) {
	h, err := Layer(3, []int{0}, []int{1}, column(2, 4, 6), [][]float64{{1, -1}}, []float64{-4, 4}, true)
	want(t, "the layer", h, err, []float64{0, 1}, []float64{0, 1}, []float64{2, 0})
}

func TestGradient(t *testing.T) {
	dw, db, dx, err := Gradient(3, []int{0}, []int{1}, column(2, 4, 6), [][]float64{{1, -1}}, []float64{-4, 4}, true, [][]float64{{1, 1}, {1, 1}, {1, 1}})
	want(t, "∂J/∂W", dw, err, []float64{6, 6})
	want(t, "∂J/∂b", [][]float64{db}, err, []float64{1, 2})
	want(t, "∂J/∂X", dx, err, column(-1, -1, 1)...)
}
