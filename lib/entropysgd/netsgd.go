package entropysgd

import (
	"fmt"

	"github.com/gomlx/gomlx/core/graph"
)

// NetSGD is SGD for Train, with Nesterov's momentum in the form of the libraries: v ← ρv + g, x ← x − η(g + ρv). Compare optim.Nesterov.
type NetSGD struct {
	Rate     float64                    // η > 0
	Momentum float64                    // ρ in [0, 1)
	Schedule func(done float64) float64 // multiplies the rate after the share done ∈ [0, 1) of all gradients; nil is constant 1
}

func (NetSGD) Name() string { return "SGD" }

// GoString leaves out the schedule, whose address says nothing.
func (d NetSGD) GoString() string { return fmt.Sprintf("SGD η %v ρ %v", d.Rate, d.Momentum) }

func (d NetSGD) check(int) error {
	if !positive(d.Rate) || !(d.Momentum >= 0 && d.Momentum < 1) {
		return fmt.Errorf("entropysgd: SGD with the rate %v and the momentum %v: need 0 < η < ∞ and 0 ≤ ρ < 1", d.Rate, d.Momentum)
	}
	return nil
}

func (NetSGD) vectors() int { return 2 } // x, v
func (NetSGD) noisy() bool  { return false }

func (d NetSGD) hyper(k, K int) []float32 {
	return []float32{float32(d.Rate * scheduled(d.Schedule, k, K))}
}

func (d NetSGD) step(state []*graph.Node, hyper func(i int) *graph.Node, _ *graph.Node, grad func(at *graph.Node) (*graph.Node, *graph.Node)) ([]*graph.Node, *graph.Node) {
	x, v := state[0], state[1]
	loss, g := grad(x)
	// v ← ρv + g
	v = graph.Add(graph.MulScalar(v, d.Momentum), g)
	// x ← x − η(g + ρv)
	x = graph.Sub(x, graph.Mul(hyper(0), graph.Add(g, graph.MulScalar(v, d.Momentum))))
	return []*graph.Node{x, v}, loss
}
