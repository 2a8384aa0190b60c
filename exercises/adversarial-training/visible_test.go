package adversarialtraining

import (
	"math"
	"testing"
)

// The cases of the statement.

func want(t *testing.T, what string, got []float64, err error, want ...float64) {
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
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestRobustLoss(t *testing.T) {
	loss, dw, db, err := RobustLoss([]float64{2, -1, 0}, 0.5, [][]float64{{1, 1, 3}}, []float64{1}, 0.25)
	want(t, "the loss", []float64{loss}, err, 0.386871)
	want(t, "the gradient by w", dw, err, -0.240616, -0.401027, -0.962464)
	want(t, "the gradient by b", []float64{db}, err, -0.320821)
}

func TestPerturb(t *testing.T) {
	slope := func(_, _ []float64, _ float64) ([]float64, []float64) { return []float64{1}, []float64{3, -0.1, 0} }
	x := []float64{0.9, 0.5, 0.2}
	r, err := Perturb(slope, []float64{1}, x, 1, []float64{0, 0, 0}, 0.2, 0.15, 2, 0, 1)
	want(t, "r", r, err, 0.1, -0.2, 0)
	want(t, "x after the call", x, nil, 0.9, 0.5, 0.2)
}

func TestStep(t *testing.T) {
	calls := 0
	squares := func(theta, x []float64, y float64) (dtheta, dx []float64) {
		calls++
		e := -y
		for j := range x {
			e += theta[j] * x[j]
		}
		for j := range x {
			dtheta, dx = append(dtheta, e*x[j]), append(dx, e*theta[j])
		}
		return dtheta, dx
	}
	theta, err := Step(squares, []float64{1, 2}, [][]float64{{0.5, 0.25}, {0.2, 0.4}}, []float64{0, 2}, [][]float64{{0, 0}, {0, 0}}, 0.1, 0.1, 1, 0, 1, 0.2)
	want(t, "θ", theta, err, 0.935, 1.9935)
	if err == nil && calls != 4 {
		t.Errorf("grad was called %d times, want 4", calls)
	}
}

func TestRobustAccuracy(t *testing.T) {
	score := func(x []float64) float64 { return x[0] - x[1] }
	x, y := [][]float64{{1, 0}, {0, 1}, {2, 0}}, []float64{1, -1, 1}
	share, err := RobustAccuracy(score, x, y, [][][]float64{{{-2, 0}, {0, 0}, {0, 0}}, {{0, 0}, {0, 0}, {0, 3}}})
	want(t, "the share under two attacks", []float64{share}, err, 1.0/3)
	share, err = RobustAccuracy(score, x, y, nil)
	want(t, "the share without an attack", []float64{share}, err, 1)
}
