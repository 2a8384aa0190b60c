package escape

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"gonum.org/v1/gonum/floats"

	"nncourse/lib/proportion"
)

// Survey sends out many walks from one start and says where they end.
type Survey struct {
	Run       Run
	Landscape *Landscape // whose basins are counted
	Runs      int        // ≥ 1
	// Descend is the rate of the gradient descent without noise that follows each walk, to the minimum to which the end belongs; there sharpness is
	// measured. It must be below 2/λ_max of the landscape. 0: no descent, and Bottoms and Sharpness are nil.
	Descend  float64
	Progress func(done int) // called after each walk with the number done, by one goroutine at a time; may be nil
}

// Census is what a survey found; entry k of the slices over runs is about walk k.
type Census struct {
	Ends      [][]float64 // [runs][dim]
	Steps     []int       // [runs] steps taken
	Exited    []bool      // [runs] stopped by Until
	Basin     []int       // [runs] basin of the end, −1 if the walk diverged
	Count     []int       // [basins] walks that ended in each
	Diverged  int
	Bottoms   [][]float64 // [runs][dim] the minimum below the end; nil entries where the walk diverged
	Sharpness []float64   // [runs] λ_max of the Hessian at Bottoms; NaN where the walk diverged
}

// Take makes the walks, on all processors. Walk k draws from a source of its own that is seeded from rng, so that the result does not depend on
// how many run at a time. A walk that diverges is counted, not an error; it errs if ctx ends, or if a descent does not come to rest.
func (s Survey) Take(ctx context.Context, x0 []float64, rng *rand.Rand) (*Census, error) {
	if s.Landscape == nil || s.Runs < 1 || s.Descend < 0 || len(x0) != s.Landscape.Dim {
		panic(fmt.Sprintf("escape: Survey: need a landscape, Runs ≥ 1, Descend ≥ 0 and a start that fits, have %d, %v, %v", s.Runs, s.Descend, x0))
	}
	sources := make([]*rand.Rand, s.Runs)
	for k := range sources {
		sources[k] = rand.New(rand.NewPCG(rng.Uint64(), rng.Uint64()))
	}
	c := &Census{Ends: make([][]float64, s.Runs), Steps: make([]int, s.Runs), Exited: make([]bool, s.Runs), Basin: make([]int, s.Runs),
		Count: make([]int, len(s.Landscape.Minima))}
	if s.Descend > 0 {
		c.Bottoms, c.Sharpness = make([][]float64, s.Runs), make([]float64, s.Runs)
	}
	var (
		mu    sync.Mutex
		first error
		next  int
		done  int
		wg    sync.WaitGroup
	)
	one := func(k int) error {
		p, err := s.Run.Walk(ctx, x0, sources[k])
		c.Ends[k], c.Steps[k] = p.Last()
		c.Exited[k], c.Basin[k] = p.Exited, -1
		if s.Descend > 0 {
			c.Sharpness[k] = math.NaN()
		}
		if errors.Is(err, ErrDiverged) {
			return nil
		}
		if err != nil {
			return err
		}
		c.Basin[k] = s.Landscape.Basin(c.Ends[k])
		if s.Descend > 0 {
			if c.Bottoms[k], err = s.Landscape.descend(ctx, c.Ends[k], s.Descend); err != nil {
				return err
			}
			c.Sharpness[k] = s.Landscape.Sharpness(c.Bottoms[k])
		}
		return nil
	}
	for range min(s.Runs, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for {
				mu.Lock()
				k := next
				next++
				stop := first != nil || k >= s.Runs
				mu.Unlock()
				if stop {
					return
				}
				err := one(k)
				mu.Lock()
				if err != nil && first == nil {
					first = err
				}
				done++
				if s.Progress != nil {
					s.Progress(done)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if first != nil {
		return nil, first
	}
	for _, b := range c.Basin {
		if b < 0 {
			c.Diverged++
		} else {
			c.Count[b]++
		}
	}
	return c, nil
}

// descend is gradient descent without noise until the gradient is small.
func (l *Landscape) descend(ctx context.Context, from []float64, rate float64) ([]float64, error) {
	x, g := slices.Clone(from), make([]float64, l.Dim)
	for k := range 1_000_000 {
		l.Grad(g, x)
		if floats.Norm(g, 2) <= 1e-8 {
			return x, nil
		}
		floats.AddScaled(x, -rate, g)
		if k%1024 == 0 && ctx.Err() != nil {
			return nil, fmt.Errorf("escape: stopped: %w", context.Cause(ctx))
		}
	}
	return nil, fmt.Errorf("escape: descent at the rate %v from %.4g did not come to rest: take a smaller one", rate, from)
}

// Share returns the part of all walks that ended in the basin, with its 95 % interval.
func (c *Census) Share(basin int) (share, lo, hi float64) {
	lo, hi = proportion.Wilson(c.Count[basin], len(c.Basin))
	return float64(c.Count[basin]) / float64(len(c.Basin)), lo, hi
}

// MeanSteps returns the mean number of steps over all walks and its standard error. It is the mean exit time in steps only if every walk
// was stopped by Until: all says whether.
func (c *Census) MeanSteps() (mean, stderr float64, all bool) {
	all = true
	for k, s := range c.Steps {
		mean += float64(s) / float64(len(c.Steps))
		all = all && c.Exited[k]
	}
	for _, s := range c.Steps {
		stderr += (float64(s) - mean) * (float64(s) - mean)
	}
	n := float64(len(c.Steps))
	return mean, math.Sqrt(stderr / (n * math.Max(1, n-1))), all
}
