package optim_test

import (
	_ "embed"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/optim"
)

//go:embed testdata/momentum.json
var momentumJSON []byte

// near reports whether all entries agree to tol, relative to the larger of 1 and the entry wanted.
func near(got, want []float64, tol float64) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= tol*math.Max(1, math.Abs(want[i]))) {
			return false
		}
	}
	return true
}

// PyTorch takes the same steps at the same rates. Its sums differ in order: the last digits may.
func TestMomentumGolden(t *testing.T) {
	var golden map[string]struct {
		Points [][]float64
		Rates  []float64
	}
	if err := json.Unmarshal(momentumJSON, &golden); err != nil {
		t.Fatal(err)
	}
	ball := func(s optim.Schedule) optim.Method { return optim.HeavyBall{Schedule: s, Momentum: 0.9, Steps: 60} }
	schedules := map[string]optim.Schedule{
		"StepDecay":   optim.StepDecay{Rate: 4e-4, Factor: 0.3, Every: 20},
		"Exponential": optim.Exponential{Rate: 4e-4, Factor: 0.95},
		"Cosine":      optim.Cosine{Rate: 4e-4, End: 1e-5, Steps: 60},
		"Inverse":     optim.Inverse{Rate: 4e-4, Scale: 8},
		"WarmUp":      optim.WarmUp{Steps: 10, Then: optim.Exponential{Rate: 4e-4, Factor: 0.95}},
	}
	methods := map[string]optim.Method{
		"HeavyBall": optim.HeavyBall{Rate: 2e-4, Momentum: 0.9, Steps: 100},
		"Nesterov":  optim.Nesterov{Rate: 2e-4, Momentum: 0.9, Steps: 100},
		"Adam":      optim.Adam{Rate: 0.05, Steps: 100},
		"AdamOther": optim.Adam{Rate: 0.02, Beta1: 0.7, Beta2: 0.95, Epsilon: 1e-3, Steps: 100},
	}
	for name, s := range schedules {
		methods[name] = ball(s)
		for k, want := range golden[name].Rates {
			if got := s.At(k); !(math.Abs(got-want) <= 1e-12*want) {
				t.Errorf("%s: rate %d is %v, want %v", name, k, got, want)
			}
		}
	}
	if len(methods) != len(golden) {
		t.Errorf("%d methods for %d golden runs", len(methods), len(golden))
	}
	for name, m := range methods {
		want := golden[name].Points
		x := minimize(t, m, rosenbrock(), []float64{-1.2, 1}, 0).X
		if name == "Nesterov" { // PyTorch's points are the look-aheads y_k = x_k + ρ(x_k − x_{k−1})
			y := [][]float64{x[0]}
			for k := 1; k < len(x); k++ {
				y = append(y, []float64{x[k][0] + 0.9*(x[k][0]-x[k-1][0]), x[k][1] + 0.9*(x[k][1]-x[k-1][1])})
			}
			x = y
		}
		if len(x) != len(want) || len(want) < 60 {
			t.Fatalf("%s: %d points, want %d", name, len(x), len(want))
		}
		for k := range want {
			if !near(x[k], want[k], 1e-10) {
				t.Fatalf("%s: point %d is %v, want %v", name, k, x[k], want[k])
			}
		}
	}
}

// The two forms of the heavy ball take the same steps at a constant rate, and with v_Polyak = −η v_HeavyBall. When the rate
// falls, HeavyBall shortens the remembered part of the step as well: by hand on L = x, with g = 1, ρ = ½, rates 1, 1, 0.1.
func TestHeavyBallForms(t *testing.T) {
	h, _ := spd(source(3), 0.3, 1, 7)
	p, x0 := optim.Quadratic(h, []float64{1, 2, 3}), []float64{-2, 0, 5}
	a := minimize(t, optim.HeavyBall{Rate: 0.2, Momentum: 0.8, Steps: 80}, p, x0, 0)
	b := minimize(t, optim.Polyak{Rate: 0.2, Momentum: 0.8, Steps: 80}, p, x0, 0)
	for k := range a.X {
		if !near(a.X[k], b.X[k], 1e-12) {
			t.Fatalf("point %d: %v and %v", k, a.X[k], b.X[k])
		}
	}
	s := optim.StepDecay{Rate: 1, Factor: 0.1, Every: 2}
	// velocities 1, 1.5, 1.75: steps 1, 1.5, 0.175
	got := minimize(t, optim.HeavyBall{Schedule: s, Momentum: 0.5, Steps: 3}, slope(), []float64{0}, 0).Coordinate(0)
	if !near(got, []float64{0, -1, -2.5, -2.675}, 1e-15) {
		t.Errorf("HeavyBall: %v", got)
	}
	// steps 1, 1.5, 0.75 + 0.1
	got = minimize(t, optim.Polyak{Schedule: s, Momentum: 0.5, Steps: 3}, slope(), []float64{0}, 0).Coordinate(0)
	if !near(got, []float64{0, -1, -2.5, -3.35}, 1e-15) {
		t.Errorf("Polyak: %v", got)
	}
}

// slope is L(x) = x: a gradient of 1 everywhere.
func slope() optim.Problem {
	return optim.Problem{N: 1,
		Loss: func(x []float64, _ []int) float64 { return x[0] },
		Grad: func(dst, _ []float64, _ []int) { dst[0] = 1 }}
}

// On a constant slope of 1 the ball has come k/(1 − ρ) − ρ(1 − ρᵏ)/(1 − ρ)² rates far after k steps, GD k: why momentum
// leaves a plateau. Adam goes one rate a step (to ε), whatever the slope.
func TestPlateau(t *testing.T) {
	const rho, rate, steps = 0.9, 0.01, 200
	want := func(k float64) float64 {
		return -rate * (k/(1-rho) - rho*(1-math.Pow(rho, k))/((1-rho)*(1-rho)))
	}
	// Nesterov's gradients are all 1 too, so its steps are the same
	for _, m := range []optim.Method{
		optim.HeavyBall{Rate: rate, Momentum: rho, Steps: steps},
		optim.Polyak{Rate: rate, Momentum: rho, Steps: steps},
		optim.Nesterov{Rate: rate, Momentum: rho, Steps: steps},
	} {
		for k, x := range minimize(t, m, slope(), []float64{0}, 0).Coordinate(0) {
			if !(math.Abs(x-want(float64(k))) <= 1e-11) {
				t.Fatalf("%T: x after %d steps is %v, want %v", m, k, x, want(float64(k)))
			}
		}
	}
	for k, x := range minimize(t, optim.Adam{Rate: rate, Steps: steps}, slope(), []float64{0}, 0).Coordinate(0) {
		if !(math.Abs(x+rate*float64(k)) <= 1e-6) {
			t.Fatalf("Adam: x after %d steps is %v", k, x)
		}
	}
}

// On a quadratic every coordinate in the eigenbasis follows its 2×2 recursion: closed form, start to end.
func TestMomentumClosedForm(t *testing.T) {
	rng := source(11)
	lambda := []float64{0.1, 0.7, 2, 5}
	h, q := spd(rng, lambda...)
	star, x0 := gaussian(rng, 4), gaussian(rng, 4)
	const rate, rho, steps = 0.25, 0.7, 60
	for _, c := range []struct {
		m   optim.Method
		rec func(l, now, before float64) float64
	}{
		{optim.Polyak{Rate: rate, Momentum: rho, Steps: steps}, func(l, now, before float64) float64 {
			return (1+rho-rate*l)*now - rho*before
		}},
		{optim.Nesterov{Rate: rate, Momentum: rho, Steps: steps}, func(l, now, before float64) float64 {
			return (1 - rate*l) * ((1+rho)*now - rho*before)
		}},
	} {
		tr := minimize(t, c.m, optim.Quadratic(h, star), x0, 0)
		for i, l := range lambda {
			e := func(k int) float64 { // the error along eigenvector i
				s := 0.0
				for j := range star {
					s += q.At(j, i) * (tr.X[k][j] - star[j])
				}
				return s
			}
			now, before := e(0), e(0) // v₀ = 0
			for k := range steps {
				now, before = c.rec(l, now, before), now
				if got := e(k + 1); !(math.Abs(got-now) <= 1e-12) {
					t.Fatalf("%T: λ = %v: error after %d steps is %v, want %v", c.m, l, k+1, got, now)
				}
			}
		}
	}
}

// Below its limit each method converges, above it diverges; at it the factor of λ_max is 1, and the order of the limits is
// Nesterov < GD < heavy ball.
func TestLimits(t *testing.T) {
	rng := source(12)
	h, _ := spd(rng, 0.5, 1, 3, 8)
	p, x0 := optim.Quadratic(h, make([]float64, 4)), []float64{1, 1, 1, 1}
	for _, rho := range []float64{0, 0.3, 0.9} {
		gd, hb, ne := optim.StepLimit(h), optim.HeavyBallLimit(h, rho), optim.NesterovLimit(h, rho)
		if !(math.Abs(gd-2.0/8) < 1e-12) {
			t.Errorf("GD's limit is %v", gd)
		}
		if rho == 0 && (hb != gd || ne != gd) || rho > 0 && !(ne < gd && gd < hb) {
			t.Errorf("ρ = %v: limits %v, %v, %v", rho, ne, gd, hb)
		}
		for _, f := range []float64{optim.GDFactor(gd, 8), optim.HeavyBallFactor(hb, rho, 8), optim.NesterovFactor(ne, rho, 8)} {
			if !(math.Abs(f-1) <= 1e-9) {
				t.Errorf("ρ = %v: a factor of %v at the limit", rho, f)
			}
		}
		for _, c := range []struct {
			limit  float64
			method func(rate float64, steps int) optim.Method
		}{
			{hb, func(r float64, n int) optim.Method {
				return optim.HeavyBall{Rate: r, Momentum: rho, Steps: n, Every: n}
			}},
			{hb, func(r float64, n int) optim.Method { return optim.Polyak{Rate: r, Momentum: rho, Steps: n, Every: n} }},
			{ne, func(r float64, n int) optim.Method { return optim.Nesterov{Rate: r, Momentum: rho, Steps: n, Every: n} }},
		} {
			x, _, _ := minimize(t, c.method(0.99*c.limit, 20000), p, x0, 0).Last()
			if floats.Norm(x, 2) > 1e-9 {
				t.Errorf("%T below the limit, ρ = %v: ends at %v", c.method(1, 1), rho, x)
			}
			_, err := c.method(1.01*c.limit, 100000).Minimize(background, p, x0, nil)
			if !errors.Is(err, optim.ErrDiverged) {
				t.Errorf("%T above the limit, ρ = %v: %v", c.method(1, 1), rho, err)
			}
		}
	}
}

// The measured factor a step is the theory's; the best heavy ball beats the usual Nesterov beats the best GD.
func TestMomentumRates(t *testing.T) {
	rng := source(13)
	const lo, hi = 0.01, 4.0
	h, _ := spd(rng, lo, 0.1, 1, hi)
	p := optim.Quadratic(h, make([]float64, 4))
	x0 := []float64{1, -2, 1, 3}
	rootK := math.Sqrt(hi / lo)
	// measured is the mean factor a step from step 300 to 900
	measured := func(m optim.Method) float64 {
		tr := minimize(t, m, p, x0, 0)
		return math.Pow(floats.Norm(tr.X[900], 2)/floats.Norm(tr.X[300], 2), 1.0/600)
	}
	worst := func(f func(l float64) float64) (w float64) {
		for _, l := range []float64{lo, 0.1, 1, hi} {
			w = math.Max(w, f(l))
		}
		return w
	}
	rate, rho := optim.BestHeavyBall(h)
	hb := worst(func(l float64) float64 { return optim.HeavyBallFactor(rate, rho, l) })
	// a double root at λ_min and λ_max: the discriminant's rounding, 10⁻¹⁶, comes out as its root
	if want := (rootK - 1) / (rootK + 1); !(math.Abs(hb-want) <= 1e-7) {
		t.Errorf("best heavy ball: factor %v, want %v", hb, want)
	}
	// and the double root makes the error k·factorᵏ: (900/300)^(1/600) more a step, 1.0018
	if got := measured(optim.Polyak{Rate: rate, Momentum: rho, Steps: 900}); !(math.Abs(got/hb-math.Pow(3, 1.0/600)) <= 1e-3) {
		t.Errorf("best heavy ball: measured %v, theory %v", got, hb)
	}
	rate, rho = optim.UsualNesterov(h)
	ne := worst(func(l float64) float64 { return optim.NesterovFactor(rate, rho, l) })
	if want := 1 - 1/rootK; !(math.Abs(ne-want) <= 1e-7) {
		t.Errorf("Nesterov: factor %v, want %v", ne, want)
	}
	if got := measured(optim.Nesterov{Rate: rate, Momentum: rho, Steps: 900}); !(math.Abs(got/ne-math.Pow(3, 1.0/600)) <= 1e-3) {
		t.Errorf("Nesterov: measured %v, theory %v", got, ne)
	}
	best := optim.BestRate(h)
	gd := worst(func(l float64) float64 { return optim.GDFactor(best, l) })
	if want := (rootK*rootK - 1) / (rootK*rootK + 1); !(math.Abs(gd-want) <= 1e-12) {
		t.Errorf("GD: factor %v, want %v", gd, want)
	}
	if got := measured(optim.GD{Rate: best, Steps: 900}); !(math.Abs(got-gd) <= 1e-9) {
		t.Errorf("GD: measured %v, theory %v", got, gd)
	}
	if !(hb < ne && ne < gd) {
		t.Errorf("factors: heavy ball %v, Nesterov %v, GD %v", hb, ne, gd)
	}
	// no other setting of the heavy ball has a smaller worst factor
	rate, rho = optim.BestHeavyBall(h)
	for range 2000 {
		r, m := rate*math.Exp(0.5*rng.NormFloat64()), rho+(1-rho)*(2*rng.Float64()-1)
		if f := math.Max(optim.HeavyBallFactor(r, m, lo), optim.HeavyBallFactor(r, m, hi)); f < hb-1e-7 {
			t.Fatalf("rate %v and momentum %v have the factor %v < %v", r, m, f, hb)
		}
	}
}

// Without momentum all three are GD to the bit, and on batches SGD.
func TestNoMomentum(t *testing.T) {
	l := readGolden(t).Logistic
	p := logistic(l.A, l.Y, l.Mu)
	want := minimize(t, optim.GD{Rate: 0.5, Steps: 30}, p, l.X0, 0)
	perEpoch := (p.N + 6) / 7
	sgd := minimize(t, optim.SGD{Rate: 0.5, Batch: 7, Epochs: 4, Every: 1}, p, l.X0, 9)
	for name, m := range map[string][2]optim.Method{
		"HeavyBall": {optim.HeavyBall{Rate: 0.5, Steps: 30}, optim.HeavyBall{Rate: 0.5, Steps: 4 * perEpoch, Batch: 7}},
		"Polyak":    {optim.Polyak{Rate: 0.5, Steps: 30}, optim.Polyak{Rate: 0.5, Steps: 4 * perEpoch, Batch: 7}},
		"Nesterov":  {optim.Nesterov{Rate: 0.5, Steps: 30}, optim.Nesterov{Rate: 0.5, Steps: 4 * perEpoch, Batch: 7}},
	} {
		got := minimize(t, m[0], p, l.X0, 0)
		for k := range want.X {
			if !near(got.X[k], want.X[k], 1e-13) {
				t.Fatalf("%s: point %d is %v, GD's %v", name, k, got.X[k], want.X[k])
			}
		}
		got = minimize(t, m[1], p, l.X0, 9)
		for k := range sgd.X {
			if !near(got.X[k], sgd.X[k], 1e-13) || got.Samples[k] != sgd.Samples[k] {
				t.Fatalf("%s: point %d is %v, SGD's %v", name, k, got.X[k], sgd.X[k])
			}
		}
	}
}

// All of them find the minimum of the logistic regression that SciPy found.
func TestMomentumMinimum(t *testing.T) {
	l := readGolden(t).Logistic
	start := slices.Clone(l.X0)
	for _, m := range []optim.Method{
		optim.HeavyBall{Rate: 0.3, Momentum: 0.9, Steps: 1000, Every: 1000},
		optim.Polyak{Rate: 0.3, Momentum: 0.9, Steps: 1000, Every: 1000},
		optim.Nesterov{Rate: 0.3, Momentum: 0.9, Steps: 1000, Every: 1000},
		optim.Adam{Schedule: optim.Cosine{Rate: 0.1, Steps: 4000}, Steps: 4000, Every: 4000},
	} {
		x, _, _ := minimize(t, m, logistic(l.A, l.Y, l.Mu), l.X0, 0).Last()
		if d := floats.Distance(x, l.Minimum, 2); !(d <= 1e-6) {
			t.Errorf("%T ends %g from the minimum", m, d)
		}
		if !slices.Equal(start, l.X0) {
			t.Fatalf("%T changed the start", m)
		}
	}
}

// Adam does not see the scale of the loss while ε is small against the gradient.
func TestAdamScale(t *testing.T) {
	scaled := func(c float64) optim.Problem {
		r := rosenbrock()
		return optim.Problem{N: 1,
			Loss: func(x []float64, b []int) float64 { return c * r.Loss(x, b) },
			Grad: func(dst, x []float64, b []int) { r.Grad(dst, x, b); floats.Scale(c, dst) }}
	}
	m := optim.Adam{Rate: 0.01, Epsilon: 1e-30, Steps: 200}
	a := minimize(t, m, scaled(1), []float64{-1.2, 1}, 0)
	b := minimize(t, m, scaled(1e6), []float64{-1.2, 1}, 0)
	for k := range a.X {
		if !near(a.X[k], b.X[k], 1e-8) {
			t.Fatalf("point %d: %v and %v", k, a.X[k], b.X[k])
		}
	}
}

// SGD on ½(x − b)² with η_k = 1/(k + 1) averages: after a whole epoch it is at the mean, whatever the order and the start.
func TestInverseAverages(t *testing.T) {
	b := []float64{1, 2, 6, -4, 0.5, 11}
	for seed := range uint64(5) {
		m := optim.HeavyBall{Schedule: optim.Inverse{Rate: 1, Scale: 1}, Steps: len(b), Batch: 1}
		x, _, _ := minimize(t, m, line(b...), []float64{100}, seed).Last()
		if want := floats.Sum(b) / float64(len(b)); !(math.Abs(x[0]-want) <= 1e-12) {
			t.Errorf("seed %d: %v, want %v", seed, x[0], want)
		}
	}
}

// Ends and corners of the schedules, beside the golden runs.
func TestSchedules(t *testing.T) {
	for _, c := range []struct {
		s    optim.Schedule
		k    int
		want float64
	}{
		{optim.Constant{Rate: 0.3}, 1e6, 0.3},
		{optim.StepDecay{Rate: 1, Factor: 0.5, Every: 10}, 9, 1},
		{optim.StepDecay{Rate: 1, Factor: 0.5, Every: 10}, 10, 0.5},
		{optim.StepDecay{Rate: 1, Factor: 0.5, Every: 10}, 29, 0.25},
		{optim.Exponential{Rate: 2, Factor: 0.5}, 3, 0.25},
		{optim.Cosine{Rate: 2, End: 0, Steps: 100}, 0, 2},
		{optim.Cosine{Rate: 2, End: 0.5, Steps: 100}, 50, 1.25},
		{optim.Cosine{Rate: 2, End: 0.5, Steps: 100}, 100, 0.5},
		{optim.Cosine{Rate: 2, End: 0.5, Steps: 100}, 1e9, 0.5},
		{optim.Inverse{Rate: 3, Scale: 4}, 4, 1.5},
		{optim.Inverse{Rate: 3, Scale: 4}, 8, 1},
		{optim.WarmUp{Steps: 4, Then: optim.Constant{Rate: 8}}, 0, 2},
		{optim.WarmUp{Steps: 4, Then: optim.Constant{Rate: 8}}, 3, 8},
		{optim.WarmUp{Steps: 4, Then: optim.Inverse{Rate: 8, Scale: 1}}, 5, 4},
		{optim.WarmUp{Steps: 0, Then: optim.Inverse{Rate: 8, Scale: 1}}, 1, 4},
	} {
		if got := c.s.At(c.k); !(math.Abs(got-c.want) <= 1e-14*c.want) {
			t.Errorf("%+v: rate %d is %v, want %v", c.s, c.k, got, c.want)
		}
	}
	p, q := slope(), []float64{0}
	h := mat.NewSymDense(2, []float64{1, 0, 0, -1})
	for name, f := range map[string]func(){
		"constant 0":       func() { optim.Constant{}.At(0) },
		"factor above 1":   func() { optim.Exponential{Rate: 1, Factor: 1.1}.At(0) },
		"step every 0":     func() { optim.StepDecay{Rate: 1, Factor: 0.5, Every: 0}.At(0) },
		"cosine climbs":    func() { optim.Cosine{Rate: 1, End: 2, Steps: 10}.At(0) },
		"inverse NaN":      func() { optim.Inverse{Rate: 1, Scale: math.NaN()}.At(0) },
		"warm-up to what":  func() { optim.WarmUp{Steps: 3}.At(0) },
		"before the start": func() { optim.Constant{Rate: 1}.At(-1) },
		"no rate":          func() { optim.HeavyBall{Steps: 1}.Minimize(background, p, q, nil) },
		"momentum 1":       func() { optim.Polyak{Rate: 1, Momentum: 1}.Minimize(background, p, q, nil) },
		"momentum NaN":     func() { optim.Nesterov{Rate: 1, Momentum: math.NaN()}.Minimize(background, p, q, nil) },
		"beta 1":           func() { optim.Adam{Rate: 1, Beta1: 1}.Minimize(background, p, q, nil) },
		"steps < 0":        func() { optim.Adam{Rate: 1, Steps: -1}.Minimize(background, p, q, nil) },
		"no rng":           func() { optim.HeavyBall{Rate: 1, Batch: 1}.Minimize(background, p, q, nil) },
		"indefinite":       func() { optim.BestHeavyBall(h) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
	for _, m := range []optim.Method{optim.HeavyBall{Rate: 1, Steps: 9}, optim.Polyak{Rate: 1, Steps: 9}, optim.Nesterov{Rate: 1, Steps: 9}, optim.Adam{Rate: 1, Steps: 9}} {
		if tr, err := m.Minimize(background, p, []float64{math.NaN()}, nil); err == nil || tr != nil {
			t.Errorf("%T from NaN: %v", m, err)
		}
	}
}

// A step of each method on 1000 coordinates.
func BenchmarkStep(b *testing.B) {
	const d, steps = 1000, 100
	p := optim.Problem{N: 1,
		Loss: func(x []float64, _ []int) float64 { return floats.Dot(x, x) / 2 },
		Grad: func(dst, x []float64, _ []int) { copy(dst, x) }}
	x0 := gaussian(source(1), d)
	for _, c := range []struct {
		name string
		m    optim.Method
	}{
		{"GD", optim.GD{Rate: 0.01, Steps: steps, Every: steps}},
		{"HeavyBall", optim.HeavyBall{Rate: 0.01, Momentum: 0.9, Steps: steps, Every: steps}},
		{"Polyak", optim.Polyak{Rate: 0.01, Momentum: 0.9, Steps: steps, Every: steps}},
		{"Nesterov", optim.Nesterov{Rate: 0.01, Momentum: 0.9, Steps: steps, Every: steps}},
		{"Adam", optim.Adam{Rate: 0.01, Steps: steps, Every: steps}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.m.Minimize(background, p, x0, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/steps, "ns/step")
		})
	}
}
