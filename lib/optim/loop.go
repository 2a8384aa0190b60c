package optim

import (
	"context"
	"fmt"
	"math/rand/v2"
)

// loop is what the methods with a memory share: how many steps, on which samples, recorded how often.
type loop struct {
	op       string
	steps    int // ≥ 0
	every    int // 0 means 1
	batch    int // 0 means all samples, in order, drawing nothing
	replace  bool
	rate     float64
	schedule Schedule // nil: the constant rate
}

// run takes the steps: step(η_k, x, grad) moves x, having asked grad for the mean gradient of the step's batch at a point
// of its choice, once. grad's answer is overwritten by the next call.
func (l loop) run(ctx context.Context, p Problem, x0 []float64, rng *rand.Rand,
	step func(rate float64, x []float64, grad func(at []float64) []float64)) (*Trajectory, error) {
	if l.steps < 0 || l.every < 0 || l.batch < 0 {
		panic(fmt.Sprintf("optim: %s: need Steps, Every, Batch ≥ 0, have %d, %d, %d", l.op, l.steps, l.every, l.batch))
	}
	schedule := l.schedule
	if schedule == nil {
		if !rateOK(l.rate) {
			panic(fmt.Sprintf("optim: %s: need 0 < Rate < ∞ or a Schedule, have %v", l.op, l.rate))
		}
		schedule = Constant{l.rate}
	}
	if l.batch > 0 && rng == nil {
		panic("optim: " + l.op + ": rng is nil: it draws the batches")
	}
	r, err := begin(ctx, l.op, p, x0)
	if err != nil {
		return trajectoryOf(r), err
	}
	next := func() []int { return nil }
	if l.batch > 0 {
		next = NewDealer(p.N, min(l.batch, p.N), l.replace, rng).Next
	}
	g := make([]float64, len(x0))
	var batch []int
	grad := func(at []float64) []float64 {
		p.Grad(g, at, batch)
		return g
	}
	every := max(1, l.every)
	for k := range l.steps {
		batch = next()
		step(schedule.At(k), r.x, grad)
		r.step++
		if batch == nil {
			r.samples += p.N
		} else {
			r.samples += len(batch)
		}
		if r.step%every == 0 || r.step == l.steps {
			if err := r.record(); err != nil {
				return r.t, err
			}
		}
	}
	return r.t, r.finish()
}

// momentumOK panics unless 0 ≤ ρ < 1.
func momentumOK(op string, rho float64) {
	if !(rho >= 0 && rho < 1) {
		panic(fmt.Sprintf("optim: %s: Momentum is %v, need 0 ≤ ρ < 1", op, rho))
	}
}
