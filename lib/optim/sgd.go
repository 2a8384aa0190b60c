package optim

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
)

// SGD is stochastic gradient descent on mini-batches (Robbins and Monro 1951):
//
//	x_{k+1} = x_k − η (1/|B_k|) Σ_{i∈B_k} ∇ℓᵢ(x_k).
//
// Each epoch deals a fresh shuffle of the samples into batches of B, the last of which is smaller if B does not divide N,
// so that an epoch sees every sample once. With Replace a batch is instead B independent draws, the form in which the
// theory is mostly written; the mean over B_k is then an unbiased estimate of ∇L whose variance is Var(∇ℓᵢ)/B.
type SGD struct {
	Rate    float64 // η > 0, finite
	Batch   int     // B ≥ 1; 0 means 1; more than N means N
	Epochs  int     // passes over the samples, ≥ 0: ⌈N/B⌉ steps each
	Every   int     // record every so many steps, and the first and last point; 0 means once an epoch
	Replace bool    // draw each batch with replacement instead of dealing a shuffle
}

// Minimize runs the epochs. The batches are drawn from rng, which must not be nil.
func (d SGD) Minimize(ctx context.Context, p Problem, x0 []float64, rng *rand.Rand) (*Trajectory, error) {
	if !(d.Rate > 0) || math.IsInf(d.Rate, 0) || d.Batch < 0 || d.Epochs < 0 || d.Every < 0 {
		panic(fmt.Sprintf("optim: SGD: need 0 < Rate < ∞ and Batch, Epochs, Every ≥ 0, have %v, %d, %d, %d",
			d.Rate, d.Batch, d.Epochs, d.Every))
	}
	if rng == nil {
		panic("optim: SGD: rng is nil: it draws the batches")
	}
	r, err := begin(ctx, "SGD", p, x0)
	if err != nil {
		return trajectoryOf(r), err
	}
	size := min(max(1, d.Batch), p.N)   // B
	perEpoch := (p.N + size - 1) / size // ⌈N/B⌉
	every := d.Every
	if every == 0 {
		every = perEpoch
	}
	g := make([]float64, len(x0)) // the batch's mean gradient
	deal := NewDealer(p.N, size, d.Replace, rng)
	for r.step < d.Epochs*perEpoch {
		batch := deal.Next()
		p.Grad(g, r.x, batch)
		// x_{k+1} = x_k − η (1/|B_k|) Σ_{i∈B_k} ∇ℓᵢ(x_k)
		floats.AddScaled(r.x, -d.Rate, g)
		r.step, r.samples = r.step+1, r.samples+len(batch)
		if r.step%every == 0 || r.step == d.Epochs*perEpoch {
			if err := r.record(); err != nil {
				return r.t, err
			}
		}
	}
	return r.t, r.finish()
}
