package fgsm

import (
	"math"
	"testing"
)

// The cases of the statement.

func constant(g ...float64) func([]float64) []float64 {
	return func([]float64) []float64 { return append([]float64(nil), g...) }
}

func want(t *testing.T, what string, got []float64, err error, want ...float64) {
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

func TestFGSM(t *testing.T) {
	x0 := []float64{0.5, 0.9, 0.2}
	x, err := FGSM(constant(-3, 0.01, 0), x0, 0.2, 0, 1, false)
	want(t, "FGSM", x, err, 0.3, 1, 0.2)
	x, err = FGSM(constant(-3, 0.01, 0), x0, 0.2, 0, 1, true)
	want(t, "targeted FGSM", x, err, 0.7, 0.7, 0.2)
	want(t, "x0 after the calls", x0, nil, 0.5, 0.9, 0.2)
}

func TestProject(t *testing.T) {
	x, err := Project("l2", []float64{4, 5}, []float64{1, 1}, 1)
	want(t, "the L2 projection", x, err, 1.6, 1.8)
	x, err = Project("linf", []float64{4, 5}, []float64{1, 1}, 1)
	want(t, "the L∞ projection", x, err, 2, 2)
	if _, err := Project("l3", []float64{4, 5}, []float64{1, 1}, 1); err == nil {
		t.Error("the norm l3 gave no error")
	}
}

func TestPGD(t *testing.T) {
	start := []float64{0, 0.5}
	rows, err := PGD("l2", constant(3, 4), start, start, 0.5, 0.4, 2, 0, 1, false)
	if err != nil || len(rows) != 3 {
		t.Fatalf("%d rows, error %v; want 3 rows", len(rows), err)
	}
	want(t, "row 0", rows[0], nil, 0, 0.5)
	want(t, "row 1", rows[1], nil, 0.24, 0.82)
	want(t, "row 2", rows[2], nil, 0.3, 0.9)
}
