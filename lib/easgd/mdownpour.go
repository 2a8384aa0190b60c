package easgd

import (
	"context"
	"math/rand/v2"
)

// MDownpour is momentum DOWNPOUR (Zhang et al. 2015, Algorithms 4 and 5): the centre has the velocity, and a worker brings
// it every gradient, taken where the centre was about to be when the worker last looked. At a meeting
//
//	v ← δ v − η gⁱ,   x̃ ← x̃ + v      not at a worker's first meeting, when it has no gradient yet
//	xⁱ ← x̃ + δ v                      and the worker's step is to compute gⁱ at xⁱ.
//
// There is no period: workers meet the centre at every step. The gradient that a worker holds at the end of a run is lost.
type MDownpour struct {
	Rate     float64 // η > 0, finite
	Momentum float64 // δ in [0, 1)
}

// Minimize runs the workers.
func (m MDownpour) Minimize(ctx context.Context, task Task, x0 []float64, run Run, rng *rand.Rand) (*Trajectory, error) {
	rateOK("MDownpour", m.Rate)
	momentumOK("MDownpour", m.Momentum)
	return minimize(ctx, "MDownpour", 1, task, x0, run, rng, func(*centre) worker {
		return &mdownpourWorker{MDownpour: m, x: clone(x0), g: make([]float64, len(x0))}
	})
}

type mdownpourWorker struct {
	MDownpour
	x    []float64 // xⁱ = x̃ + δ v as of the last meeting
	g    []float64 // gⁱ
	full bool      // g holds a gradient
}

func (w *mdownpourWorker) point() []float64 { return w.x }

func (w *mdownpourWorker) remember() {}

func (w *mdownpourWorker) exchange(c *centre) {
	for j := range w.x {
		if w.full {
			c.v[j] = w.Momentum*c.v[j] - w.Rate*w.g[j]
			c.x[j] += c.v[j]
		}
		w.x[j] = c.x[j] + w.Momentum*c.v[j]
	}
}

func (w *mdownpourWorker) step(grad func(dst, x []float64)) {
	grad(w.g, w.x)
	w.full = true
}
