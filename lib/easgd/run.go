package easgd

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"nncourse/lib/optim"
)

// centre is what the workers share.
type centre struct {
	x []float64 // x̃
	v []float64 // its velocity, for MDownpour
}

// worker is what an asynchronous method says about one worker. Before every step comes remember; then, if the period has
// come round, exchange, while nobody else is at the centre; then step.
type worker interface {
	remember()                        // notes what the step takes from before the meeting
	exchange(c *centre)               // the meeting
	step(grad func(dst, x []float64)) // the gradient step
	point() []float64                 // xⁱ
}

// recorder owns the centre and the trajectory of a run.
type recorder struct {
	op        string
	task      Task
	run       Run // with its defaults filled in
	centre    *centre
	grad      []Gradient
	rng       []*rand.Rand // one for each worker
	clock     *rand.Rand   // for simulated durations
	updates   int
	exchanges int
	t         *Trajectory
}

func begin(op string, task Task, x0 []float64, run Run, rng *rand.Rand) *recorder {
	if task.Worker == nil || rng == nil {
		panic("easgd: " + op + ": needs a Task with gradients and a random source")
	}
	if run.Workers < 0 || run.Steps < 0 || run.Every < 0 {
		panic(fmt.Sprintf("easgd: %s: need Workers, Steps, Every ≥ 0, have %d, %d, %d", op, run.Workers, run.Steps, run.Every))
	}
	if len(x0) == 0 {
		panic("easgd: " + op + ": the start x0 is empty")
	}
	run.Workers = max(1, run.Workers)
	if run.Every == 0 {
		run.Every = run.Workers
	}
	if run.Scheduler == nil {
		run.Scheduler = RoundRobin{}
	}
	if c, ok := run.Scheduler.(Clock); ok {
		c.check(run.Workers)
	}
	r := &recorder{op: op, task: task, run: run, centre: &centre{x: clone(x0), v: make([]float64, len(x0))}, t: &Trajectory{}}
	source := func() *rand.Rand { return rand.New(rand.NewPCG(rng.Uint64(), rng.Uint64())) }
	for i := range run.Workers {
		r.grad = append(r.grad, task.Worker(i))
		r.rng = append(r.rng, source())
	}
	r.clock = source()
	if run.Paths {
		r.t.Paths = make([][][]float64, run.Workers)
	}
	return r
}

// path adds a point to the way of worker i, which alone calls it.
func (r *recorder) path(i int, x []float64) {
	if r.run.Paths {
		r.t.Paths[i] = append(r.t.Paths[i], clone(x))
	}
}

// record notes the centre.
func (r *recorder) record(seconds float64) error {
	t := r.t
	t.X = append(t.X, clone(r.centre.x))
	t.Updates = append(t.Updates, r.updates)
	t.Exchanges = append(t.Exchanges, r.exchanges)
	t.Seconds = append(t.Seconds, seconds)
	if r.run.Progress != nil {
		r.run.Progress(r.updates, r.run.Steps*r.run.Workers)
	}
	for j, v := range r.centre.x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("easgd: %s: the centre's entry %d is %v after %d steps: take a smaller rate or period: %w", r.op, j, v, r.updates, optim.ErrDiverged)
		}
	}
	return nil
}

// count notes that n more steps are done, and the centre if it is time to.
func (r *recorder) count(n int, seconds func() float64) error {
	before := r.updates
	r.updates += n
	if r.updates/r.run.Every > before/r.run.Every {
		return r.record(seconds())
	}
	return nil
}

// finish notes the last point if that has not happened.
func (r *recorder) finish(seconds float64) error {
	if n := len(r.t.Updates); n == 0 || r.t.Updates[n-1] != r.updates || r.t.Exchanges[n-1] != r.exchanges {
		return r.record(seconds)
	}
	return nil
}

func (r *recorder) stopped(ctx context.Context) error {
	if ctx.Err() != nil {
		return fmt.Errorf("easgd: %s: stopped after %d steps: %w", r.op, r.updates, context.Cause(ctx))
	}
	return nil
}

// end evaluates the losses.
func (r *recorder) end(err error) (*Trajectory, error) {
	if r.task.Loss != nil {
		for _, x := range r.t.X {
			r.t.Loss = append(r.t.Loss, r.task.Loss(x))
		}
	}
	return r.t, err
}

// minimize runs an asynchronous method; period 0 means that workers never meet the centre.
func minimize(ctx context.Context, op string, period int, task Task, x0 []float64, run Run, rng *rand.Rand, hire func(*centre) worker) (*Trajectory, error) {
	r := begin(op, task, x0, run, rng)
	workers := make([]worker, r.run.Workers)
	for i := range workers {
		workers[i] = hire(r.centre)
		r.path(i, workers[i].point())
	}
	if err := r.record(0); err != nil {
		return r.end(err)
	}
	return r.end(r.run.Scheduler.drive(ctx, r, workers, period))
}

// Scheduler is RoundRobin, Clock or Goroutines: in which order the workers act.
type Scheduler interface {
	drive(ctx context.Context, r *recorder, w []worker, period int) error
}

// Goroutines runs every worker as a goroutine of its own; a mutex lets one at a time to the centre. This is the asynchronous
// algorithm itself: who comes when is up to the Go runtime and the machine, so results differ from run to run. Seconds are of the
// wall clock.
type Goroutines struct{}

func (Goroutines) drive(ctx context.Context, r *recorder, w []worker, period int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		wait  sync.WaitGroup
		mu    sync.Mutex // guards the centre and the recorder, but for grad, rng and path, where each worker has its own
		fault error      // the first
		start = time.Now()
	)
	seconds := func() float64 { return time.Since(start).Seconds() }
	for i := range w {
		wait.Go(func() {
			for t := range r.run.Steps {
				if ctx.Err() != nil {
					return
				}
				w[i].remember()
				if period > 0 && t%period == 0 {
					mu.Lock()
					w[i].exchange(r.centre)
					r.exchanges++
					mu.Unlock()
				}
				w[i].step(func(dst, x []float64) { r.grad[i](dst, x, r.rng[i]) })
				r.path(i, w[i].point())

				mu.Lock()
				if ctx.Err() == nil {
					if fault = r.count(1, seconds); fault != nil {
						cancel(fault)
					}
				}
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	if fault != nil {
		return fault
	}
	if err := r.stopped(ctx); err != nil {
		return err
	}
	return r.finish(seconds())
}

// RoundRobin lets the workers take turns in one goroutine, a step each. It is deterministic. Seconds are of the wall clock.
type RoundRobin struct{}

func (RoundRobin) drive(ctx context.Context, r *recorder, w []worker, period int) error {
	return serial(ctx, r, w, period, &turns{p: len(w), start: time.Now()})
}

type turns struct {
	p, turn int
	start   time.Time
}

func (o *turns) next() (int, float64) {
	i := o.turn
	o.turn = (o.turn + 1) % o.p
	return i, time.Since(o.start).Seconds()
}

func (o *turns) begins(int, bool) {}
func (o *turns) leaves(int)       {}

// Clock simulates p processors that work at the same time at given speeds, and reports the simulated seconds. Every worker
// takes Run.Steps steps; the fast are done first. It is
// deterministic and says what p workers would gain without the processors being there: what it leaves out is everything but the
// durations of steps and meetings. Workers that want the centre at the same time queue for it.
type Clock struct {
	Step     []float64 // Step[i] > 0: seconds worker i needs for a step; one entry stands for all workers; nil means 1
	Jitter   float64   // in [0, 1): every step takes (1 + Jitter·u) times that, u uniform in [−1, 1)
	Exchange float64   // ≥ 0: seconds that a meeting keeps the worker and the centre busy
}

func (c Clock) check(p int) {
	bad := len(c.Step) > 1 && len(c.Step) != p || !(c.Jitter >= 0 && c.Jitter < 1) || !(c.Exchange >= 0) || math.IsInf(c.Exchange, 0)
	for _, s := range c.Step {
		bad = bad || !(s > 0) || math.IsInf(s, 0)
	}
	if bad {
		panic(fmt.Sprintf("easgd: Clock: need one positive Step or one for each of %d workers, Jitter in [0, 1), Exchange ≥ 0; have %v, %v, %v", p, c.Step, c.Jitter, c.Exchange))
	}
}

// duration is what the next step of worker i takes.
func (c Clock) duration(i int, rng *rand.Rand) float64 {
	s := 1.0
	switch len(c.Step) {
	case 0:
	case 1:
		s = c.Step[0]
	default:
		s = c.Step[i]
	}
	if c.Jitter > 0 {
		s *= 1 + c.Jitter*(2*rng.Float64()-1)
	}
	return s
}

// lockstep is what a step takes in which all wait for the slowest, then meet the centre one by one.
func (c Clock) lockstep(p int, meet bool, rng *rand.Rand) float64 {
	longest := 0.0
	for i := range p {
		longest = max(longest, c.duration(i, rng))
	}
	if meet {
		longest += float64(p) * c.Exchange
	}
	return longest
}

func (c Clock) drive(ctx context.Context, r *recorder, w []worker, period int) error {
	return serial(ctx, r, w, period, &agenda{Clock: c, rng: r.clock, done: make([]float64, len(w))})
}

type agenda struct {
	Clock
	rng  *rand.Rand
	done []float64 // when worker i's present step is done; +Inf once it has left
	free float64   // when the centre is free again
}

// next is the worker that is done first; of several the first.
func (o *agenda) next() (int, float64) {
	first := 0
	for i, t := range o.done {
		if t < o.done[first] {
			first = i
		}
	}
	return first, o.done[first]
}

func (o *agenda) begins(i int, meet bool) {
	if meet {
		o.free = max(o.free, o.done[i]) + o.Exchange
		o.done[i] = o.free
	}
	o.done[i] += o.duration(i, o.rng)
}

func (o *agenda) leaves(i int) { o.done[i] = math.Inf(1) }

// order is who acts when, of the workers that act one at a time.
type order interface {
	next() (i int, seconds float64) // whose present step is done first, and when
	begins(i int, meet bool)        // worker i begins a step, after a meeting or without
	leaves(i int)                   // worker i has done all its steps
}

// serial runs the workers one at a time.
func serial(ctx context.Context, r *recorder, w []worker, period int, o order) error {
	if r.run.Steps == 0 {
		return nil
	}
	steps := make([]int, len(w)) // t, of each worker
	prepare := func(i int) {
		w[i].remember()
		meet := period > 0 && steps[i]%period == 0
		if meet {
			w[i].exchange(r.centre)
			r.exchanges++
		}
		o.begins(i, meet)
	}
	for i := range w {
		prepare(i)
	}
	now := 0.0
	for range r.run.Steps * len(w) {
		if err := r.stopped(ctx); err != nil {
			return err
		}
		var i int
		i, now = o.next()
		w[i].step(func(dst, x []float64) { r.grad[i](dst, x, r.rng[i]) })
		r.path(i, w[i].point())
		if err := r.count(1, func() float64 { return now }); err != nil {
			return err
		}
		if steps[i]++; steps[i] < r.run.Steps {
			prepare(i)
		} else {
			o.leaves(i)
		}
	}
	return r.finish(now)
}

func clone(x []float64) []float64 { return append([]float64(nil), x...) }
