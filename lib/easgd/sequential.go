package easgd

import (
	"context"
	"fmt"
	"math/rand/v2"
)

// Sequential is SGD on one worker, the baseline; with momentum it is MSGD of Zhang et al. 2015, that is Nesterov's form:
//
//	v ← δ v − η g(x + δ v)     v = 0 at the start
//	x ← x + v.
//
// It records x as the centre, and never waits for anybody.
type Sequential struct {
	Rate     float64 // η > 0, finite
	Momentum float64 // δ in [0, 1); 0 is SGD
}

// Minimize runs the one worker; Run.Workers must be 0 or 1.
func (m Sequential) Minimize(ctx context.Context, task Task, x0 []float64, run Run, rng *rand.Rand) (*Trajectory, error) {
	rateOK("Sequential", m.Rate)
	momentumOK("Sequential", m.Momentum)
	if run.Workers > 1 {
		panic(fmt.Sprintf("easgd: Sequential: Run.Workers is %d: it is one worker", run.Workers))
	}
	d := len(x0)
	return minimize(ctx, "Sequential", 0, task, x0, run, rng, func(c *centre) worker {
		return &sequentialWorker{Sequential: m, x: c.x, v: make([]float64, d), at: make([]float64, d), g: make([]float64, d)}
	})
}

type sequentialWorker struct {
	Sequential
	x  []float64 // x, which is the centre itself
	v  []float64 // the velocity
	at []float64 // x + δ v
	g  []float64 // g
}

func (w *sequentialWorker) point() []float64 { return w.x }

func (w *sequentialWorker) remember() {
	for j := range w.x {
		w.at[j] = w.x[j] + w.Momentum*w.v[j]
	}
}

func (w *sequentialWorker) exchange(*centre) {}

func (w *sequentialWorker) step(grad func(dst, x []float64)) {
	grad(w.g, w.at)
	for j, gj := range w.g {
		w.v[j] = w.Momentum*w.v[j] - w.Rate*gj
		w.x[j] += w.v[j]
	}
}
