package attention

import (
	"math"
	"testing"
)

// The cases of the statement.

func want(t *testing.T, what string, got [][]float64, err error, want ...[]float64) {
	t.Helper()
	ok := err == nil && len(got) == len(want)
	for i := range want {
		ok = ok && len(got[i]) == len(want[i])
		for j := range want[i] {
			ok = ok && math.Abs(got[i][j]-want[i][j]) <= 1e-12
		}
	}
	if !ok {
		t.Errorf("%s is %v, error %v; want %v", what, got, err, want)
	}
}

var (
	ln3     = math.Log(3)
	q, k, v = [][]float64{{1}, {1}}, [][]float64{{0}, {ln3}}, [][]float64{{0}, {8}}
)

func TestAttend(t *testing.T) {
	o, a, err := Attend(q, k, v, false)
	want(t, "O", o, err, []float64{6}, []float64{6})
	want(t, "A", a, err, []float64{0.25, 0.75}, []float64{0.25, 0.75})
	o, a, err = Attend(q, k, v, true)
	want(t, "causal O", o, err, []float64{0}, []float64{6})
	want(t, "causal A", a, err, []float64{1, 0}, []float64{0.25, 0.75})
}

func TestGradient(t *testing.T) {
	dQ, dK, dV, err := Gradient(q, k, v, true, [][]float64{{0}, {1}})
	want(t, "∂J/∂Q", dQ, err, []float64{0}, []float64{1.5 * ln3})
	want(t, "∂J/∂K", dK, err, []float64{-1.5}, []float64{1.5})
	want(t, "∂J/∂V", dV, err, []float64{0.25}, []float64{0.75})
}

func TestMultiHead(t *testing.T) {
	o, err := MultiHead([][]float64{{1, 0}, {1, 0}}, [][]float64{{0, 5}, {ln3, 7}}, [][]float64{{0, 0}, {8, 2}}, 2, false)
	want(t, "two heads", o, err, []float64{6, 1}, []float64{6, 1})
	if _, err := MultiHead(q, k, v, 2, false); err == nil {
		t.Error("two heads of width ½ gave no error")
	}
}
