package lista

import (
	"math"
	"slices"
	"testing"
)

// The cases of the statement.

var (
	givenWe    = [][]float64{{0.25, 0}, {0.125, 0.125}}
	givenS     = [][]float64{{0.5, -0.25}, {-0.25, 0.75}}
	givenTheta = []float64{0.125, 0.125}
	givenX     = [][]float64{{4, 4}}
	givenZ     = [][]float64{{0.59375, 1.5625}}
)

func wantNumbers(t *testing.T, what string, got []float64, err error, want ...float64) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	ok := len(got) == len(want)
	for i := 0; ok && i < len(want); i++ {
		ok = math.Abs(got[i]-want[i]) <= 1e-12
	}
	if !ok {
		t.Errorf("%s: %.7g, want %.7g", what, got, want)
	}
}

func TestStart(t *testing.T) {
	we, s, theta, err := Start([][]float64{{2, 1}, {0, 1}}, 1, 8)
	wantNumbers(t, "W_e", slices.Concat(we...), err, 0.25, 0, 0.125, 0.125)
	wantNumbers(t, "S", slices.Concat(s...), err, 0.5, -0.25, -0.25, 0.75)
	wantNumbers(t, "θ", theta, err, 0.125, 0.125)
}

func TestEncode(t *testing.T) {
	z, err := Encode(givenWe, givenS, givenTheta, givenX[0], 0)
	wantNumbers(t, "z₀", z, err, 0.875, 0.875)
	z, err = Encode(givenWe, givenS, givenTheta, givenX[0], 1)
	wantNumbers(t, "z₁", z, err, 1.09375, 1.3125)
	if _, err := Encode(givenWe, givenS, givenTheta, givenX[0], -1); err == nil {
		t.Error("−1 steps gave no error")
	}
}

func TestLoss(t *testing.T) {
	l, err := Loss(givenWe, givenS, givenTheta, givenX, givenZ, 1)
	wantNumbers(t, "the loss", []float64{l}, err, 0.15625)
}

func TestGradient(t *testing.T) {
	dWe, dS, dTheta, err := Gradient(givenWe, givenS, givenTheta, givenX, givenZ, 1)
	wantNumbers(t, "∂W_e", slices.Concat(dWe...), err, 3.25, 3.25, -2.25, -2.25)
	wantNumbers(t, "∂S", slices.Concat(dS...), err, 0.4375, 0.4375, -0.21875, -0.21875)
	wantNumbers(t, "∂θ", dTheta, err, -0.8125, 0.5625)
}
