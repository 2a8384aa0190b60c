// Package escape asks where noise takes a minimiser on a landscape with several basins, and how long that takes.
//
//   - Wells builds landscapes in any dimension out of bowls of chosen curvature and depth: a sharp and a flat basin, say.
//   - Langevin is gradient descent with Gaussian noise of a given temperature; SGD has the noise of drawing a batch from samples, which
//     Tilted and Shifted make out of a landscape. Both are a Process.
//   - Run walks once and can keep its path; Survey walks often and counts in which basin the walks end (with binomial intervals), after how
//     many steps they left, and how sharp the minimum is that each of them leads to.
//   - Theory stands beside: Kramers' time to cross a saddle (Kramers 1940, in several dimensions Eyring 1935), the mean exit time in one
//     dimension as an integral, and the shares that the basins have in the long run, ∫ e^{−L/T} over each.
//
// # Temperature
//
// SGD with the rate η and batches of B whose gradients have the variance σ² in each direction moves, for small η, as
//
//	dx = −∇L dt + √(2T) dW   with the time t = kη after k steps and the temperature T = ησ²/(2B)
//
// so that a larger rate and a smaller batch are the same thing to it: more heat (Mandt, Hoffman and Blei 2017, §3).
package escape

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
)

// Process is a way to take steps over a landscape.
type Process interface {
	// Walker returns a function that moves x, of dim entries, by one step. It has its own memory, so that walks with different
	// walkers may run at the same time. It panics if the hyperparameters are out of range.
	Walker(dim int) func(x []float64, rng *rand.Rand)
}

// Run is one walk of a process.
type Run struct {
	Process Process                // not nil
	Steps   int                    // at most so many, ≥ 0
	Every   int                    // keep every so many-th point, and the last; 0 keeps start and end alone
	Until   func(x []float64) bool // the walk stops after a step that makes it true; nil: never. Must be safe to call from several goroutines
}

// Path is what a walk went through: X[j] is the point after Step[j] steps. Entry 0 is the start, the last entry the end.
type Path struct {
	X      [][]float64
	Step   []int
	Exited bool // stopped by Until
}

// Last returns the end and its number of steps.
func (p *Path) Last() (x []float64, step int) { return p.X[len(p.X)-1], p.Step[len(p.Step)-1] }

// Coordinate returns the i-th coordinate of every kept point.
func (p *Path) Coordinate(i int) []float64 {
	c := make([]float64, len(p.X))
	for j, x := range p.X {
		c[j] = x[i]
	}
	return c
}

// ErrDiverged is found by errors.Is in the error of a walk that left the finite numbers.
var ErrDiverged = errors.New("escape: diverged")

// Walk starts at x0, which it leaves as it is, and draws from rng. It errs, with the path so far, if ctx ends (its cause) or if a coordinate
// is no longer finite (ErrDiverged).
func (r Run) Walk(ctx context.Context, x0 []float64, rng *rand.Rand) (*Path, error) {
	if r.Process == nil || r.Steps < 0 || r.Every < 0 || len(x0) == 0 || rng == nil {
		panic(fmt.Sprintf("escape: Walk: need a Process, Steps and Every ≥ 0, a start and a random source, have %T, %d, %d, %v, %v",
			r.Process, r.Steps, r.Every, x0, rng))
	}
	x := append([]float64(nil), x0...)
	p := &Path{}
	keep := func(k int) {
		p.X = append(p.X, append([]float64(nil), x...))
		p.Step = append(p.Step, k)
	}
	keep(0)
	step := r.Process.Walker(len(x))
	for k := 1; k <= r.Steps; k++ {
		step(x, rng)
		for i, v := range x {
			if v-v != 0 { // NaN or ±Inf
				keep(k)
				return p, fmt.Errorf("%w: x[%d] is %v after %d steps: take a smaller rate", ErrDiverged, i, v, k)
			}
		}
		p.Exited = r.Until != nil && r.Until(x)
		if p.Exited || k == r.Steps || r.Every > 0 && k%r.Every == 0 {
			keep(k)
		}
		if p.Exited {
			break
		}
		if k%1024 == 0 && ctx.Err() != nil {
			if p.Step[len(p.Step)-1] != k {
				keep(k)
			}
			return p, fmt.Errorf("escape: stopped after %d steps: %w", k, context.Cause(ctx))
		}
	}
	if ctx.Err() != nil {
		return p, fmt.Errorf("escape: stopped: %w", context.Cause(ctx))
	}
	return p, nil
}

func positive(v float64) bool { return v > 0 && !math.IsInf(v, 0) }
