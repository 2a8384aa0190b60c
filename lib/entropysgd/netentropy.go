package entropysgd

import (
	"fmt"
	"math"

	"github.com/gomlx/gomlx/core/graph"
)

// NetEntropySGD is EntropySGD for Train. Each inner step is one gradient: an update of the weights costs Inner.Steps of them, which must divide NetConfig.Evaluations.
// The scope counts updates.
type NetEntropySGD struct {
	Rate     float64 // η > 0
	Unscaled bool    // x ← x − η(x − μ)
	Momentum float64 // ρ of the outer loop, in [0, 1)
	Scope    Scoping
	Inner    SGLD
	Schedule func(done float64) float64 // multiplies the inner rate η′ after the share done ∈ [0, 1) of all gradients; nil is constant 1
}

func (NetEntropySGD) Name() string { return "Entropy-SGD" }

// GoString leaves out the schedule, whose address says nothing.
func (d NetEntropySGD) GoString() string {
	return fmt.Sprintf("Entropy-SGD η %v unscaled %v ρ %v scope %v inner %v", d.Rate, d.Unscaled, d.Momentum, d.Scope, d.Inner)
}

func (d NetEntropySGD) check(evaluations int) error {
	if err := (EntropySGD{Rate: d.Rate, Momentum: d.Momentum, Scope: d.Scope, Inner: d.Inner}).Check(); err != nil {
		return err
	}
	if evaluations%d.Inner.Steps != 0 {
		return fmt.Errorf("entropysgd: %d gradients are no whole number of updates of %d inner steps", evaluations, d.Inner.Steps)
	}
	return nil
}

func (NetEntropySGD) vectors() int  { return 5 } // x, x′, μ, and the velocities of the inner and the outer loop
func (d NetEntropySGD) noisy() bool { return d.Inner.Noise > 0 }

func (d NetEntropySGD) hyper(k, K int) []float32 {
	flag := func(b bool) float32 {
		if b {
			return 1
		}
		return 0
	}
	l, gamma := k%d.Inner.Steps, d.Scope.At(k/d.Inner.Steps)
	rate, scale := d.Inner.Rate*scheduled(d.Schedule, k, K), gamma
	if d.Unscaled {
		scale = 1
	}
	return []float32{flag(l == 0), flag(l == d.Inner.Steps-1), float32(gamma), float32(rate), float32(math.Sqrt(rate) * d.Inner.Noise), float32(scale)}
}

func (d NetEntropySGD) step(state []*graph.Node, hyper func(i int) *graph.Node, normal *graph.Node, grad func(at *graph.Node) (*graph.Node, *graph.Node)) ([]*graph.Node, *graph.Node) {
	x, xp, mu, v, outer := state[0], state[1], state[2], state[3], state[4]
	first, last, gamma, rate, noise, scale := hyper(0), hyper(1), hyper(2), hyper(3), hyper(4), hyper(5)
	times := func(c float64, v *graph.Node) *graph.Node { return graph.MulScalar(v, c) }
	// pick is a where flag is 1, b where it is 0.
	pick := func(flag, a, b *graph.Node) *graph.Node {
		return graph.Where(graph.GreaterThan(flag, graph.ScalarZero(flag.Graph(), flag.DType())), a, b)
	}

	// before the first inner step: x′, μ ← x, v ← 0
	xp, mu, v = pick(first, x, xp), pick(first, x, mu), pick(first, graph.ZerosLike(v), v)

	loss, g := grad(xp)
	if rho := d.Inner.Momentum; rho > 0 {
		// v ← ρv + g,  g + ρv
		v = graph.Add(times(rho, v), g)
		g = graph.Add(g, times(rho, v))
	}
	// dx′ = ∇f(x′) − γ(x − x′)
	dx := graph.Sub(g, graph.Mul(gamma, graph.Sub(x, xp)))
	// x′ ← x′ − η′ dx′ + √η′ ε N(0, I)
	xp = graph.Sub(xp, graph.Mul(rate, dx))
	if normal != nil {
		xp = graph.Add(xp, graph.Mul(noise, normal))
	}
	// μ ← (1 − α)μ + αx′
	a := d.Inner.average()
	mu = graph.Add(times(1-a, mu), times(a, xp))

	// after the last inner step d = γ(x − μ), or without γ
	dir, after := graph.Mul(scale, graph.Sub(x, mu)), outer
	if rho := d.Momentum; rho > 0 {
		// v ← ρv + d,  d + ρv
		after = graph.Add(times(rho, outer), dir)
		dir = graph.Add(dir, times(rho, after))
	}
	outer = pick(last, after, outer)
	// x ← x − ηd
	x = pick(last, graph.Sub(x, times(d.Rate, dir)), x)
	return []*graph.Node{x, xp, mu, v, outer}, loss
}

// scheduled is the factor of a schedule at gradient k of K.
func scheduled(s func(done float64) float64, k, K int) float64 {
	if s == nil {
		return 1
	}
	return s(float64(k) / float64(K))
}
