package kerneltrick

import (
	"math"
	"slices"
	"testing"
)

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9 }

// The points of the statement.
var (
	x    = []float64{1, 2}
	z    = []float64{3, -1}
	xorY = []float64{1, 1, -1, -1}
)

func TestKernel(t *testing.T) {
	for _, c := range []struct {
		kind    string
		p, want float64
	}{{"linear", 0, 1}, {"quadratic", 1, 4}, {"lift", 0, 51}, {"rbf", 0.1, math.Exp(-1.3)}} {
		k, err := Kernel(c.kind, c.p, x, z)
		if err != nil || !near(k, c.want) {
			t.Errorf("%s kernel of (1, 2) and (3, −1), p = %v: %v (%v), want %v", c.kind, c.p, k, err, c.want)
		}
	}
	if _, err := Kernel("cubic", 1, x, z); err == nil {
		t.Error(`there is no kind "cubic" here, but Kernel gave no error`)
	}
}

func TestFeatures(t *testing.T) {
	fx, err := Features(1, x)
	fz, err2 := Features(1, z)
	if err != nil || err2 != nil || len(fx) != len(fz) {
		t.Fatalf("φ(x) has %d entries, φ(z) %d; errors %v, %v", len(fx), len(fz), err, err2)
	}
	xz, xx := 0.0, 0.0
	for i := range fx {
		xz += fx[i] * fz[i]
		xx += fx[i] * fx[i]
	}
	if !near(xz, 4) || !near(xx, 36) {
		t.Errorf("φ(x)ᵀφ(z) = %v and φ(x)ᵀφ(x) = %v, want 4 and 36", xz, xx)
	}
}

func TestGram(t *testing.T) {
	k, err := Gram("lift", 0, [][]float64{x, z})
	want := [][]float64{{30, 51}, {51, 110}}
	if err != nil || !slices.EqualFunc(k, want, func(a, b []float64) bool { return slices.EqualFunc(a, b, near) }) {
		t.Errorf("Gram matrix %v (%v), want %v", k, err, want)
	}
}

func TestIsPSD(t *testing.T) {
	for _, c := range []struct {
		k    [][]float64
		want bool
	}{{[][]float64{{1, 2}, {2, 1}}, false}, {[][]float64{{1, 1}, {1, 1}}, true}, {[][]float64{{30, 51}, {51, 110}}, true}} {
		got, err := IsPSD(c.k)
		if err != nil || got != c.want {
			t.Errorf("IsPSD(%v) is %v (%v), want %v", c.k, got, err, c.want)
		}
	}
}

func TestDistances(t *testing.T) {
	d, err := Distances([][]float64{{30, 51}, {51, 110}})
	if err != nil || len(d) != 2 || len(d[0]) != 2 || len(d[1]) != 2 || !near(d[0][1], math.Sqrt(38)) || !near(d[1][0], math.Sqrt(38)) || d[0][0] != 0 || d[1][1] != 0 {
		t.Errorf("distances %v (%v), want √38 beside the diagonal", d, err)
	}
}

func TestPerceptron(t *testing.T) {
	quadratic := [][]float64{{9, 1, 1, 1}, {1, 9, 1, 1}, {1, 1, 9, 1}, {1, 1, 1, 9}}
	counts, mistakes, err := Perceptron(quadratic, xorY, 100)
	if err != nil || !slices.Equal(counts, []int{1, 1, 1, 1}) || !slices.Equal(mistakes, []int{3, 1, 0}) {
		t.Errorf("XOR, quadratic kernel: counts %v, mistakes %v (%v), want [1 1 1 1], [3 1 0]", counts, mistakes, err)
	}
	linear := [][]float64{{2, -2, 0, 0}, {-2, 2, 0, 0}, {0, 0, 2, -2}, {0, 0, -2, 2}}
	counts, mistakes, err = Perceptron(linear, xorY, 3)
	if err != nil || !slices.Equal(counts, []int{3, 3, 3, 3}) || !slices.Equal(mistakes, []int{4, 4, 4}) {
		t.Errorf("XOR, linear kernel, 3 epochs: counts %v, mistakes %v (%v), want [3 3 3 3], [4 4 4]", counts, mistakes, err)
	}
}
