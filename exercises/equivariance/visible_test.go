package equivariance

import (
	"math"
	"slices"
	"testing"
)

// The cases of the statement.

func shifts3() [][]int { return [][]int{{0, 1, 2}, {2, 0, 1}, {1, 2, 0}} }

func close(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Abs(x-y) <= 1e-12 })
}

func TestAxioms(t *testing.T) {
	for _, c := range []struct {
		maps [][]int
		want [3]bool
	}{
		{[][]int{{0, 1, 2, 3}, {3, 0, 1, 2}}, [3]bool{false, true, false}},
		{[][]int{{0, 1, 2, 3}, {2, 3, 0, 1}}, [3]bool{true, true, true}},
	} {
		closure, identity, inverse, err := Axioms(c.maps)
		if got := [3]bool{closure, identity, inverse}; err != nil || got != c.want {
			t.Errorf("Axioms(%v) is %v (%v), want %v", c.maps, got, err, c.want)
		}
	}
}

func TestFeatures(t *testing.T) {
	f, err := Features(shifts3(), []float64{1, -1, 0}, []float64{5, 3, 2})
	if err != nil || !close(f, []float64{2, 1, -3}) {
		t.Errorf("f(x) is %v (%v), want (2, 1, −3)", f, err)
	}
}

func TestPermutation(t *testing.T) {
	p, err := Permutation(shifts3(), 1)
	if err != nil || !slices.Equal(p, []int{2, 0, 1}) {
		t.Errorf("p is %v (%v), want [2 0 1]", p, err)
	}
	if _, err := Permutation(shifts3()[:2], 1); err == nil {
		t.Error("two of three shifts are no group, but there was no error")
	}
}

func TestSymmetrise(t *testing.T) {
	x := []float64{5, 3, 2}
	y, err := Symmetrise(func(x []float64) []float64 { return []float64{x[0], 0, 0} }, shifts3(), x)
	if err != nil || !close(y, []float64{5. / 3, 1, 2. / 3}) {
		t.Errorf("F̄(x) is %v (%v), want x/3", y, err)
	}
	if !close(x, []float64{5, 3, 2}) {
		t.Errorf("x was changed to %v", x)
	}
}

func TestRelabel(t *testing.T) {
	m, err := Relabel([][]float64{{0, 5, 0}, {5, 0, 7}, {0, 7, 9}}, []int{2, 0, 1})
	want := [][]float64{{9, 0, 7}, {0, 0, 5}, {7, 5, 0}}
	if err != nil || !slices.EqualFunc(m, want, close) {
		t.Errorf("PMPᵀ is %v (%v), want %v", m, err, want)
	}
}
