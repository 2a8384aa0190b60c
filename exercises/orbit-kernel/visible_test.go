package orbitkernel

import (
	"math"
	"slices"
	"testing"
)

// The cases of the statement.

var (
	both  = [][]int{{0, 1}, {1, 0}}
	gamma = math.Ln2
)

func close(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Abs(x-y) <= 1e-9 })
}

func wantMatrix(t *testing.T, what string, got [][]float64, err error, want [][]float64) {
	t.Helper()
	if err != nil || !slices.EqualFunc(got, want, close) {
		t.Errorf("%s is %v (%v), want %v", what, got, err, want)
	}
}

func TestKernel(t *testing.T) {
	k, err := Kernel(gamma, both, []float64{1, 0}, []float64{1, 1})
	if err != nil || math.Abs(k-2) > 1e-9 {
		t.Errorf("K(x, z) is %v (%v), want 2", k, err)
	}
}

func TestGram(t *testing.T) {
	k, err := Gram(gamma, both, [][]float64{{1, 0}, {1, 1}})
	wantMatrix(t, "the Gram matrix", k, err, [][]float64{{2.5, 2}, {2, 4}})
}

func TestNormalise(t *testing.T) {
	k, err := Normalise([][]float64{{2.5, 2}, {2, 4}})
	c := 2 / math.Sqrt(10)
	wantMatrix(t, "the normalised matrix", k, err, [][]float64{{1, c}, {c, 1}})
}

func TestFeatures(t *testing.T) {
	f, err := Features(both, [][]float64{{3, -1}, {-2, 1}}, []float64{1, 0})
	if err != nil || !close(f, []float64{3, 1}) {
		t.Errorf("Φ(x) is %v (%v), want (3, 1)", f, err)
	}
}

func TestDefect(t *testing.T) {
	x := []float64{1, 0}
	group, err := Defect(gamma, both, x, []float64{1, 1})
	swap, err2 := Defect(gamma, both[1:], x, x)
	if err != nil || err2 != nil || math.Abs(group) > 1e-9 || math.Abs(swap-0.75) > 1e-9 {
		t.Errorf("defects %v and %v (%v, %v), want 0 for the group and 0.75 for the swap alone", group, swap, err, err2)
	}
}
