package deepfool

import (
	"math"
	"testing"
)

// The two cases of the statement.
var (
	// the line 3x₁ − 4x₂ + 5 = 0
	line     = func(x []float64) float64 { return 3*x[0] - 4*x[1] + 5 }
	lineGrad = func([]float64) []float64 { return []float64{3, -4} }
	// the circle x₁² + x₂² = 1
	circle     = func(x []float64) float64 { return x[0]*x[0] + x[1]*x[1] - 1 }
	circleGrad = func(x []float64) []float64 { return []float64{2 * x[0], 2 * x[1]} }
	// four classes of which the third in order of the logits is nearest in L2, and the last in L∞
	weights = [][]float64{{1, -1}, {3.5, -1}, {4, 3}, {1, -0.5}}
	bias    = []float64{2, 1, -0.5, 1.5}
	four    = func(x []float64) []float64 {
		f := make([]float64, 4)
		for k, w := range weights {
			f[k] = w[0]*x[0] + w[1]*x[1] + bias[k]
		}
		return f
	}
	fourJacobian = func([]float64) [][]float64 { return [][]float64{{1, -1}, {3.5, -1}, {4, 3}, {1, -0.5}} }
)

func want(t *testing.T, what string, r []float64, iters int, err error, wantIters int, want ...float64) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	ok := len(r) == len(want)
	for i := range want {
		ok = ok && math.Abs(r[i]-want[i]) <= 1e-4
	}
	if !ok || iters != wantIters {
		t.Errorf("%s: r = %v after %d steps, want %v after %d", what, r, iters, want, wantIters)
	}
}

func TestBinary(t *testing.T) {
	x0 := []float64{2, -1}
	r, n, err := Binary(line, lineGrad, x0, 0.02, 50)
	want(t, "line", r, n, err, 1, -1.836, 2.448)
	if x0[0] != 2 || x0[1] != -1 {
		t.Errorf("x0 was changed to %v", x0)
	}
	r, n, err = Binary(circle, circleGrad, []float64{2, 1}, 0.02, 50)
	want(t, "circle", r, n, err, 3, -1.1057, -0.5528)
	if _, _, err = Binary(line, func([]float64) []float64 { return []float64{0, 0} }, x0, 0.02, 50); err == nil {
		t.Error("a zero gradient leads nowhere, but there was no error")
	}
}

func TestMulticlass(t *testing.T) {
	r, n, err := Multiclass(four, fourJacobian, []float64{0, 0}, 0, 0.02, 50)
	want(t, "four classes, L2", r, n, err, 1, 0.408, 0)
	r, n, err = Multiclass(four, fourJacobian, []float64{0, 0}, 3, 0.02, 50)
	want(t, "label 3, which the model does not answer", r, n, err, 0, 0, 0)
}

func TestMulticlassInf(t *testing.T) {
	r, n, err := MulticlassInf(four, fourJacobian, []float64{0, 0}, 0, 0.02, 50)
	want(t, "four classes, L∞", r, n, err, 1, 0.36429, 0.36429)
}
