package wordvectors

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

func TestCooccurrence(t *testing.T) {
	n, err := Cooccurrence([]int{0, 1, 0, 2}, 3, 1)
	want(t, "the table of 0 1 0 2", n, err, []float64{0, 2, 1}, []float64{2, 0, 0}, []float64{1, 0, 0})
}

func TestPPMI(t *testing.T) {
	p, err := PPMI([][]float64{{1, 0}, {1, 2}}, 1)
	want(t, "PPMI", p, err, []float64{math.Log(2), 0}, []float64{0, math.Log(4. / 3)})
	if _, err := PPMI([][]float64{{1, -1}}, 1); err == nil {
		t.Error("a negative count gave no error")
	}
}

func TestCosine(t *testing.T) {
	for _, c := range []struct {
		v    []float64
		want float64
	}{{[]float64{1, 1, 1, 0}, math.Sqrt(3) / 2}, {[]float64{0, 1, 0, 1}, math.Sqrt(0.5)}} {
		if got, err := Cosine([]float64{1, 1, 1, 1}, c.v); err != nil || !(math.Abs(got-c.want) <= 1e-12) {
			t.Errorf("the cosine of (1, 1, 1, 1) and %v is %v, error %v; want %v", c.v, got, err, c.want)
		}
	}
}

func TestAnalogy(t *testing.T) {
	d, err := Analogy([][]float64{{1, 0}, {1, 1}, {3, 0}, {2, 2}, {-1, 0.5}}, 0, 1, 2)
	if err != nil || d != 3 {
		t.Errorf("man : woman = king : word %d, error %v; want 3, queen", d, err)
	}
}
