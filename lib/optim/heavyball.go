package optim

import (
	"context"
	"math/rand/v2"
)

// HeavyBall is gradient descent with momentum in the form of the course's slides and of most libraries: the velocity
// v is a sum of gradients, and the rate comes in afterwards,
//
//	v_{k+1} = ρ v_k + ∇L(x_k)        v₀ = 0
//	x_{k+1} = x_k − η_k v_{k+1}.
//
// With a constant rate it takes the same steps as Polyak, whose velocity is −η v. With a schedule it does not: here a
// new rate acts on all that is remembered at once, there only on the gradients still to come.
//
// Where the gradient g is constant the velocity tends to g/(1 − ρ): on a plateau the ball gets 1/(1 − ρ) times as fast as
// GD, and it carries this speed over small bumps. ρ = 0 is GD (Batch 0) or SGD.
type HeavyBall struct {
	Rate     float64  // η > 0, finite
	Schedule Schedule // if not nil, η_k in place of Rate
	Momentum float64  // ρ in [0, 1)
	Steps    int      // number of steps, ≥ 0
	Every    int      // record every so many steps, and the first and last point; 0 means 1
	Batch    int      // samples a step, dealt as by SGD; 0 means all, and then rng may be nil
	Replace  bool     // draw batches with replacement
}

// Minimize runs the steps.
func (d HeavyBall) Minimize(ctx context.Context, p Problem, x0 []float64, rng *rand.Rand) (*Trajectory, error) {
	momentumOK("HeavyBall", d.Momentum)
	v := make([]float64, len(x0)) // v_k, in units of a gradient
	l := loop{op: "HeavyBall", steps: d.Steps, every: d.Every, batch: d.Batch, replace: d.Replace, rate: d.Rate, schedule: d.Schedule}
	return l.run(ctx, p, x0, rng, func(rate float64, x []float64, grad func([]float64) []float64) {
		g := grad(x) // ∇L(x_k)
		for i := range x {
			// v_{k+1} = ρ v_k + ∇L(x_k)
			v[i] = d.Momentum*v[i] + g[i]
			// x_{k+1} = x_k − η_k v_{k+1}
			x[i] -= rate * v[i]
		}
	})
}
