package easgd

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/activation"
	"nncourse/lib/loss"
	"nncourse/lib/mlp"
	"nncourse/lib/optim"
)

var ctx = context.Background()

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 39)) }

// curved is the task of testdata/golden.py: a loss with a valley, and a push of its own for each worker.
func curved() Task {
	return Task{Worker: func(i int) Gradient {
		return func(dst, x []float64, _ *rand.Rand) {
			r := x[0]*x[1] - 1
			dst[0], dst[1] = r*x[1]+0.1*float64(i+1), r*x[0]-0.2*float64(i)
		}
	}}
}

// bowl is h/2 x² with noise.
func bowl(h, sigma float64) Task {
	return Noisy(func() optim.Problem {
		return optim.Quadratic(mat.NewSymDense(1, []float64{h}), []float64{0})
	}, sigma)
}

func run(t testing.TB, m Method, task Task, x0 []float64, r Run, seed uint64) *Trajectory {
	t.Helper()
	out, err := m.Minimize(ctx, task, x0, r, source(seed))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func near(got, want []float64, tol float64) bool {
	return len(got) == len(want) && floats.EqualApprox(got, want, tol)
}

type golden struct {
	Runs map[string]struct {
		Centre  []float64
		Workers [][]float64
	}
	Variance []struct {
		Rate, H, Sigma, Alpha float64
		P                     int
		Want                  float64
	}
}

func readGolden(t *testing.T) (g golden) {
	b, err := os.ReadFile("testdata/golden.json")
	if err == nil {
		err = json.Unmarshal(b, &g)
	}
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestGolden(t *testing.T) {
	g := readGolden(t)
	x0 := []float64{1.7, -0.4}
	const eta, alpha, delta = 0.08, 0.21, 0.6
	methods := map[string]Method{
		"easgd":       EASGD{Rate: eta, Alpha: alpha, Period: 2},
		"eamsgd":      EAMSGD{Rate: eta, Momentum: delta, Alpha: alpha, Period: 2},
		"downpour":    Downpour{Rate: eta, Period: 2},
		"mdownpour":   MDownpour{Rate: eta, Momentum: delta},
		"synchronous": Synchronous{Rate: eta, Alpha: alpha, Period: 2},
		"sequential":  Sequential{Rate: eta, Momentum: delta},
	}
	if len(g.Runs) != len(methods) {
		t.Fatalf("%d golden runs, %d methods", len(g.Runs), len(methods))
	}
	for name, m := range methods {
		p := 3
		if name == "sequential" {
			p = 1
		}
		for _, s := range []Scheduler{RoundRobin{}, Clock{}} {
			out := run(t, m, curved(), x0, Run{Workers: p, Steps: 7, Paths: true, Scheduler: s}, 1)
			want := g.Runs[name]
			if x, n := out.Last(); !near(x, want.Centre, 1e-13) || n != 7*p {
				t.Errorf("%s, %T: centre %v after %d steps, NumPy has %v", name, s, x, n, want.Centre)
			}
			for i, path := range out.Paths {
				if !near(path[len(path)-1], want.Workers[i], 1e-13) || len(path) != 8 {
					t.Errorf("%s, %T: worker %d ends at %v, NumPy has %v", name, s, i, path[len(path)-1], want.Workers[i])
				}
			}
		}
		if !slices.Equal(x0, []float64{1.7, -0.4}) {
			t.Fatal(name, "changed the start")
		}
	}
}

// Meetings are equal and opposite: x̃ + Σxⁱ moves by −ηΣg alone, whoever comes when.
func TestElasticSymmetry(t *testing.T) {
	const eta, p = 0.07, 4
	x0 := []float64{0.3, -1.2}
	for _, c := range []struct {
		m Method
		s Scheduler
	}{
		{EASGD{Rate: eta, Alpha: 0.4, Period: 3}, RoundRobin{}},
		{EASGD{Rate: eta, Alpha: 0.4, Period: 3}, Clock{Step: []float64{1, 2, 0.5, 3}, Jitter: 0.5, Exchange: 0.1}},
		{EASGD{Rate: eta, Alpha: 0.4, Period: 3}, Goroutines{}},
		{Synchronous{Rate: eta, Alpha: 0.2, Period: 2}, Goroutines{}},
	} {
		sums := make([][]float64, p) // of worker i's gradients
		task := Task{Worker: func(i int) Gradient {
			sums[i] = make([]float64, 2)
			g := curved().Worker(i)
			return func(dst, x []float64, rng *rand.Rand) {
				g(dst, x, rng)
				dst[0] += rng.NormFloat64()
				floats.Add(sums[i], dst)
			}
		}}
		out := run(t, c.m, task, x0, Run{Workers: p, Steps: 50, Paths: true, Scheduler: c.s}, 2)
		got := clone(out.X[len(out.X)-1])
		want := make([]float64, 2)
		floats.AddScaled(want, p+1, x0)
		for i := range p {
			floats.Add(got, out.Paths[i][50])
			floats.AddScaled(want, -eta, sums[i])
		}
		if !near(got, want, 1e-11) {
			t.Errorf("%T, %T: the sum of all points is %v, gradients alone give %v", c.m, c.s, got, want)
		}
		if moved := math.Hypot(out.X[len(out.X)-1][0]-x0[0], out.X[len(out.X)-1][1]-x0[1]); moved < 0.01 {
			t.Errorf("%T: the centre did not move", c.m)
		}
	}
}

// What each method becomes at the edges of its settings.
func TestReductions(t *testing.T) {
	task := bowl(1, 1)
	x0 := []float64{3}
	const eta = 0.1
	one := Run{Workers: 1, Steps: 40, Paths: true}
	sgd := run(t, Sequential{Rate: eta}, task, x0, one, 3)
	path := func(m Method, r Run) [][]float64 { return run(t, m, task, x0, r, 3).Paths[0] }
	same := func(what string, a, b [][]float64) {
		t.Helper()
		for k := range a {
			if !near(a[k], b[k], 1e-15) {
				t.Errorf("%s: point %d is %v, want %v", what, k, a[k], b[k])
				return
			}
		}
	}
	four := one
	four.Workers = 4
	same("EASGD, α = 0, p = 1", path(EASGD{Rate: eta}, one), sgd.X)
	same("EASGD, α = 0, first of four workers", path(EASGD{Rate: eta, Period: 3}, four), sgd.X)
	same("Synchronous, α = 0", path(Synchronous{Rate: eta}, four), sgd.X)
	same("EAMSGD, α = 0", path(EAMSGD{Rate: eta, Momentum: 0.9}, four), run(t, Sequential{Rate: eta, Momentum: 0.9}, task, x0, one, 3).X)
	same("EAMSGD, δ = 0", path(EAMSGD{Rate: eta, Alpha: 0.3, Period: 2}, four), path(EASGD{Rate: eta, Alpha: 0.3, Period: 2}, four))
	same("Downpour, p = 1, τ = 1: the worker", path(Downpour{Rate: eta}, one), sgd.X)
	same("Downpour, p = 1, τ = 5: the worker", path(Downpour{Rate: eta, Period: 5}, one), sgd.X)
	same("Downpour, p = 1: the centre, a step late", run(t, Downpour{Rate: eta}, task, x0, one, 3).X[1:], sgd.X)
	same("MDownpour, δ = 0", run(t, MDownpour{Rate: eta}, task, x0, four, 3).X, run(t, Downpour{Rate: eta}, task, x0, four, 3).X)
	if c := run(t, EASGD{Rate: eta}, task, x0, four, 3); c.X[len(c.X)-1][0] != 3 {
		t.Error("without springs the centre moved")
	}
	// HeavyBall has another form of momentum: only without it are the two packages' baselines the same.
	gd, err := optim.GD{Rate: eta, Steps: 20}.Minimize(ctx, optim.Quadratic(mat.NewSymDense(1, []float64{1}), []float64{0}), x0, nil)
	if err != nil {
		t.Fatal(err)
	}
	same("optim.GD", gd.X, run(t, Sequential{Rate: eta}, bowl(1, 0), x0, Run{Steps: 20}, 1).X)
}

// One worker among goroutines repeats, and in lockstep any number of them.
func TestGoroutines(t *testing.T) {
	task, x0 := bowl(1, 1), []float64{3}
	for _, c := range []struct {
		m Method
		p int
	}{
		{EASGD{Rate: 0.1, Alpha: 0.3, Period: 2}, 1}, {EAMSGD{Rate: 0.1, Momentum: 0.5, Alpha: 0.3}, 1}, {Downpour{Rate: 0.1}, 1}, {MDownpour{Rate: 0.1, Momentum: 0.5}, 1},
		{Sequential{Rate: 0.1}, 1}, {Synchronous{Rate: 0.1, Alpha: 0.2, Period: 3}, 4},
	} {
		a := run(t, c.m, task, x0, Run{Workers: c.p, Steps: 60, Scheduler: Goroutines{}}, 4)
		b := run(t, c.m, task, x0, Run{Workers: c.p, Steps: 60}, 4)
		if !near(a.Coordinate(0), b.Coordinate(0), 0) || !slices.Equal(a.Updates, b.Updates) || !slices.Equal(a.Exchanges, b.Exchanges) {
			t.Errorf("%T with %d goroutines differs from turns", c.m, c.p)
		}
		if !slices.IsSorted(a.Seconds) || a.Seconds[len(a.Seconds)-1] <= 0 {
			t.Errorf("%T: seconds %v", c.m, a.Seconds)
		}
	}
	// With several workers the numbers are the runtime's; where the run ends is not, if the gradients are exact.
	for _, m := range []Method{EASGD{Rate: 0.1, Alpha: 0.2, Period: 2}, EAMSGD{Rate: 0.1, Momentum: 0.5, Alpha: 0.2}, MDownpour{Rate: 0.02, Momentum: 0.5}, Downpour{Rate: 0.02}} {
		out := run(t, m, bowl(1, 0), x0, Run{Workers: 4, Steps: 4000, Every: 100, Scheduler: Goroutines{}}, 5)
		if x, n := out.Last(); math.Abs(x[0]) > 1e-6 || n != 16000 {
			t.Errorf("%T: 4 goroutines end at %v after %d steps", m, x[0], n)
		}
		if !slices.IsSorted(out.Updates) || !slices.IsSorted(out.Seconds) || len(out.Loss) != len(out.X) {
			t.Errorf("%T: the trajectory is out of order", m)
		}
	}
}

// The simulated durations by hand, and a slow worker that takes fewer steps in the same time.
func TestClock(t *testing.T) {
	last := func(o *Trajectory) float64 { return o.Seconds[len(o.Seconds)-1] }
	task, x0 := bowl(1, 0), []float64{1}
	for _, c := range []struct {
		m    Method
		p, n int
		s    Clock
		want float64
	}{
		{EASGD{Rate: 0.1, Alpha: 0.1}, 4, 10, Clock{}, 10},
		{Sequential{Rate: 0.1}, 1, 10, Clock{Step: []float64{0.5}, Exchange: 9}, 5}, // never waits
		{EASGD{Rate: 0.1, Alpha: 0.1, Period: 5}, 1, 10, Clock{Exchange: 0.25}, 10.5},
		// Two workers queue once: 0 meets at 0–0.25, 1 at 0.25–0.5; after that they come a quarter apart. The second ends last.
		{EASGD{Rate: 0.1, Alpha: 0.1, Period: 5}, 2, 10, Clock{Exchange: 0.25}, 10.75},
		{EASGD{Rate: 0.1, Alpha: 0.1}, 2, 6, Clock{Step: []float64{1, 3}}, 18},
		{Synchronous{Rate: 0.1, Alpha: 0.1, Period: 2}, 2, 6, Clock{Step: []float64{1, 3}, Exchange: 0.5}, 18 + 3*2*0.5},
	} {
		if got := last(run(t, c.m, task, x0, Run{Workers: c.p, Steps: c.n, Scheduler: c.s}, 1)); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%+v with %d workers, %+v: %v s, want %v", c.m, c.p, c.s, got, c.want)
		}
	}
	r := Run{Workers: 3, Steps: 50, Paths: true, Scheduler: Clock{Jitter: 0.9}}
	a, b := run(t, EASGD{Rate: 0.1, Alpha: 0.2}, bowl(1, 1), x0, r, 6), run(t, EASGD{Rate: 0.1, Alpha: 0.2}, bowl(1, 1), x0, r, 6)
	if !near(a.Coordinate(0), b.Coordinate(0), 0) || !slices.Equal(a.Seconds, b.Seconds) {
		t.Error("Clock does not repeat")
	}
	if e := last(a); e < 50*0.8 || e > 50*1.2 || e == 50 {
		t.Errorf("50 steps with jitter take %v", e)
	}
	r.Scheduler = nil
	if c := run(t, EASGD{Rate: 0.1, Alpha: 0.2}, bowl(1, 1), x0, r, 6); near(a.Coordinate(0), c.Coordinate(0), 1e-9) {
		t.Error("the order of workers makes no difference")
	}
}

func TestStops(t *testing.T) {
	x0 := []float64{1}
	methods := []Method{EASGD{Rate: 0.1, Alpha: 0.1}, EAMSGD{Rate: 0.1, Alpha: 0.1}, Downpour{Rate: 0.1}, MDownpour{Rate: 0.1}, Sequential{Rate: 0.1}, Synchronous{Rate: 0.1, Alpha: 0.1}}
	for _, s := range []Scheduler{RoundRobin{}, Clock{}, Goroutines{}} {
		for _, m := range methods {
			p := 3
			if _, ok := m.(Sequential); ok {
				p = 1
			}
			why := errors.New("tea time")
			ctx, cancel := context.WithCancelCause(context.Background())
			calls := 0
			r := Run{Workers: p, Steps: 1 << 40, Every: 50, Scheduler: s, Progress: func(done, total int) {
				if calls++; calls == 4 {
					cancel(why)
				}
			}}
			if out, err := m.Minimize(ctx, bowl(1, 1), x0, r, source(1)); !errors.Is(err, why) || len(out.X) < 4 || len(out.Loss) != len(out.X) {
				t.Errorf("%T, %T: cancelled with %v after %d records", m, s, err, len(out.X))
			}
			// An error factor of −29 a step and more, until float64 ends.
			nan := Task{Worker: func(int) Gradient {
				return func(dst, x []float64, _ *rand.Rand) { dst[0] = 300 * x[0] }
			}}
			if out, err := m.Minimize(context.Background(), nan, x0, Run{Workers: p, Steps: 1 << 40, Scheduler: s}, source(1)); !errors.Is(err, optim.ErrDiverged) || len(out.X) < 4 {
				t.Errorf("%T, %T: diverged with %v", m, s, err)
			}
			if out, err := m.Minimize(context.Background(), nan, x0, Run{Workers: p, Scheduler: s}, source(1)); err != nil || len(out.X) != 1 || out.X[0][0] != 1 {
				t.Errorf("%T, %T: no steps give %v, %v", m, s, out, err)
			}
		}
	}
}

func TestEvery(t *testing.T) {
	out := run(t, EASGD{Rate: 0.1, Alpha: 0.1, Period: 4}, bowl(1, 1), []float64{1}, Run{Workers: 3, Steps: 10, Every: 7}, 1)
	if want := []int{0, 7, 14, 21, 28, 30}; !slices.Equal(out.Updates, want) {
		t.Errorf("recorded at %v, want %v", out.Updates, want)
	}
	if out.Exchanges[5] != 9 { // at 0, 4 and 8, three times
		t.Errorf("%d meetings, want 9", out.Exchanges[5])
	}
}

func TestPanics(t *testing.T) {
	ok := bowl(1, 1)
	for name, f := range map[string]func(){
		"rate":     func() { EASGD{}.Minimize(ctx, ok, []float64{1}, Run{}, source(1)) },
		"alpha":    func() { EASGD{Rate: 1, Alpha: -1}.Minimize(ctx, ok, []float64{1}, Run{}, source(1)) },
		"period":   func() { Downpour{Rate: 1, Period: -1}.Minimize(ctx, ok, []float64{1}, Run{}, source(1)) },
		"momentum": func() { EAMSGD{Rate: 1, Momentum: 1}.Minimize(ctx, ok, []float64{1}, Run{}, source(1)) },
		"start":    func() { EASGD{Rate: 1}.Minimize(ctx, ok, nil, Run{}, source(1)) },
		"rng":      func() { EASGD{Rate: 1}.Minimize(ctx, ok, []float64{1}, Run{}, nil) },
		"task":     func() { EASGD{Rate: 1}.Minimize(ctx, Task{}, []float64{1}, Run{}, source(1)) },
		"steps":    func() { EASGD{Rate: 1}.Minimize(ctx, ok, []float64{1}, Run{Steps: -1}, source(1)) },
		"workers":  func() { Sequential{Rate: 1}.Minimize(ctx, ok, []float64{1}, Run{Workers: 2}, source(1)) },
		"clock": func() {
			EASGD{Rate: 1}.Minimize(ctx, ok, []float64{1}, Run{Workers: 3, Scheduler: Clock{Step: []float64{1, 2}}}, source(1))
		},
		"batch": func() { Minibatches(func() optim.Problem { return optim.Problem{} }, 0) },
	} {
		func() {
			defer func() {
				if s, _ := recover().(string); len(s) < 6 || s[:6] != "easgd:" {
					t.Errorf("%s: no panic of ours: %q", name, s)
				}
			}()
			f()
		}()
	}
}

func TestMinibatches(t *testing.T) {
	rng := source(7)
	a, y := mat.NewDense(64, 3, nil), make([]float64, 64)
	for i := range 64 {
		a.SetRow(i, []float64{rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()})
		y[i] = a.At(i, 0) - 2*a.At(i, 1) + 0.5*a.At(i, 2)
	}
	p := optim.LeastSquares(a, y)
	out := run(t, EASGD{Rate: 0.1, Alpha: 0.225, Period: 4}, Minibatches(func() optim.Problem { return p }, 4), make([]float64, 3), Run{Workers: 4, Steps: 2000, Scheduler: Goroutines{}}, 8)
	if x, _ := out.Last(); !near(x, []float64{1, -2, 0.5}, 1e-6) || out.Loss[len(out.Loss)-1] > 1e-12 || out.Loss[0] < 1 {
		t.Errorf("fitted %v, loss %v to %v", x, out.Loss[0], out.Loss[len(out.Loss)-1])
	}
}

// A batch gradient of a network by central differences of its loss, and training by goroutines.
func TestNetwork(t *testing.T) {
	rng := source(9)
	x, y := mat.NewDense(40, 2, nil), mat.NewDense(40, 1, nil)
	for i := range 40 {
		x.SetRow(i, []float64{rng.NormFloat64(), rng.NormFloat64()})
		y.Set(i, 0, math.Sin(x.At(i, 0))-x.At(i, 1))
	}
	n := mlp.New(source(10), activation.Tanh, 2, 5, 1)
	task := Network(n, x, y, loss.SquaredHalf, 4000) // as good as all samples: 1/√4000 beside
	g := make([]float64, n.NumParams())
	theta := n.Params()
	task.Worker(0)(g, theta, source(11))
	for j := range theta {
		const h = 1e-5
		up, down := clone(theta), clone(theta)
		up[j] += h
		down[j] -= h
		if d := (task.Loss(up) - task.Loss(down)) / (2 * h); math.Abs(g[j]-d) > 0.15 {
			t.Errorf("parameter %d: %v, by differences %v", j, g[j], d)
		}
	}
	out := run(t, EAMSGD{Rate: 0.02, Momentum: 0.9, Alpha: 0.225, Period: 5}, Network(n, x, y, loss.SquaredHalf, 4), theta, Run{Workers: 4, Steps: 800, Every: 800, Scheduler: Goroutines{}}, 12)
	if last := out.Loss[len(out.Loss)-1]; last > 0.05*out.Loss[0] || !near(n.Params(), theta, 0) {
		t.Errorf("the loss fell from %v to %v", out.Loss[0], last)
	}
}
