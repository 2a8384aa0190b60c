package optim

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
)

// GD is gradient descent on all samples (Cauchy 1847):
//
//	x_{k+1} = x_k − η ∇L(x_k).
//
// On a quadratic L(x) = ½(x − x*)ᵀH(x − x*) the error along the eigenvector of λ shrinks by 1 − ηλ a step: it converges
// from every start if and only if 0 < η < 2/λ_max (StepLimit), fastest with η = 2/(λ_min + λ_max) (BestRate).
type GD struct {
	Rate      float64 // η > 0, finite
	Steps     int     // number of steps, ≥ 0
	Every     int     // record every so many steps, and the first and last point; 0 means 1
	Tolerance float64 // stop at a step where ‖∇L(x_k)‖₂ ≤ Tolerance; 0 means never
}

// Minimize runs the steps; it draws nothing from rng.
func (d GD) Minimize(ctx context.Context, p Problem, x0 []float64, _ *rand.Rand) (*Trajectory, error) {
	if !(d.Rate > 0) || math.IsInf(d.Rate, 0) || d.Steps < 0 || d.Every < 0 || !(d.Tolerance >= 0) {
		panic(fmt.Sprintf("optim: GD: need 0 < Rate < ∞ and Steps, Every, Tolerance ≥ 0, have %v, %d, %d, %v",
			d.Rate, d.Steps, d.Every, d.Tolerance))
	}
	r, err := begin(ctx, "GD", p, x0)
	if err != nil {
		return trajectoryOf(r), err
	}
	every := max(1, d.Every)
	g := make([]float64, len(x0)) // ∇L(x_k)
	for k := range d.Steps {
		p.Grad(g, r.x, nil)
		if d.Tolerance > 0 && floats.Norm(g, 2) <= d.Tolerance {
			r.t.Stopped = true
			break
		}
		// x_{k+1} = x_k − η ∇L(x_k)
		floats.AddScaled(r.x, -d.Rate, g)
		r.step, r.samples = k+1, r.samples+p.N
		if r.step%every == 0 || r.step == d.Steps {
			if err := r.record(); err != nil {
				return r.t, err
			}
		}
	}
	return r.t, r.finish()
}
