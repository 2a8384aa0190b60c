package backproponehiddenlayer

import (
	"math"
	"testing"
)

// The case of the statement.
var (
	w      = [][]float64{{1, 0}, {0, -1}, {1, 1}}
	b1     = []float64{0, 1, -1}
	u      = [][]float64{{1, 2, 0}, {-1, 1, 1}}
	b2     = []float64{0, 0}
	x      = []float64{1, 2}
	target = []float64{1, 0}
)

func near(t *testing.T, what string, got []float64, want ...float64) {
	t.Helper()
	ok := len(got) == len(want)
	for i := 0; ok && i < len(want); i++ {
		ok = math.Abs(got[i]-want[i]) <= 1e-9
	}
	if !ok {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func flat(m [][]float64) (v []float64) {
	for _, row := range m {
		v = append(v, row...)
	}
	return v
}

func TestForward(t *testing.T) {
	z, h, theta, yhat, err := Forward(w, b1, u, b2, x)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "z", z, 1, -1, 2)
	near(t, "h", h, 1, 0, 2)
	near(t, "θ", theta, 1, 1)
	near(t, "ŷ", yhat, 0.5, 0.5)
}

func TestDeltas(t *testing.T) {
	delta1, delta2, err := Deltas(u, []float64{1, -1, 2}, []float64{0.5, 0.5}, target)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "δ₁", delta1, -0.5, 0.5)
	near(t, "δ₂", delta2, -1, 0, 0.5)
}

func TestBackward(t *testing.T) {
	j, g, err := Backward(w, b1, u, b2, x, target)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "J", []float64{j}, math.Ln2)
	near(t, "∂J/∂U", flat(g.U), -0.5, 0, -1, 0.5, 0, 1)
	near(t, "∂J/∂b₂", g.B2, -0.5, 0.5)
	near(t, "∂J/∂W", flat(g.W), -1, -2, 0, 0, 0.5, 1)
	near(t, "∂J/∂b₁", g.B1, -1, 0, 0.5)
	near(t, "∂J/∂x", g.X, -0.5, 0.5)
}

// ∂J/∂x, which the lecture announces and does not give, by difference quotients.
func TestDifferences(t *testing.T) {
	const h = 1e-6
	x, y := []float64{0.7, -1.3}, []float64{0.25, 0.75}
	j := func(x []float64) float64 {
		v, _, err := Backward(w, b1, u, b2, x, y)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	_, g, _ := Backward(w, b1, u, b2, x, y)
	for i := range x {
		up, down := append([]float64(nil), x...), append([]float64(nil), x...)
		up[i], down[i] = x[i]+h, x[i]-h
		if d := (j(up) - j(down)) / (2 * h); len(g.X) != 2 || !(math.Abs(d-g.X[i]) <= 1e-7) {
			t.Errorf("∂J/∂x is %v, the difference quotient by x[%d] %v", g.X, i, d)
		}
	}
}

func TestRefuses(t *testing.T) {
	if _, _, err := Backward(w, b1, u, b2, x, target); err != nil {
		t.Errorf("the statement's case is refused: %v", err)
	}
	if _, _, err := Backward(w, b1, u, b2, []float64{1, 2, 3}, target); err == nil {
		t.Error("x has three entries, W two columns, and no error")
	}
	if _, _, err := Backward(w, b1, u, b2, x, []float64{1, 1}); err == nil {
		t.Error("y sums to 2, and no error")
	}
}
