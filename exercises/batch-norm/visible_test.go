package batchnorm

import (
	"math"
	"slices"
	"testing"
)

// The cases of the statement.

func wantNumbers(t *testing.T, what string, got []float64, err error, want ...float64) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	ok := len(got) == len(want)
	for i := range want {
		ok = ok && math.Abs(got[i]-want[i]) <= 1e-12
	}
	if !ok {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

var two = [][]float64{{2}, {4}}

func TestTraining(t *testing.T) {
	mean, variance := []float64{1}, []float64{6}
	y, m, v, err := Forward(two, []float64{2}, []float64{5}, mean, variance, 0.75, 3, true)
	wantNumbers(t, "y", slices.Concat(y...), err, 4, 6)
	wantNumbers(t, "the averages", append(m, v...), err, 1.5, 4.75)
	wantNumbers(t, "what was handed in", []float64{two[0][0], two[1][0], mean[0], variance[0]}, nil, 2, 4, 1, 6)
}

func TestTestTime(t *testing.T) {
	y, m, v, err := Forward(two, []float64{2}, []float64{5}, []float64{1}, []float64{6}, 0.75, 3, false)
	wantNumbers(t, "y", slices.Concat(y...), err, 17./3, 7)
	wantNumbers(t, "the averages", append(m, v...), err, 1, 6)
}

func TestBackward(t *testing.T) {
	dx, dgamma, dbeta, err := Backward(two, [][]float64{{1}, {0}}, []float64{2}, 3)
	wantNumbers(t, "∂x", slices.Concat(dx...), err, 0.375, -0.375)
	wantNumbers(t, "∂γ and ∂β", append(dgamma, dbeta...), err, -0.5, 1)
}

func TestChannelStatistics(t *testing.T) {
	mean, variance, err := ChannelStatistics([][][]float64{{{0}, {2}}, {{4}, {6}}})
	wantNumbers(t, "mean and variance", append(mean, variance...), err, 3, 5)
}

func TestAffine(t *testing.T) {
	scale, shift, err := Affine([]float64{2}, []float64{5}, []float64{1}, []float64{6}, 3)
	wantNumbers(t, "scale and shift", append(scale, shift...), err, 2./3, 13./3)
}
