package losses

import (
	"math"
	"testing"
)

type function = func(y, o []float64) (float64, []float64, error)

func hinge(power int) function {
	return func(y, o []float64) (float64, []float64, error) { return Hinge(y, o, power) }
}

var functions = []struct {
	name string
	f    function
}{
	{"L1", L1}, {"L2", L2}, {"Hinge 1", hinge(1)}, {"Hinge 2", hinge(2)}, {"Hinge 3", hinge(3)},
	{"Expectation", Expectation}, {"RegularisedExpectation", RegularisedExpectation}, {"Chebyshev", Chebyshev},
	{"Log", Log}, {"SquaredLog", SquaredLog}, {"Tanimoto", Tanimoto}, {"CauchySchwarz", CauchySchwarz},
}

// The two cases of the statement: the loss, then the gradient.
func TestCases(t *testing.T) {
	ln2 := math.Ln2
	for _, c := range []struct {
		y, o []float64
		want map[string][]float64
	}{
		{[]float64{1, 0}, []float64{0, 0}, map[string][]float64{
			"L1": {1, -1, 0}, "L2": {1, -2, 0}, "Hinge 1": {1, -1, 1}, "Hinge 2": {0.5, -1, 1}, "Hinge 3": {0.25, -0.75, 0.75},
			"Expectation": {1, -0.5, 0.5}, "RegularisedExpectation": {0.5, -0.5, 0.5}, "Chebyshev": {0.5, -0.25, 0.25},
			"Log": {ln2, -0.5, 0.5}, "SquaredLog": {ln2 * ln2, -ln2, ln2}, "Tanimoto": {-0.5, -0.375, 0.375},
			"CauchySchwarz": {ln2 / 2, -0.5, 0.5},
		}},
		{[]float64{0, 1, 0}, []float64{ln2, 0, 0}, map[string][]float64{
			"Expectation": {1.5, 0.25, -0.375, 0.125}, "RegularisedExpectation": {0.875, 0.375, -0.4375, 0.0625},
			"Chebyshev": {0.75, 0.125, -0.1875, 0.0625}, "Log": {2 * ln2, 0.5, -0.75, 0.25},
			"SquaredLog": {4 * ln2 * ln2, 2 * ln2, -3 * ln2, ln2}, "Tanimoto": {-2. / 9, 13. / 81, -17.5 / 81, 4.5 / 81},
			"CauchySchwarz": {math.Log(6) / 2, 2. / 3, -5. / 6, 1. / 6},
		}},
	} {
		for _, f := range functions {
			want, given := c.want[f.name]
			if !given {
				continue
			}
			v, g, err := f.f(c.y, c.o)
			if err != nil {
				t.Errorf("%s: %v", f.name, err)
				continue
			}
			got := append([]float64{v}, g...)
			ok := len(got) == len(want)
			for i := range want {
				ok = ok && math.Abs(got[i]-want[i]) <= 1e-9
			}
			if !ok {
				t.Errorf("%s(y = %v, o = %.4v) is %.6v, gradient %.6v; want %.6v, %.6v", f.name, c.y, c.o, v, g, want[0], want[1:])
			}
		}
	}
}

// Every gradient is that of its own value.
func TestDifferences(t *testing.T) {
	const h = 1e-5
	y, o := []float64{0, 0, 1, 0}, []float64{1.1, 2.2, 0.3, -1.7}
	for _, f := range functions {
		_, g, err := f.f(y, o)
		if err != nil || len(g) != len(o) {
			t.Errorf("%s: gradient %v, error %v", f.name, g, err)
			continue
		}
		for j := range o {
			up, down := append([]float64(nil), o...), append([]float64(nil), o...)
			up[j], down[j] = o[j]+h, o[j]-h
			a, _, _ := f.f(y, up)
			b, _, _ := f.f(y, down)
			if d := (a - b) / (2 * h); !(math.Abs(d-g[j]) <= 1e-6) {
				t.Errorf("%s: entry %d of the gradient is %v, the difference quotient of the loss is %v", f.name, j, g[j], d)
			}
		}
	}
}

func TestRefuses(t *testing.T) {
	for _, f := range functions {
		if _, _, err := f.f([]float64{1, 0}, []float64{1, 2}); err != nil {
			t.Errorf("%s: two targets and two scores are refused: %v", f.name, err)
		}
		if _, _, err := f.f([]float64{1, 0}, []float64{1, 2, 3}); err == nil {
			t.Errorf("%s: two targets, three scores, and no error", f.name)
		}
		if _, _, err := f.f([]float64{1, 0}, []float64{math.NaN(), 2}); err == nil {
			t.Errorf("%s: a score is NaN, and no error", f.name)
		}
	}
}
