package landscape

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sort"

	"gonum.org/v1/gonum/floats"

	"nncourse/lib/optim"
)

// Endings says where a minimiser ends from each of many starts.
type Endings struct {
	Starts  [][]float64 // [k][n]
	Ends    [][]float64 // [k][n] the last point of each run
	Loss    []float64   // [k] the loss there; +Inf where the run diverged
	Label   []int       // [k] which of Minima it is; −1 if the run diverged or had not settled
	Minima  [][]float64 // the distinct end points, by increasing loss
	Count   []int       // how many starts end at each
	Settled int         // runs whose end has a gradient norm of at most Settle
}

// Basins are the settings of a map of ends.
type Basins struct {
	Method optim.Method // runs from each start
	Settle float64      // a run has settled if ‖∇L‖ ≤ Settle at its end; 0 means 1e-4
	Near   float64      // ends within this distance are one; 0 means 1e-2
	// Same, if not nil, decides instead of Near whether two ends are one, such as up to a symmetry of the loss.
	Same func(a, b []float64) bool
	// Progress, if not nil, is called after each run with the number done.
	Progress func(done int)
}

// Ends runs the method from every start and groups where it ends. It errs if ctx ends; a run that diverges is not an
// error but gets the label −1. Grouping is by the first end found within reach, so Near must be well under the distance
// of distinct minima and well over what Settle leaves.
func (b Basins) Ends(ctx context.Context, p optim.Problem, starts [][]float64, rng *rand.Rand) (*Endings, error) {
	if b.Method == nil || !(b.Settle >= 0) || !(b.Near >= 0) {
		panic(fmt.Sprintf("landscape: Basins: need a Method and Settle, Near ≥ 0, have %v, %v, %v", b.Method, b.Settle, b.Near))
	}
	settle, near := b.Settle, b.Near
	if settle == 0 {
		settle = 1e-4
	}
	if near == 0 {
		near = 1e-2
	}
	same := b.Same
	if same == nil {
		same = func(x, y []float64) bool { return floats.Distance(x, y, 2) <= near }
	}
	e := &Endings{Starts: starts}
	var losses []float64 // of Minima
	for k, start := range starts {
		t, err := b.Method.Minimize(ctx, p, start, rng)
		if cause := context.Cause(ctx); cause != nil {
			return e, fmt.Errorf("landscape: stopped after %d of %d starts: %w", k, len(starts), cause)
		}
		label, loss, end := -1, math.Inf(1), start
		if t != nil && len(t.X) > 0 {
			end, loss, _ = t.Last()
			if err == nil && t.GradNorm[len(t.GradNorm)-1] <= settle {
				e.Settled++
				for m, x := range e.Minima {
					if same(x, end) {
						label = m
						break
					}
				}
				if label < 0 {
					label = len(e.Minima)
					e.Minima, losses, e.Count = append(e.Minima, end), append(losses, loss), append(e.Count, 0)
				}
				e.Count[label]++
			}
		}
		if err != nil {
			loss = math.Inf(1)
		}
		e.Ends, e.Loss, e.Label = append(e.Ends, end), append(e.Loss, loss), append(e.Label, label)
		if b.Progress != nil {
			b.Progress(k + 1)
		}
	}
	e.sortByLoss(losses)
	return e, nil
}

// sortByLoss numbers the minima by increasing loss.
func (e *Endings) sortByLoss(losses []float64) {
	order := make([]int, len(losses))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return losses[order[i]] < losses[order[j]] })
	minima, count, rank := make([][]float64, len(order)), make([]int, len(order)), make([]int, len(order))
	for to, from := range order {
		minima[to], count[to], rank[from] = e.Minima[from], e.Count[from], to
	}
	for k, l := range e.Label {
		if l >= 0 {
			e.Label[k] = rank[l]
		}
	}
	e.Minima, e.Count = minima, count
}

// GridStarts returns cols × rows points of a rectangle, row by row from below: starts for a map of basins in two
// dimensions.
func GridStarts(a, b [2]float64, cols, rows int) [][]float64 {
	xs, ys := floats.Span(make([]float64, cols), a[0], a[1]), floats.Span(make([]float64, rows), b[0], b[1])
	var p [][]float64
	for _, y := range ys {
		for _, x := range xs {
			p = append(p, []float64{x, y})
		}
	}
	return p
}
