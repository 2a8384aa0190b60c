package neurallanguagemodel

import (
	"math"
	"slices"
	"testing"
)

// The cases of the statement.

var (
	ln3   = math.Log(3)
	small = Model{C: [][]float64{{0}, {ln3 / 2}}, H: [][]float64{{1, -1}}, D: []float64{0}, U: [][]float64{{0}, {2 * ln3}}, B: []float64{0, 0}}
)

func want(t *testing.T, what string, got []float64, err error, want ...float64) {
	t.Helper()
	ok := err == nil && len(got) == len(want)
	for i := 0; ok && i < len(want); i++ {
		ok = math.Abs(got[i]-want[i]) <= 1e-12
	}
	if !ok {
		t.Errorf("%s is %v, error %v; want %v", what, got, err, want)
	}
}

func TestLogits(t *testing.T) {
	z, err := small.Logits([]int{1, 0})
	want(t, "after 1 0", z, err, 0, ln3)
	z, err = small.Logits([]int{0, 1})
	want(t, "after 0 1", z, err, 0, -ln3)
	if _, err := small.Logits([]int{1}); err == nil {
		t.Error("a context of one token gave no error")
	}
}

func TestLoss(t *testing.T) {
	nats, perplexity, err := small.Loss([]int{1, 0, 1})
	want(t, "loss and perplexity", []float64{nats, perplexity}, err, math.Log(4./3), 4./3)
	nats, perplexity, err = small.Loss([]int{1, 0, 1, 1})
	want(t, "loss and perplexity", []float64{nats, perplexity}, err, (math.Log(4./3)+math.Log(4))/2, math.Sqrt(16./3))
}

func TestGradient(t *testing.T) {
	g, err := small.Gradient([]int{1, 0, 1})
	q := -3. / 8 * ln3
	want(t, "∂C", slices.Concat(g.C...), err, -q, q)
	want(t, "∂H", slices.Concat(g.H...), err, q*ln3/2, 0)
	want(t, "∂D", g.D, err, q)
	want(t, "∂U", slices.Concat(g.U...), err, 1./8, -1./8)
	want(t, "∂B", g.B, err, 1./4, -1./4)
	g, err = small.Gradient([]int{1, 1, 1})
	want(t, "∂C of 1 1 1", slices.Concat(g.C...), err, 0, 0)
}

func TestSample(t *testing.T) {
	z := []float64{0, math.Log(2), math.Log(4)}
	for _, c := range []struct {
		u     float64
		token int
	}{{0.5, 2}, {0, 1}} {
		token, p, err := Sample(z, 0.5, 2, c.u)
		want(t, "p", p, err, 0, 0.2, 0.8)
		if token != c.token {
			t.Errorf("u = %g drew token %d, want %d", c.u, token, c.token)
		}
	}
	token, p, err := Sample(z, 1, 0, 0.5)
	want(t, "p", p, err, 1./7, 2./7, 4./7)
	if token != 2 {
		t.Errorf("token %d, want 2", token)
	}
}
