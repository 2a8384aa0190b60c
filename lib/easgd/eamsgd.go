package easgd

import (
	"context"
	"math/rand/v2"
)

// EAMSGD is elastic averaging SGD with Nesterov momentum in the workers (Zhang et al. 2015, Algorithm 2). Worker i at its
// step t, x = xⁱ:
//
//	if τ divides t:   xⁱ ← xⁱ − α(x − x̃)
//	                  x̃  ← x̃  + α(x − x̃)
//	vⁱ ← δ vⁱ − η gⁱ(x + δ vⁱ)     vⁱ = 0 at the start
//	xⁱ ← xⁱ + vⁱ.
//
// Momentum 0 is EASGD.
type EAMSGD struct {
	Rate     float64 // η > 0, finite
	Momentum float64 // δ in [0, 1)
	Alpha    float64 // moving rate α ≥ 0
	Period   int     // communication period τ ≥ 1; 0 means 1
}

// Minimize runs the workers.
func (m EAMSGD) Minimize(ctx context.Context, task Task, x0 []float64, run Run, rng *rand.Rand) (*Trajectory, error) {
	rateOK("EAMSGD", m.Rate)
	momentumOK("EAMSGD", m.Momentum)
	elasticOK("EAMSGD", m.Alpha, m.Period)
	d := len(x0)
	return minimize(ctx, "EAMSGD", max(1, m.Period), task, x0, run, rng, func(*centre) worker {
		return &momentumWorker{EAMSGD: m, x: clone(x0), v: make([]float64, d), at: make([]float64, d), g: make([]float64, d)}
	})
}

type momentumWorker struct {
	EAMSGD
	x  []float64 // xⁱ
	v  []float64 // vⁱ, the velocity
	at []float64 // x + δ vⁱ with x from before the meeting
	g  []float64 // gⁱ
}

func (w *momentumWorker) point() []float64 { return w.x }

func (w *momentumWorker) remember() {
	for j := range w.x {
		w.at[j] = w.x[j] + w.Momentum*w.v[j]
	}
}

func (w *momentumWorker) exchange(c *centre) {
	for j, xj := range w.x {
		pull := w.Alpha * (xj - c.x[j]) // α(x − x̃)
		w.x[j] -= pull
		c.x[j] += pull
	}
}

func (w *momentumWorker) step(grad func(dst, x []float64)) {
	grad(w.g, w.at)
	for j, gj := range w.g {
		// vⁱ ← δ vⁱ − η gⁱ(x + δ vⁱ)
		w.v[j] = w.Momentum*w.v[j] - w.Rate*gj
		// xⁱ ← xⁱ + vⁱ
		w.x[j] += w.v[j]
	}
}
