package ista

import (
	"math"
	"testing"
)

// The cases of the statement.

var (
	givenW = [][]float64{{2, 0}, {0, 1}}
	givenX = []float64{4, 2}
)

func wantNumbers(t *testing.T, what string, got []float64, err error, want ...float64) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	ok := len(got) == len(want)
	for i := 0; ok && i < len(want); i++ {
		ok = math.Abs(got[i]-want[i]) <= 1e-6
	}
	if !ok {
		t.Errorf("%s: %.7g, want %.7g", what, got, want)
	}
}

func TestSoftThreshold(t *testing.T) {
	v := []float64{3, -0.5, -2}
	got, err := SoftThreshold(v, 1)
	wantNumbers(t, "h₁", got, err, 2, 0, -1)
	wantNumbers(t, "v after the call", v, nil, 3, -0.5, -2)
	if _, err := SoftThreshold(v, -1); err == nil {
		t.Error("a negative θ gave no error")
	}
}

func TestEnergy(t *testing.T) {
	got, err := Energy(givenW, givenX, []float64{1.75, 0.25}, 1)
	wantNumbers(t, "E(z₁)", []float64{got}, err, 3.65625)
}

func TestLipschitz(t *testing.T) {
	got, err := Lipschitz(givenW)
	wantNumbers(t, "L", []float64{got}, err, 4)
}

func TestISTA(t *testing.T) {
	z, energies, err := ISTA(givenW, givenX, 1, 4, 3)
	wantNumbers(t, "z₃", z, err, 1.75, 0.578125)
	if len(energies) != 4 {
		t.Fatalf("%d energies for 3 steps, want 4", len(energies))
	}
	wantNumbers(t, "E(z₀), E(z₁)", energies[:2], err, 10, 3.65625)
	if _, _, err := ISTA(givenW, givenX, 1, 0, 3); err == nil {
		t.Error("l = 0 gave no error")
	}
}

func TestFISTA(t *testing.T) {
	z, energies, err := FISTA(givenW, givenX, 1, 4, 3)
	wantNumbers(t, "z₃", z, err, 1.75, 0.6177471)
	if len(energies) != 4 {
		t.Fatalf("%d energies for 3 steps, want 4", len(energies))
	}
	wantNumbers(t, "E(z₀), E(z₁)", energies[:2], err, 10, 3.65625)
}
