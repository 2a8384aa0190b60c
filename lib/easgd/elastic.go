package easgd

import (
	"context"
	"math/rand/v2"
)

// EASGD is asynchronous elastic averaging SGD (Zhang et al. 2015, Algorithm 1). Worker i at its step t, x = xⁱ:
//
//	if τ divides t:   xⁱ ← xⁱ − α(x − x̃)
//	                  x̃  ← x̃  + α(x − x̃)
//	xⁱ ← xⁱ − η gⁱ(x).
//
// The two elastic moves are equal and opposite, so a meeting leaves x̃ + Σᵢxⁱ as it was: only gradients move the sum. Both
// take x and x̃ from before the meeting, and so does the gradient.
//
// In the paper α = ηρ, where ρ is the strength of the springs in the penalty ρ/2 Σ‖xⁱ − x̃‖², and β = pα is how far the centre moves
// to the workers' mean when all have met it once. It uses β = 0.9, so α = 0.9/p. A small ρ lets workers explore.
type EASGD struct {
	Rate   float64 // η > 0, finite
	Alpha  float64 // moving rate α ≥ 0; 0 means no springs: p separate SGDs, and the centre stays
	Period int     // communication period τ ≥ 1, in steps of a worker; 0 means 1
}

// Minimize runs the workers.
func (m EASGD) Minimize(ctx context.Context, task Task, x0 []float64, run Run, rng *rand.Rand) (*Trajectory, error) {
	rateOK("EASGD", m.Rate)
	elasticOK("EASGD", m.Alpha, m.Period)
	return minimize(ctx, "EASGD", max(1, m.Period), task, x0, run, rng, func(*centre) worker {
		return &elasticWorker{EASGD: m, x: clone(x0), at: clone(x0), g: make([]float64, len(x0))}
	})
}

type elasticWorker struct {
	EASGD
	x  []float64 // xⁱ
	at []float64 // where the next gradient is taken: xⁱ from before the meeting
	g  []float64 // gⁱ
}

func (w *elasticWorker) point() []float64 { return w.x }

func (w *elasticWorker) exchange(c *centre) {
	for j, xj := range w.x {
		pull := w.Alpha * (xj - c.x[j]) // α(x − x̃)
		w.x[j] -= pull
		c.x[j] += pull
	}
}

func (w *elasticWorker) remember() { copy(w.at, w.x) }

func (w *elasticWorker) step(grad func(dst, x []float64)) {
	grad(w.g, w.at)
	// xⁱ ← xⁱ − η gⁱ(x)
	for j, gj := range w.g {
		w.x[j] -= w.Rate * gj
	}
}
