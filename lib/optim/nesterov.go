package optim

import (
	"context"
	"math/rand/v2"
)

// Nesterov is Nesterov's accelerated gradient in the form of Sutskever et al. 2013 (eq. 3 and 4): the gradient is taken
// where the velocity is about to lead, not where the ball is,
//
//	y_k     = x_k + ρ v_k
//	v_{k+1} = ρ v_k − η_k ∇L(y_k)    v₀ = 0
//	x_{k+1} = x_k + v_{k+1}.
//
// The trajectory holds the x_k. Libraries that hide the look-ahead (PyTorch's nesterov=True) keep the y_k instead; with a
// constant rate theirs are y_k = x_k + ρ(x_k − x_{k−1}) of these.
//
// On a quadratic the error along the eigenvector of λ follows z² − (1 + ρ)(1 − ηλ)z + ρ(1 − ηλ) = 0 (NesterovFactor); it
// converges if and only if 0 < η < 2(1 + ρ)/((1 + 2ρ)λ_max) (NesterovLimit): less than GD's limit, where the heavy ball
// has more.
type Nesterov struct {
	Rate     float64  // η > 0, finite
	Schedule Schedule // if not nil, η_k in place of Rate
	Momentum float64  // ρ in [0, 1)
	Steps    int      // number of steps, ≥ 0
	Every    int      // record every so many steps, and the first and last point; 0 means 1
	Batch    int      // samples a step, dealt as by SGD; 0 means all, and then rng may be nil
	Replace  bool     // draw batches with replacement
}

// Minimize runs the steps.
func (d Nesterov) Minimize(ctx context.Context, p Problem, x0 []float64, rng *rand.Rand) (*Trajectory, error) {
	momentumOK("Nesterov", d.Momentum)
	v := make([]float64, len(x0)) // v_k = x_k − x_{k−1}
	y := make([]float64, len(x0)) // y_k, the look-ahead
	l := loop{op: "Nesterov", steps: d.Steps, every: d.Every, batch: d.Batch, replace: d.Replace, rate: d.Rate, schedule: d.Schedule}
	return l.run(ctx, p, x0, rng, func(rate float64, x []float64, grad func([]float64) []float64) {
		// y_k = x_k + ρ v_k
		for i := range x {
			y[i] = x[i] + d.Momentum*v[i]
		}
		g := grad(y) // ∇L(y_k)
		for i := range x {
			// v_{k+1} = ρ v_k − η_k ∇L(y_k)
			v[i] = d.Momentum*v[i] - rate*g[i]
			// x_{k+1} = x_k + v_{k+1}
			x[i] += v[i]
		}
	})
}
