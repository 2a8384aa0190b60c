package svmdual

import (
	"math"
	"testing"
)

// The case of the statement.
var (
	x = [][]float64{{1, 1}, {-1, 0}}
	y = []float64{1, -1}
)

func near(a, b, tol float64) bool { return math.Abs(a-b) <= tol }

func TestObjective(t *testing.T) {
	for a, want := range map[float64]float64{0: 0, 0.1: 0.175, 0.4: 0.4, 0.25: 0.34375} {
		d, err := Objective([]float64{a, a}, x, y)
		if err != nil || !near(d, want, 1e-12) {
			t.Errorf("D at α = (%v, %v) is %v (%v), want %v", a, a, d, err, want)
		}
	}
}

func TestRecover(t *testing.T) {
	w, b, err := Recover([]float64{0.4, 0.4}, x, y, 1)
	if err != nil || len(w) != 2 || !near(w[0], 0.8, 1e-12) || !near(w[1], 0.4, 1e-12) || !near(b, -0.2, 1e-12) {
		t.Errorf("w = %v, b = %v (%v), want (0.8, 0.4) and −0.2", w, b, err)
	}
	if _, _, err = Recover([]float64{0.25, 0.25}, x, y, 0.25); err == nil {
		t.Error("no α is free, but Recover gave no error")
	}
}

func TestViolation(t *testing.T) {
	for _, c := range []struct{ a, c, want float64 }{{0, 1, 2}, {0.1, 1, 1.5}, {0.4, 1, 0}, {0.25, 0.25, -0.75}} {
		v, err := Violation([]float64{c.a, c.a}, x, y, c.c)
		if err != nil || !near(v, c.want, 1e-12) {
			t.Errorf("violation at α = (%v, %v), C = %v is %v (%v), want %v", c.a, c.a, c.c, v, err, c.want)
		}
	}
}

func TestSolve(t *testing.T) {
	for _, c := range []struct{ c, want float64 }{{1, 0.4}, {math.Inf(1), 0.4}, {0.25, 0.25}} {
		a, err := Solve(x, y, c.c)
		if err != nil || len(a) != 2 || !near(a[0], c.want, 1e-6) || !near(a[1], c.want, 1e-6) {
			t.Errorf("C = %v: α = %v (%v), want both %v", c.c, a, err, c.want)
		}
	}
	if _, err := Solve(x, []float64{1, 1}, 1); err == nil {
		t.Error("one class is missing, but Solve gave no error")
	}
}
