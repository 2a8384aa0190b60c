package minnormattack

import (
	"math"
	"testing"
)

// The cases of the statement.

var (
	w = []float64{1, 2, 2}
	x = []float64{4, 1, 3} // wᵀx − 3 = 9

	classes = [][]float64{{2, 0}, {5, 4}, {2, 0.5}, {4.5, 0}, {2, 0}}
	biases  = []float64{3, -6, 2, -0.4, 0}
)

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
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestMinL2(t *testing.T) {
	r, err := MinL2(w, -3, x, 0.1)
	wantNumbers(t, "r", r, err, -1.1, -2.2, -2.2)
	r, err = MinL2(w, -3, []float64{0, 0, 0}, 0)
	wantNumbers(t, "r from the negative side", r, err, 1./3, 2./3, 2./3)
	wantNumbers(t, "x after the call", x, nil, 4, 1, 3)
	if _, err := MinL2([]float64{0, 0, 0}, -3, x, 0.1); err == nil {
		t.Error("weights of zero gave no error")
	}
}

func TestMinInf(t *testing.T) {
	r, err := MinInf(w, -3, x, 0.1)
	wantNumbers(t, "r", r, err, -1.98, -1.98, -1.98)
	r, err = MinInf([]float64{2, 0, -3}, 1, []float64{1, 7, 2}, 0)
	if err != nil || len(r) != 3 || math.Abs(r[0]-0.6) > 1e-12 || !(math.Abs(r[1]) <= 0.6+1e-12) || math.Abs(r[2]+0.6) > 1e-12 {
		t.Errorf("with a zero among the weights r is %v, error %v; want 0.6, anything up to ±0.6, −0.6", r, err)
	}
}

func TestMaxAllowable(t *testing.T) {
	for _, c := range []struct {
		eta   float64
		flips bool
	}{{1.5, false}, {2, true}} {
		r, flips, err := MaxAllowable(w, -3, x, c.eta)
		wantNumbers(t, "r", r, err, -c.eta, -c.eta, -c.eta)
		if flips != c.flips {
			t.Errorf("with η = %v flips is %v", c.eta, flips)
		}
	}
}

func TestOneVsAll(t *testing.T) {
	at := []float64{1, 1}
	r, rival, err := OneVsAll(classes, biases, at, false, 0)
	wantNumbers(t, "r in L2", r, err, 0.36, 0)
	if rival != 3 {
		t.Errorf("rival in L2 is %d, want 3", rival)
	}
	r, rival, err = OneVsAll(classes, biases, at, true, 0)
	wantNumbers(t, "r in L∞", r, err, 2./7, 2./7)
	if rival != 1 {
		t.Errorf("rival in L∞ is %d, want 1", rival)
	}
}
