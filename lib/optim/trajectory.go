package optim

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"gonum.org/v1/gonum/floats"
)

// Trajectory is what a run went through. Its slices run in parallel: entry j is about the point after Step[j] steps.
// Entry 0 is the start, the last entry the end.
type Trajectory struct {
	X        [][]float64 // the points
	Loss     []float64   // L(x) over all samples
	Step     []int       // steps done
	GradNorm []float64   // ‖∇L(x)‖₂ over all samples
	Samples  []int       // sample gradients evaluated so far: what a step costs whatever the machine
	Seconds  []float64   // time spent on steps so far, without the time for recording
	Stopped  bool        // ended before its last step because the gradient was small enough
}

// Last returns the end point, its loss and its number of steps.
func (t *Trajectory) Last() (x []float64, loss float64, step int) {
	j := len(t.X) - 1
	return t.X[j], t.Loss[j], t.Step[j]
}

// Coordinate returns the i-th coordinate of every recorded point: two of them draw a path.
func (t *Trajectory) Coordinate(i int) []float64 {
	c := make([]float64, len(t.X))
	for j, x := range t.X {
		c[j] = x[i]
	}
	return c
}

// ErrDiverged is what errors.Is finds in the error that is returned, with the trajectory so far, once a loss or a coordinate
// is infinite or NaN.
var ErrDiverged = errors.New("optim: diverged")

// divergence is an ErrDiverged that says where.
type divergence string

func (d divergence) Error() string      { return string(d) }
func (divergence) Is(target error) bool { return target == ErrDiverged }

// recorder is the part that all methods share: it owns the iterate, the clock and the trajectory.
type recorder struct {
	ctx     context.Context
	p       Problem
	x       []float64 // x_k
	full    []float64 // ∇L(x_k) over all samples, as of the last record
	step    int       // k
	samples int       // sample gradients evaluated by steps 1..k
	spent   time.Duration
	started time.Time // when the clock was last started
	t       *Trajectory
}

// begin records the start and starts the clock.
func begin(ctx context.Context, op string, p Problem, x0 []float64) (*recorder, error) {
	p.check(op)
	if len(x0) == 0 {
		panic("optim: " + op + ": the start x0 is empty")
	}
	for i, v := range x0 {
		if !finite(v) {
			return nil, fmt.Errorf("optim: %s: the start has x0[%d] = %v: start at a finite point", op, i, v)
		}
	}
	r := &recorder{
		ctx: ctx, p: p,
		x:    append([]float64(nil), x0...),
		full: make([]float64, len(x0)),
		t:    &Trajectory{},
	}
	r.started = time.Now()
	return r, r.record()
}

// record appends the present point to the trajectory. It stops the clock meanwhile. It errs if the run has diverged or
// the context has ended.
func (r *recorder) record() error {
	r.spent += time.Since(r.started)
	defer func() { r.started = time.Now() }()

	loss := r.p.Loss(r.x, nil)
	r.p.Grad(r.full, r.x, nil)
	norm := floats.Norm(r.full, 2)
	t := r.t
	t.X = append(t.X, append([]float64(nil), r.x...))
	t.Loss = append(t.Loss, loss)
	t.Step = append(t.Step, r.step)
	t.GradNorm = append(t.GradNorm, norm)
	t.Samples = append(t.Samples, r.samples)
	t.Seconds = append(t.Seconds, r.spent.Seconds())

	for i, v := range r.x {
		if !finite(v) {
			return divergence(fmt.Sprintf("optim: diverged: x[%d] is %v after %d steps: take a smaller rate", i, v, r.step))
		}
	}
	if !finite(loss) {
		return divergence(fmt.Sprintf("optim: diverged: the loss is %v after %d steps: take a smaller rate", loss, r.step))
	}
	if err := context.Cause(r.ctx); err != nil {
		return fmt.Errorf("optim: stopped after %d steps: %w", r.step, err)
	}
	return nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// finish records the last point if that has not happened.
func (r *recorder) finish() error {
	if r.t.Step[len(r.t.Step)-1] != r.step {
		return r.record()
	}
	return nil
}

// trajectoryOf is what begin recorded, nil if it did not get so far.
func trajectoryOf(r *recorder) *Trajectory {
	if r == nil {
		return nil
	}
	return r.t
}
