package easgd

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// Synchronous is EASGD in lockstep (Zhang et al. 2015, eq. 5 and 6): at step t
//
//	xⁱ ← xⁱ − η gⁱ(xⁱ) − α(xⁱ − x̃)       for all workers i
//	x̃  ← (1 − β) x̃ + β (1/p) Σᵢ xⁱ        with β = pα,
//
// the right-hand sides all from before the step: a gradient step on Σᵢ( E f(xⁱ) + ρ/2 ‖xⁱ − x̃‖² ) with α = ηρ. With
// Period τ the elastic terms are there only where τ divides t, as in EASGD.
//
// Under Goroutines the p gradients of a step are computed at the same time; all wait for the slowest. The numbers are the
// same under every Scheduler.
type Synchronous struct {
	Rate   float64 // η > 0, finite
	Alpha  float64 // moving rate α ≥ 0
	Period int     // communication period τ ≥ 1; 0 means 1
}

// Minimize runs the workers.
func (m Synchronous) Minimize(ctx context.Context, task Task, x0 []float64, run Run, rng *rand.Rand) (*Trajectory, error) {
	rateOK("Synchronous", m.Rate)
	elasticOK("Synchronous", m.Alpha, m.Period)
	r := begin("Synchronous", task, x0, run, rng)
	p, d := r.run.Workers, len(x0)
	x, g := make([][]float64, p), make([][]float64, p)
	for i := range p {
		x[i], g[i] = clone(x0), make([]float64, d)
		r.path(i, x[i])
	}
	_, parallel := r.run.Scheduler.(Goroutines)
	clock, simulated := r.run.Scheduler.(Clock)
	now := 0.0 // simulated seconds
	start := time.Now()
	seconds := func() float64 {
		if simulated {
			return now
		}
		return time.Since(start).Seconds()
	}
	if err := r.record(0); err != nil {
		return r.end(err)
	}
	for t := range r.run.Steps {
		if err := r.stopped(ctx); err != nil {
			return r.end(err)
		}
		if parallel {
			var wait sync.WaitGroup
			for i := range p {
				wait.Go(func() { r.grad[i](g[i], x[i], r.rng[i]) })
			}
			wait.Wait()
		} else {
			for i := range p {
				r.grad[i](g[i], x[i], r.rng[i])
			}
		}
		meet := t%max(1, m.Period) == 0
		for j := range d {
			sum := 0.0 // Σᵢ α(xⁱ − x̃)
			for i := range p {
				pull := 0.0
				if meet {
					pull = m.Alpha * (x[i][j] - r.centre.x[j])
				}
				// xⁱ ← xⁱ − η gⁱ(xⁱ) − α(xⁱ − x̃)
				x[i][j] -= m.Rate*g[i][j] + pull
				sum += pull
			}
			// x̃ ← x̃ + Σᵢ α(xⁱ − x̃) = (1 − β) x̃ + β (1/p) Σᵢ xⁱ
			r.centre.x[j] += sum
		}
		if meet {
			r.exchanges += p
		}
		if simulated {
			now += clock.lockstep(p, meet, r.clock)
		}
		for i := range p {
			r.path(i, x[i])
		}
		if err := r.count(p, seconds); err != nil {
			return r.end(err)
		}
	}
	return r.end(r.finish(seconds()))
}
