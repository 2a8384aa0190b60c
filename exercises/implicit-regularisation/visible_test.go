package implicitregularisation

import (
	"math"
	"testing"
)

// The cases of the statement.

func productGradient(w []float64) []float64 {
	r := w[0]*w[1] - 1
	return []float64{r * w[1], r * w[0]}
}

func productHessian(w []float64) [][]float64 {
	c := 2*w[0]*w[1] - 1
	return [][]float64{{w[1] * w[1], c}, {c, w[0] * w[0]}}
}

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

func TestModifiedGradient(t *testing.T) {
	g, err := ModifiedGradient(productGradient, productHessian, []float64{2, 1}, 0.2)
	wantNumbers(t, "the modified gradient of ½(ab − 1)² at (2, 1)", g, err, 1.7, 3.1)
	if _, err := ModifiedGradient(productGradient, productHessian, []float64{2, 1}, -0.2); err == nil {
		t.Error("a negative rate gave no error")
	}
}

func TestPenalties(t *testing.T) {
	gd, shuffling, err := Penalties([][]float64{{1, 0}, {3, 4}}, 0.5)
	wantNumbers(t, "the penalties", []float64{gd, shuffling}, err, 1, 0.625)
	if _, _, err := Penalties(nil, 0.5); err == nil {
		t.Error("no gradients gave no error")
	}
}

func TestFlow(t *testing.T) {
	w0 := []float64{16}
	points, err := Flow(func(w []float64) []float64 { return []float64{w[0]} }, w0, 1, 1)
	if err != nil || len(points) != 2 {
		t.Fatalf("%d points, error %v; want 2 points", len(points), err)
	}
	wantNumbers(t, "the start", points[0], nil, 16)
	wantNumbers(t, "the end", points[1], nil, 6)
	wantNumbers(t, "w0 after the call", w0, nil, 16)
}

func TestEpochMean(t *testing.T) {
	w, err := EpochMean([][]float64{{1}, {2}}, []float64{0, 2}, []float64{2}, 0.1)
	wantNumbers(t, "the mean of the two orders", w, err, 1.46)
}
