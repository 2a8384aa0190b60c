package easgd

import (
	"context"
	"fmt"
	"math/rand/v2"
)

// Downpour is DOWNPOUR (Dean et al. 2012, as Algorithm 3 of Zhang et al. 2015). Worker i at its step t:
//
//	if τ divides t:   x̃ ← x̃ + vⁱ,  xⁱ ← x̃,  vⁱ ← 0
//	xⁱ ← xⁱ − η gⁱ(xⁱ)
//	vⁱ ← vⁱ − η gⁱ(xⁱ)              the same gradient: vⁱ is the way since the last meeting.
//
// All ways are added up, not averaged: p workers that see the same slope go p times as far as one. With the steps of
// a worker between its meetings the way grows, and from a certain τ on the centre is thrown over the valley and away
// (DownpourPeriod). One worker with τ = 1 is SGD, one step late. What the workers have not yet brought at the end of a run is lost.
type Downpour struct {
	Rate   float64 // η > 0, finite
	Period int     // communication period τ ≥ 1; 0 means 1
}

// Minimize runs the workers.
func (m Downpour) Minimize(ctx context.Context, task Task, x0 []float64, run Run, rng *rand.Rand) (*Trajectory, error) {
	rateOK("Downpour", m.Rate)
	if m.Period < 0 {
		panic(fmt.Sprintf("easgd: Downpour: Period is %d, need ≥ 0", m.Period))
	}
	d := len(x0)
	return minimize(ctx, "Downpour", max(1, m.Period), task, x0, run, rng, func(*centre) worker {
		return &downpourWorker{Downpour: m, x: clone(x0), v: make([]float64, d), g: make([]float64, d)}
	})
}

type downpourWorker struct {
	Downpour
	x []float64 // xⁱ
	v []float64 // vⁱ, the way since the last meeting
	g []float64 // gⁱ
}

func (w *downpourWorker) point() []float64 { return w.x }

func (w *downpourWorker) remember() {}

func (w *downpourWorker) exchange(c *centre) {
	for j := range w.x {
		c.x[j] += w.v[j]
		w.x[j] = c.x[j]
		w.v[j] = 0
	}
}

func (w *downpourWorker) step(grad func(dst, x []float64)) {
	grad(w.g, w.x)
	for j, gj := range w.g {
		w.x[j] -= w.Rate * gj
		w.v[j] -= w.Rate * gj
	}
}
