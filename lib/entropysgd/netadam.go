package entropysgd

import (
	"fmt"
	"math"

	"github.com/gomlx/gomlx/core/graph"
)

// NetAdam is Adam for Train (Kingma and Ba 2015, Alg. 1, with their β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸). Compare optim.Adam.
type NetAdam struct {
	Rate     float64                    // α > 0
	Schedule func(done float64) float64 // multiplies the rate after the share done ∈ [0, 1) of all gradients; nil is constant 1
}

const beta1, beta2, adamEpsilon = 0.9, 0.999, 1e-8

func (NetAdam) Name() string { return "Adam" }

// GoString leaves out the schedule, whose address says nothing.
func (d NetAdam) GoString() string { return fmt.Sprintf("Adam %v", d.Rate) }

func (d NetAdam) check(int) error {
	if !positive(d.Rate) {
		return fmt.Errorf("entropysgd: Adam with the rate %v: need 0 < α < ∞", d.Rate)
	}
	return nil
}

func (NetAdam) vectors() int { return 3 } // x, m, v
func (NetAdam) noisy() bool  { return false }

// hyper is α, 1/(1 − β₁ᵗ), 1/(1 − β₂ᵗ) with t = k + 1.
func (d NetAdam) hyper(k, K int) []float32 {
	t := float64(k + 1)
	return []float32{float32(d.Rate * scheduled(d.Schedule, k, K)), float32(1 / (1 - math.Pow(beta1, t))), float32(1 / (1 - math.Pow(beta2, t)))}
}

func (d NetAdam) step(state []*graph.Node, hyper func(i int) *graph.Node, _ *graph.Node, grad func(at *graph.Node) (*graph.Node, *graph.Node)) ([]*graph.Node, *graph.Node) {
	x, m, v := state[0], state[1], state[2]
	loss, g := grad(x)
	// m ← β₁m + (1 − β₁)g
	m = graph.Add(graph.MulScalar(m, beta1), graph.MulScalar(g, 1-beta1))
	// v ← β₂v + (1 − β₂)g²
	v = graph.Add(graph.MulScalar(v, beta2), graph.MulScalar(graph.Square(g), 1-beta2))
	// x ← x − α m̂/(√v̂ + ε),  m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ)
	root := graph.AddScalar(graph.Sqrt(graph.Mul(v, hyper(2))), adamEpsilon)
	x = graph.Sub(x, graph.Mul(hyper(0), graph.Div(graph.Mul(m, hyper(1)), root)))
	return []*graph.Node{x, m, v}, loss
}
