package attack_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"
)

// mlp is a small tanh network in float64 with its Jacobian, the model of these tests.
type mlp []layer

type layer struct {
	W [][]float64 `json:"w"` // [out][in]
	B []float64   `json:"b"` // [out]
}

func newMLP(rng *rand.Rand, gain float64, sizes ...int) mlp {
	var m mlp
	for i := 1; i < len(sizes); i++ {
		l := layer{B: make([]float64, sizes[i])}
		for o := range l.B {
			l.B[o] = 0.3 * rng.NormFloat64()
			row := make([]float64, sizes[i-1])
			for j := range row {
				row[j] = gain * rng.NormFloat64() / math.Sqrt(float64(len(row)))
			}
			l.W = append(l.W, row)
		}
		m = append(m, l)
	}
	return m
}

// logits returns [classes].
func (m mlp) logits(x []float64) []float64 { f, _ := m.both(x); return f }

// jacobian returns [classes][len(x)].
func (m mlp) jacobian(x []float64) [][]float64 { _, j := m.both(x); return j }

func (m mlp) both(x []float64) ([]float64, [][]float64) {
	J := make([][]float64, len(x)) // dx/dx₀
	for i := range J {
		J[i] = make([]float64, len(x))
		J[i][i] = 1
	}
	for n, l := range m {
		y := make([]float64, len(l.B))
		K := make([][]float64, len(l.B))
		for o := range y {
			y[o] = l.B[o]
			K[o] = make([]float64, len(J[0]))
			for i := range x {
				y[o] += l.W[o][i] * x[i]
				for j := range K[o] {
					K[o][j] += l.W[o][i] * J[i][j]
				}
			}
			if n < len(m)-1 {
				y[o] = math.Tanh(y[o])
				for j := range K[o] {
					K[o][j] *= 1 - y[o]*y[o]
				}
			}
		}
		x, J = y, K
	}
	return x, J
}

func normal(rng *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

func worst(a, b []float64) float64 {
	w := 0.0
	for i := range a {
		if d := math.Abs(a[i] - b[i]); !(d <= w) {
			w = d
		}
	}
	return w
}

func add(a, b []float64) []float64 {
	c := make([]float64, len(a))
	for i := range c {
		c[i] = a[i] + b[i]
	}
	return c
}

func dot(a, b []float64) float64 {
	s := 0.0
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

type golden struct {
	Nets  []mlp
	Cases []struct {
		Net        int
		X0         []float64
		P          string
		Overshoot  float64
		R          []float64
		Iterations int
		Label, To  int
		Rivals     []int
	}
}

func readGolden(t *testing.T) *golden {
	data, err := os.ReadFile("testdata/deepfool.json") // made by testdata/gen_deepfool.py
	if err != nil {
		t.Fatal(err)
	}
	g := new(golden)
	if err := json.Unmarshal(data, g); err != nil {
		t.Fatal(err)
	}
	if len(g.Cases) < 50 {
		t.Fatalf("golden file has only %d cases", len(g.Cases))
	}
	return g
}

// TestMLPJacobian checks the tests' own model by central differences.
func TestMLPJacobian(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	m := newMLP(rng, 2, 5, 7, 6, 4)
	for range 20 {
		x, v := normal(rng, 5), normal(rng, 5)
		const h = 1e-5
		up, down := make([]float64, 5), make([]float64, 5)
		for i := range x {
			up[i], down[i] = x[i]+h*v[i], x[i]-h*v[i]
		}
		fu, fd, J := m.logits(up), m.logits(down), m.jacobian(x)
		for k := range fu {
			if num, ana := (fu[k]-fd[k])/(2*h), dot(J[k], v); math.Abs(num-ana) > 1e-7*(1+math.Abs(ana)) {
				t.Fatalf("∂f_%d along v: %v by differences, %v by the Jacobian", k, num, ana)
			}
		}
	}
}
