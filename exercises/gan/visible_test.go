package gan

import (
	"math"
	"slices"
	"testing"
)

// The cases of the statement.

func want(t *testing.T, err error, got []float64, want ...float64) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) <= 1e-12 }) {
		t.Errorf("%v, want %v", got, want)
	}
}

var log3 = math.Log(3)

func TestOptimal(t *testing.T) {
	d, err := Optimal([]float64{0.3, 0.1, 0, 0}, []float64{0.1, 0.3, 0.2, 0})
	want(t, err, d, 0.75, 0.25, 0, 0.5)
}

func TestValue(t *testing.T) {
	V, err := Value([]float64{0.75, 0.25}, []float64{0.25, 0.75}, []float64{0.75, 0.25})
	want(t, err, []float64{V}, 2*(0.75*math.Log(0.75)+0.25*math.Log(0.25)))
}

func TestJSD(t *testing.T) {
	j, err := JSD([]float64{0.75, 0.25}, []float64{0.25, 0.75})
	want(t, err, []float64{j}, 0.75*math.Log(1.5)+0.25*math.Log(0.5))
}

func TestStepD(t *testing.T) {
	w, err := StepD([]float64{2}, []float64{1}, []float64{0, 0, 0}, 0, 1, 0.2)
	want(t, err, w, 0, 0.1, 0.3)
}

func TestStepG(t *testing.T) {
	a, b, err := StepG([]float64{2}, []float64{0, log3, 0}, 0, 0.5, 0.1, true)
	want(t, err, []float64{a, b}, 0.075*log3, 0.5+0.15*log3)
	a, b, err = StepG([]float64{2}, []float64{0, log3, 0}, 0, 0.5, 0.1, false)
	want(t, err, []float64{a, b}, 0.025*log3, 0.5+0.05*log3)
}

func TestRound(t *testing.T) {
	w, a, b, err := Round([][]float64{{2}}, [][]float64{{1}, {2}}, []float64{0, 0, 0}, 0, 1, 0.2, 0.1, false)
	up := 0.13 / (1 + math.Exp(1.4))
	want(t, err, append(slices.Clone(w), a, b), 0, 0.1, 0.3, up, 1+2*up)
}
