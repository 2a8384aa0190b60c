package fouriermask

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
	for u := 0; ok && u < len(want); u++ {
		ok = len(got[u]) == len(want[u])
		for v := 0; ok && v < len(want[u]); v++ {
			ok = math.Abs(got[u][v]-want[u][v]) <= 1e-6
		}
	}
	if !ok {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestDFT2(t *testing.T) {
	re, im, err := DFT2([][]float64{{1, 2}, {3, 5}})
	want(t, "the real part", re, err, []float64{11, -3}, []float64{-5, 1})
	want(t, "the imaginary part", im, err, []float64{0, 0}, []float64{0, 0})
	re, im, err = DFT2([][]float64{{1, 4, 2, 1}})
	want(t, "the real part", re, err, []float64{8, -1, -2, -1})
	want(t, "the imaginary part", im, err, []float64{0, -3, 0, 3})
}

func TestFilter(t *testing.T) {
	x, err := Filter([][]float64{{1, 2}, {3, 5}}, [][]float64{{1, 0}, {1, 0}})
	want(t, "the filtered image", x, err, []float64{1.5, 1.5}, []float64{4, 4})
}

func TestObjective(t *testing.T) {
	value, gradient, err := Objective([][]float64{{1, 0}, {0, 1}}, []float64{0, 0}, [][]float64{{3, 1}}, []int{0}, [][]float64{{1, 0.5}}, 0.1)
	want(t, "the value", [][]float64{{value}}, err, []float64{1.1853300})
	want(t, "the gradient", gradient, err, []float64{0.1, -0.1075333})
}

func TestStep(t *testing.T) {
	m, err := Step([][]float64{{1, 0.5, 0.1}}, [][]float64{{-0.3, 0.2, 0.4}}, 0.5)
	want(t, "the next mask", m, err, []float64{1, 0.4, 0})
}

func TestRadialMean(t *testing.T) {
	mean, err := RadialMean([][]float64{{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9, 10, 11}, {12, 13, 14, 15}})
	want(t, "the radial mean", [][]float64{mean}, err, []float64{0, 7.5, 50.0 / 6, 10})
}
