package backpropdeep

import (
	"math"
	"testing"
)

// The case of the statement.
var (
	w = [][][]float64{{{1, -1}, {2, 1}}, {{3}, {-2}}}
	x = [][]float64{{1, 1}, {0, 0}}
	y = [][]float64{{4}, {2}}
)

func flat(cube ...[][]float64) (v []float64) {
	for _, m := range cube {
		for _, row := range m {
			v = append(v, row...)
		}
	}
	return v
}

func near(t *testing.T, what string, err error, got []float64, want ...float64) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	ok := len(got) == len(want)
	for i := 0; ok && i < len(want); i++ {
		ok = math.Abs(got[i]-want[i]) <= 1e-9
	}
	if !ok {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestForward(t *testing.T) {
	a, z, err := Forward(w, "relu", x[0])
	near(t, "a", err, flat(a), 3, 0, 9)
	near(t, "z", err, flat(z), 3, 0, 9)
}

func TestDeltas(t *testing.T) {
	d, err := Deltas(w, "relu", x[0], y[0])
	near(t, "δ", err, flat(d), 15, 0, 5)
}

func TestGradient(t *testing.T) {
	risk, dw, err := Gradient(w, "relu", x[:1], y[:1])
	near(t, "the risk of the first sample", err, []float64{risk}, 12.5)
	near(t, "∂R/∂w for the first sample", err, flat(dw...), 15, 0, 15, 0, 15, 0)
	risk, dw, err = Gradient(w, "relu", x, y)
	near(t, "the risk of both samples", err, []float64{risk}, 7.25)
	near(t, "∂R/∂w for both samples", err, flat(dw...), 7.5, 0, 7.5, 0, 7.5, 0)
}

func TestTrain(t *testing.T) {
	end, risks, err := Train(w, "relu", x[:1], y[:1], 0.01, 1)
	near(t, "the weights after a step", err, flat(end...), 0.85, -1, 1.85, 1, 2.85, -2)
	near(t, "the risks", err, risks, 12.5, 3.695*3.695/2)
	near(t, "the weights passed in", nil, flat(w...), 1, -1, 2, 1, 3, -2)
}

// Four layers, by difference quotients.
func TestDifferences(t *testing.T) {
	const h = 1e-6
	w := [][][]float64{{{0.5, -1, 0.3}, {1, 0.2, -0.7}}, {{1, -0.5}, {0.8, 0.4}, {-0.6, 1.2}}, {{0.9, 0.1}, {-1.1, 0.7}}, {{1.5}, {-0.4}}}
	x, y := [][]float64{{0.3, -0.8}, {1.2, 0.5}, {-0.4, 0.9}}, [][]float64{{0.2}, {0.9}, {0.5}}
	for _, g := range []string{"sigmoid", "tanh", "relu", "identity"} {
		_, dw, err := Gradient(w, g, x, y)
		if err != nil || len(dw) != len(w) {
			t.Errorf("%s: %d layers, error %v", g, len(dw), err)
			continue
		}
		for l := range w {
			for i := range w[l] {
				for j, old := range w[l][i] {
					w[l][i][j] = old + h
					up, _, _ := Gradient(w, g, x, y)
					w[l][i][j] = old - h
					down, _, _ := Gradient(w, g, x, y)
					w[l][i][j] = old
					if d := (up - down) / (2 * h); !(math.Abs(d-dw[l][i][j]) <= 1e-7) {
						t.Fatalf("%s: ∂R/∂w[%d][%d][%d] is %v, the difference quotient %v", g, l, i, j, dw[l][i][j], d)
					}
				}
			}
		}
	}
}
