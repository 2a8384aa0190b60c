// Package easgd trains with several workers at once: elastic averaging SGD after Zhang, Choromanska and LeCun, "Deep
// learning with Elastic Averaging SGD" (2015), and what it is compared with there.
//
// p workers hold a point xⁱ each, and a centre x̃ is kept between them. Every worker takes SGD steps by itself, and every τ
// of its steps it meets the centre. What happens then is the method:
//
//   - EASGD, Algorithm 1: worker and centre are pulled towards each other by α(xⁱ − x̃), as by a spring. The result is x̃.
//   - EAMSGD, Algorithm 2: the same with Nesterov momentum in the workers.
//   - Synchronous, eq. 5 and 6: EASGD in lockstep, all workers meet the centre at once.
//   - Downpour, Algorithm 3 (Dean et al. 2012): the worker adds its steps to the centre and starts again from there.
//   - MDownpour, Algorithms 4 and 5: the centre has the momentum, and the workers bring it single gradients.
//   - Sequential: SGD or, with momentum, MSGD on one worker, the baseline.
//
// # Which runs repeat
//
// A Run with the Scheduler RoundRobin (the default) or Clock is deterministic: the same random source gives the same
// numbers on every machine. Goroutines runs every worker as a goroutine around one mutex, and the order in which workers come
// to the centre is then up to the Go runtime: two runs differ in their numbers, except with one worker. Synchronous repeats
// under every Scheduler, for its workers wait for each other.
//
// What the methods do on a quadratic, and up to which settings, is in quadratic.go.
package easgd

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"nncourse/lib/optim"
)

// Gradient stores in dst a stochastic gradient at x, whose chance comes from rng. len(dst) = len(x); x stays as it is.
type Gradient func(dst, x []float64, rng *rand.Rand)

// Task is what is minimised.
type Task struct {
	// Worker returns the gradient that worker i, 0 ≤ i < p, calls. It is called once for each worker before a run begins.
	// Gradients of different workers run at the same time under Goroutines: each needs buffers of its own.
	Worker func(i int) Gradient
	// Loss of a point, for the trajectory; nil means none. It is evaluated after the run, so that it costs no time in it.
	Loss func(x []float64) float64
}

// Minibatches is a Task on the samples of a problem: each gradient is the mean over a batch of the given size, drawn with
// replacement, and the loss that over all samples. make is called once for each worker and once for the loss; a problem
// without buffers of its own (optim.LeastSquares) may be the same one every time, optim.Quadratic may not.
func Minibatches(make func() optim.Problem, batch int) Task {
	if batch < 1 {
		panic(fmt.Sprintf("easgd: Minibatches: batch is %d, need ≥ 1", batch))
	}
	all := make()
	return Task{
		Worker: func(int) Gradient {
			p, b := make(), []int(nil)
			return func(dst, x []float64, rng *rand.Rand) {
				b = b[:0]
				for range batch {
					b = append(b, rng.IntN(p.N))
				}
				p.Grad(dst, x, b)
			}
		},
		Loss: func(x []float64) float64 { return all.Loss(x, nil) },
	}
}

// Noisy is a Task on a problem whose gradient over all samples comes with noise: independent normal numbers of standard
// deviation sigma are added to its entries. make is called as by Minibatches.
func Noisy(make func() optim.Problem, sigma float64) Task {
	all := make()
	return Task{
		Worker: func(int) Gradient {
			p := make()
			return func(dst, x []float64, rng *rand.Rand) {
				p.Grad(dst, x, nil)
				for j := range dst {
					dst[j] += sigma * rng.NormFloat64()
				}
			}
		},
		Loss: func(x []float64) float64 { return all.Loss(x, nil) },
	}
}

// Run says how long, by how many and in which order. The zero values of Every and Scheduler are useful.
type Run struct {
	Workers   int                   // p ≥ 1; 0 means 1
	Steps     int                   // gradient steps of every worker, ≥ 0
	Every     int                   // record the centre every so many steps of all workers together; 0 means every p
	Paths     bool                  // record every worker's points too, after each of its steps
	Scheduler Scheduler             // nil means RoundRobin{}
	Progress  func(done, total int) // if not nil, called at every record with the steps of all workers; one call at a time
}

// Method is EASGD, EAMSGD, Synchronous, Downpour, MDownpour or Sequential, with its hyperparameters.
//
// Minimize starts all workers and the centre at x0, [d], which it does not change, and returns the trajectory. Every worker
// draws from a random source of its own, seeded from rng. It errs, with the trajectory so far, if the centre overflows or
// becomes NaN (errors.Is finds optim.ErrDiverged) or if ctx ends (its cause). Hyperparameters out of range panic.
type Method interface {
	Minimize(ctx context.Context, task Task, x0 []float64, run Run, rng *rand.Rand) (*Trajectory, error)
}

// Trajectory is what the centre went through. Its slices run in parallel, entry 0 is the start and the last one the end.
type Trajectory struct {
	X         [][]float64   // the centre x̃, [records][d]
	Loss      []float64     // of the centre; empty if the Task has none
	Updates   []int         // gradient steps done by all workers together
	Exchanges []int         // meetings of a worker with the centre
	Seconds   []float64     // since the start: of the wall clock, or simulated under Clock
	Paths     [][][]float64 // with Run.Paths: [p][steps+1][d], worker i's points, the start first
}

// Last returns the end of the centre's way and the number of gradient steps.
func (t *Trajectory) Last() (x []float64, updates int) {
	j := len(t.X) - 1
	return t.X[j], t.Updates[j]
}

// Coordinate returns the j-th coordinate of every recorded centre.
func (t *Trajectory) Coordinate(j int) []float64 {
	c := make([]float64, len(t.X))
	for k, x := range t.X {
		c[k] = x[j]
	}
	return c
}

// Path returns the j-th coordinate of worker i's points; the Run had Paths.
func (t *Trajectory) Path(i, j int) []float64 {
	c := make([]float64, len(t.Paths[i]))
	for k, x := range t.Paths[i] {
		c[k] = x[j]
	}
	return c
}

// rateOK panics unless 0 < η < ∞.
func rateOK(op string, rate float64) {
	if !(rate > 0) || math.IsInf(rate, 0) {
		panic(fmt.Sprintf("easgd: %s: Rate is %v, need 0 < η < ∞", op, rate))
	}
}

// elasticOK panics unless 0 ≤ α < ∞ and τ ≥ 0.
func elasticOK(op string, alpha float64, period int) {
	if !(alpha >= 0) || math.IsInf(alpha, 0) || period < 0 {
		panic(fmt.Sprintf("easgd: %s: need 0 ≤ Alpha < ∞ and Period ≥ 0, have %v and %d", op, alpha, period))
	}
}

// momentumOK panics unless 0 ≤ δ < 1.
func momentumOK(op string, delta float64) {
	if !(delta >= 0 && delta < 1) {
		panic(fmt.Sprintf("easgd: %s: Momentum is %v, need 0 ≤ δ < 1", op, delta))
	}
}
