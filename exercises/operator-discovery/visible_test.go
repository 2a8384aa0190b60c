package operatordiscovery

import (
	"math"
	"slices"
	"testing"
)

// The cases of the statement.

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
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

var (
	line = [][]float64{{1, 0}, {1, 1}, {1, 2}}
	y    = []float64{1, 2, 4}
)

func TestLibrary(t *testing.T) {
	theta, err := Library([][]float64{{2, 3}, {10, 20}}, []int{0, 2, 1, 0}, []int{0, 0, 1, 1})
	wantNumbers(t, "Θ", slices.Concat(theta...), err, 1, 4, 20, 10, 1, 9, 60, 20)
}

func TestLeastSquares(t *testing.T) {
	alpha, err := LeastSquares(line, y)
	wantNumbers(t, "α", alpha, err, 5./6, 1.5)
}

func TestSTLSQ(t *testing.T) {
	alpha, err := STLSQ(line, y, 1, 10)
	wantNumbers(t, "α", alpha, err, 0, 2)
}

func TestBestSubset(t *testing.T) {
	alpha, objective, err := BestSubset(line, y, 0.5)
	wantNumbers(t, "λ = ½", append(alpha, objective), err, 5./6, 1.5, 7./6)
	alpha, objective, err = BestSubset(line, y, 1)
	wantNumbers(t, "λ = 1", append(alpha, objective), err, 0, 2, 2)
}
