package softmaxcrossentropy

import (
	"math"
	"testing"
)

// The two cases of the statement.
var (
	quarter = []float64{math.Log(2), 0, 0}   // p = (½, ¼, ¼)
	lecture = []float64{1.1, 2.2, 0.2, -1.7} // p = (0.224, 0.672, 0.091, 0.014)
)

func want(t *testing.T, what string, got []float64, err error, tol float64, want ...float64) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	ok := len(got) == len(want)
	for i := range want {
		ok = ok && math.Abs(got[i]-want[i]) <= tol
	}
	if !ok {
		t.Errorf("%s is %.6v, want %.6v", what, got, want)
	}
}

func TestLogSumExp(t *testing.T) {
	l, err := LogSumExp(quarter)
	want(t, "LSE(ln 2, 0, 0)", []float64{l}, err, 1e-9, math.Log(4))
	l, err = LogSumExp([]float64{1000, 1000})
	want(t, "LSE(1000, 1000)", []float64{l}, err, 1e-9, 1000+math.Log(2))
	l, err = LogSumExp([]float64{-1000, -1000})
	want(t, "LSE(−1000, −1000)", []float64{l}, err, 1e-9, -1000+math.Log(2))
	for _, bad := range [][]float64{{}, {1, math.NaN()}, {math.Inf(1), 1}} {
		if l, err := LogSumExp(bad); err == nil {
			t.Errorf("LSE(%v) is %v, want an error", bad, l)
		}
	}
}

func TestSoftmax(t *testing.T) {
	p, err := Softmax(quarter)
	want(t, "softmax(ln 2, 0, 0)", p, err, 1e-9, 0.5, 0.25, 0.25)
	p, err = Softmax(lecture)
	want(t, "softmax(1.1, 2.2, 0.2, −1.7)", p, err, 5e-5, 0.2236, 0.6718, 0.0909, 0.0136)
	p, err = LogSoftmax([]float64{1000, -1000})
	want(t, "log softmax(1000, −1000)", p, err, 1e-9, 0, -2000)
	jac, err := Jacobian(quarter)
	for i, row := range [][]float64{{0.25, -0.125, -0.125}, {-0.125, 0.1875, -0.0625}, {-0.125, -0.0625, 0.1875}} {
		if len(jac) != 3 {
			t.Fatalf("the Jacobian has %d rows, want 3 (%v)", len(jac), err)
		}
		want(t, "a row of the Jacobian at (ln 2, 0, 0)", jac[i], err, 1e-9, row...)
	}
}

func TestCrossEntropy(t *testing.T) {
	l, g, err := CrossEntropy([]float64{0, 1, 0}, quarter)
	want(t, "loss for class 1 at (ln 2, 0, 0)", []float64{l}, err, 1e-9, math.Log(4))
	want(t, "gradient", g, err, 1e-9, 0.5, -0.75, 0.25)
	l, g, err = CrossEntropy([]float64{0, 1}, []float64{1000, -1000})
	want(t, "loss for class 1 at (1000, −1000)", []float64{l}, err, 1e-9, 2000)
	want(t, "gradient", g, err, 1e-9, 1, -1)
	if _, _, err := CrossEntropy([]float64{1, 1, 0}, quarter); err == nil {
		t.Error("the target (1, 1, 0) sums to 2, and no error")
	}
}

func TestBatch(t *testing.T) {
	l, g, err := Batch([]int{1, 0}, [][]float64{quarter, {0, 0, 0}})
	want(t, "mean loss", []float64{l}, err, 1e-9, (math.Log(4)+math.Log(3))/2)
	if len(g) != 2 {
		t.Fatalf("the gradient has %d rows, want 2", len(g))
	}
	want(t, "gradient, row 0", g[0], err, 1e-9, 0.25, -0.375, 0.125)
	want(t, "gradient, row 1", g[1], err, 1e-9, -1./3, 1./6, 1./6)
	if _, _, err := Batch([]int{1, 3}, [][]float64{quarter, quarter}); err == nil {
		t.Error("label 3 of three classes, and no error")
	}
}
