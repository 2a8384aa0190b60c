package optim

import (
	"context"
	"math/rand/v2"
)

// Polyak is the heavy ball as it was first written (Polyak 1964, eq. 9) and as most papers write it: the velocity is the
// last step,
//
//	v_{k+1} = ρ v_k − η_k ∇L(x_k)    v₀ = 0
//	x_{k+1} = x_k + v_{k+1},
//
// so that x_{k+1} = x_k − η_k ∇L(x_k) + ρ(x_k − x_{k−1}). See HeavyBall for the other form: the same with a constant rate.
//
// On a quadratic the error along the eigenvector of λ follows z² − (1 + ρ − ηλ)z + ρ = 0 (HeavyBallFactor); it converges
// if and only if 0 < η < 2(1 + ρ)/λ_max (HeavyBallLimit).
type Polyak struct {
	Rate     float64  // η > 0, finite
	Schedule Schedule // if not nil, η_k in place of Rate
	Momentum float64  // ρ in [0, 1)
	Steps    int      // number of steps, ≥ 0
	Every    int      // record every so many steps, and the first and last point; 0 means 1
	Batch    int      // samples a step, dealt as by SGD; 0 means all, and then rng may be nil
	Replace  bool     // draw batches with replacement
}

// Minimize runs the steps.
func (d Polyak) Minimize(ctx context.Context, p Problem, x0 []float64, rng *rand.Rand) (*Trajectory, error) {
	momentumOK("Polyak", d.Momentum)
	v := make([]float64, len(x0)) // v_k = x_k − x_{k−1}
	l := loop{op: "Polyak", steps: d.Steps, every: d.Every, batch: d.Batch, replace: d.Replace, rate: d.Rate, schedule: d.Schedule}
	return l.run(ctx, p, x0, rng, func(rate float64, x []float64, grad func([]float64) []float64) {
		g := grad(x) // ∇L(x_k)
		for i := range x {
			// v_{k+1} = ρ v_k − η_k ∇L(x_k)
			v[i] = d.Momentum*v[i] - rate*g[i]
			// x_{k+1} = x_k + v_{k+1}
			x[i] += v[i]
		}
	})
}
