package vae

import (
	"math"
	"slices"
	"testing"
)

// The cases of the statement.

func want(t *testing.T, err error, got []float64, want ...float64) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) <= 1e-12 }) {
		t.Errorf("%v, want %v", got, want)
	}
}

var (
	x, eps  = [][]float64{{1, 0}}, [][]float64{{-0.5}}
	a, b, v = [][]float64{{2, 5}}, [][]float64{{math.Log(4), 0}}, [][]float64{{math.Log(3)}, {0}}
	kl      = (7 - math.Log(4)) / 2
)

func TestKL(t *testing.T) {
	got, err := KL([]float64{2, 0}, []float64{math.Log(4), 0})
	want(t, err, []float64{got}, kl)
	if _, err := KL([]float64{2}, []float64{1, 1}); err == nil {
		t.Error("one mean and two variances gave no error")
	}
}

func TestReparameterise(t *testing.T) {
	z, err := Reparameterise([]float64{2, 1}, []float64{math.Log(4), 0}, []float64{-0.5, 3})
	want(t, err, z, 1, 4)
}

func TestScore(t *testing.T) {
	m, s, err := Score([]float64{2}, []float64{math.Log(4)}, []float64{6})
	want(t, err, append(m, s...), 1, 1.5)
}

func TestELBO(t *testing.T) {
	e, k, err := ELBO(x, eps, a, b, v)
	want(t, err, []float64{e, k}, math.Log(0.375)-kl, kl)
}

func TestGradient(t *testing.T) {
	da, db, dv, err := Gradient(x, eps, a, b, v)
	want(t, err, slices.Concat(slices.Concat(da...), slices.Concat(db...), slices.Concat(dv...)),
		math.Log(3)/4-2, 0, -math.Log(3)/8-1.5, 0, 0.25, -0.5)
}
