package naivebayes

import (
	"math"
	"testing"
)

// The cases of the statement.

func want(t *testing.T, got [][]float64, err error, want ...float64) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	ok := len(got) == 1 && len(got[0]) == len(want)
	for j := range want {
		ok = ok && math.Abs(got[0][j]-math.Log(want[j])) <= 1e-12
	}
	if !ok {
		t.Errorf("%v, want the logarithms of %v", got, want)
	}
}

func TestMultinomial(t *testing.T) {
	got, err := Multinomial([][]float64{{0, 2}, {1, 3}, {3, 0}}, []int{0, 0, 1}, 2, 1, [][]float64{{2, 0}})
	want(t, got, err, 25.0/153, 128.0/153)
}

func TestBernoulli(t *testing.T) {
	x := [][]float64{{1, 0}, {1, 1}, {0, 0}}
	got, err := Bernoulli(x, []int{0, 0, 1}, 2, 1, [][]float64{{1, 0}})
	want(t, got, err, 27.0/35, 8.0/35)
	if _, err := Bernoulli(x, []int{0, 0, 1}, 2, 1, [][]float64{{0.5, 0}}); err == nil {
		t.Error("a feature of 0.5 gave no error")
	}
}

func TestGaussian(t *testing.T) {
	got, err := Gaussian([][]float64{{0}, {2}, {5}, {9}}, []int{0, 0, 1, 1}, 2, 1, [][]float64{{3}})
	odds := math.Sqrt(2.5) * math.Exp(0.6)
	want(t, got, err, odds/(1+odds), 1/(1+odds))
}
