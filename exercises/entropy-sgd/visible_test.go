package entropysgd

import (
	"math"
	"testing"
)

// The cases of the statement.

func same(t *testing.T, what string, got []float64, err error, want ...float64) {
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

func identity(x []float64) []float64 { return append([]float64(nil), x...) }

func TestScope(t *testing.T) {
	g, err := Scope(2, 0.5, 3)
	same(t, "γ(3)", []float64{g}, err, 6.75)
	if _, err := Scope(-1, 0.5, 3); err == nil {
		t.Error("γ₀ = −1 gave no error")
	}
}

func TestLocalEntropy(t *testing.T) {
	f, g, err := LocalEntropy([]float64{0, -math.Log(6)}, []float64{0, 1}, 0, 2*math.Ln2)
	same(t, "F and the derivative of −F", []float64{f, g}, err, math.Ln2, -1.5*math.Ln2)
}

func TestInnerLoop(t *testing.T) {
	x := []float64{2}
	mean, last, err := InnerLoop(identity, x, 1, 0.25, 1, 0.5, [][]float64{{2}, {-1}})
	same(t, "μ", mean, err, 1.75)
	same(t, "x′", last, err, 1.25)
	same(t, "x after the call", x, nil, 2)
}

func TestEntropySGD(t *testing.T) {
	path, err := EntropySGD(identity, []float64{4}, 1, 1, 0.5, 0.5, 0, 1, [][][]float64{{{0}}, {{0}}})
	if err != nil || len(path) != 3 {
		t.Fatalf("%d points, error %v; want 3 points", len(path), err)
	}
	same(t, "the start", path[0], nil, 4)
	same(t, "x after one update", path[1], nil, 3)
	same(t, "x after two", path[2], nil, 1.5)
}
