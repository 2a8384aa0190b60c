package optim

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
)

// Adam gives every coordinate its own step, η over the root mean square of its latest gradients (Kingma and Ba 2015,
// algorithm 1), with all products entry by entry:
//
//	m_{k+1} = β₁ m_k + (1 − β₁) g_k           a running mean of the gradients, m₀ = 0
//	s_{k+1} = β₂ s_k + (1 − β₂) g_k²          and of their squares, s₀ = 0
//	m̂ = m_{k+1}/(1 − β₁^{k+1}),  ŝ = s_{k+1}/(1 − β₂^{k+1})    as both began at 0
//	x_{k+1} = x_k − η_k m̂/(√ŝ + ε).
//
// The first step is η in every coordinate whose gradient is large against ε, whatever its size.
type Adam struct {
	Rate         float64  // η > 0, finite
	Schedule     Schedule // if not nil, η_k in place of Rate
	Beta1, Beta2 float64  // in [0, 1); 0 means the paper's 0.9 and 0.999
	Epsilon      float64  // ε ≥ 0; 0 means the paper's 10⁻⁸
	Steps        int      // number of steps, ≥ 0
	Every        int      // record every so many steps, and the first and last point; 0 means 1
	Batch        int      // samples a step, dealt as by SGD; 0 means all, and then rng may be nil
	Replace      bool     // draw batches with replacement
}

// Minimize runs the steps.
func (d Adam) Minimize(ctx context.Context, p Problem, x0 []float64, rng *rand.Rand) (*Trajectory, error) {
	or := func(v, otherwise float64) float64 {
		if v == 0 {
			return otherwise
		}
		return v
	}
	beta1, beta2, epsilon := or(d.Beta1, 0.9), or(d.Beta2, 0.999), or(d.Epsilon, 1e-8)
	if !(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && rateOK(epsilon)) {
		panic(fmt.Sprintf("optim: Adam: need Beta1, Beta2 in [0, 1) and 0 ≤ Epsilon < ∞, have %v, %v, %v", d.Beta1, d.Beta2, d.Epsilon))
	}
	m := make([]float64, len(x0)) // m_k
	s := make([]float64, len(x0)) // s_k
	p1, p2 := 1.0, 1.0            // β₁^k, β₂^k
	l := loop{op: "Adam", steps: d.Steps, every: d.Every, batch: d.Batch, replace: d.Replace, rate: d.Rate, schedule: d.Schedule}
	return l.run(ctx, p, x0, rng, func(rate float64, x []float64, grad func([]float64) []float64) {
		g := grad(x)
		p1, p2 = p1*beta1, p2*beta2
		for i := range x {
			m[i] = beta1*m[i] + (1-beta1)*g[i]
			s[i] = beta2*s[i] + (1-beta2)*g[i]*g[i]
			// x_{k+1} = x_k − η_k m̂/(√ŝ + ε)
			x[i] -= rate * (m[i] / (1 - p1)) / (math.Sqrt(s[i]/(1-p2)) + epsilon)
		}
	})
}
