package chainrule

import (
	"math"
	"testing"
)

func near(t *testing.T, what string, err error, got, want []float64) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	ok := len(got) == len(want)
	for i := range want {
		ok = ok && math.Abs(got[i]-want[i]) <= 1e-6
	}
	if !ok {
		t.Errorf("%s is %.6f, want %.6f", what, got, want)
	}
}

func TestLocal(t *testing.T) {
	v, da, db, err := Local("mul", 3, 2)
	near(t, "mul of 3 and 2: value and slopes", err, []float64{v, da, db}, []float64{6, 2, 3})
	v, da, db, err = Local("div", 1, 2)
	near(t, "div of 1 and 2: value and slopes", err, []float64{v, da, db}, []float64{0.5, 0.5, -0.25})
	if _, _, _, err = Local("log", -1, 0); err == nil {
		t.Error("log of −1 gave no error")
	}
}

func TestChain(t *testing.T) {
	y, slope, err := Chain([]string{"sin", "cos"}, 1)
	near(t, "cos(sin 1) and its slope", err, []float64{y, slope}, []float64{0.666367, -0.402862})
	y, slope, err = Chain(nil, 1.5)
	near(t, "the empty chain", err, []float64{y, slope}, []float64{1.5, 1})
}

func TestGradient(t *testing.T) {
	y, g, err := Gradient([]Step{{"mul", 0, 1}, {"add", 2, 0}}, []float64{2, 5})
	near(t, "x₀x₁ + x₀ at (2, 5), and its gradient", err, append([]float64{y}, g...), []float64{12, 6, 2})
	y, g, err = Gradient([]Step{{"mul", 0, 0}}, []float64{3})
	near(t, "x₀x₀ at 3, and its gradient", err, append([]float64{y}, g...), []float64{9, 6})
	if _, _, err = Gradient([]Step{{"mul", 0, 1}}, []float64{3}); err == nil {
		t.Error("place 1 does not exist yet, and Gradient gave no error")
	}
}
