package implicit_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"nncourse/lib/gradcheck"
	"nncourse/lib/implicit"
)

var background = context.Background()

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 6)) }

func gaussian(rng *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

// parts is a logistic regression of m samples, each a minibatch.
func parts(rng *rand.Rand, m, d int) []implicit.Loss {
	var p []implicit.Loss
	for range m {
		p = append(p, implicit.Logistic(gaussian(rng, d), float64(2*rng.IntN(2)-1), 0.1))
	}
	return p
}

func bowl(rng *rand.Rand, d int) implicit.Loss {
	h := make([][]float64, d)
	b := make([][]float64, d)
	for i := range b {
		b[i] = gaussian(rng, d)
	}
	for i := range h {
		h[i] = make([]float64, d)
		for j := range h[i] {
			for k := range d {
				h[i][j] += b[i][k] * b[j][k]
			}
		}
	}
	return implicit.Quadratic(h, gaussian(rng, d))
}

func end(t testing.TB, l implicit.Loss, w0 []float64, time float64) []float64 {
	t.Helper()
	p, err := implicit.Flow(background, l, w0, time)
	if err != nil {
		t.Fatal(err)
	}
	return p.End()
}

func order(t testing.TB, steps, errs []float64) float64 {
	t.Helper()
	p, err := implicit.Order(steps, errs)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Every gradient against differences of its value, every HVP against differences of its gradient.
func TestDerivatives(t *testing.T) {
	rng := source(1)
	data := parts(rng, 4, 3)
	for name, l := range map[string]implicit.Loss{
		"quadratic": bowl(rng, 3), "logistic": data[0], "mean": implicit.Mean(data), "GD": implicit.GD(data[1], 0.4),
		"GD of a mean": implicit.GD(implicit.Mean(data), 0.4), "SGD": implicit.SGD(data, 0.4),
		"without m": implicit.WithoutM(data, 0.4), "printed": implicit.Printed(data, 0.4),
		"product": implicit.Product(1.5), "GD of the product": implicit.GD(implicit.Product(1.5), 0.2),
	} {
		d := 3
		if strings.Contains(name, "product") {
			d = 2
		}
		for range 5 {
			w, g := gaussian(rng, d), make([]float64, d)
			l.Gradient(g, w)
			if err := (gradcheck.Checker{}).Check(l.Value, w, g, rng).Err(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if l.HVP == nil {
				continue
			}
			v, h := gaussian(rng, d), make([]float64, d)
			l.HVP(h, w, v)
			const s = 1e-5 // central differences: error about s² and 1e-16/s
			up, down := make([]float64, d), make([]float64, d)
			for i := range w {
				w[i] += s * v[i]
			}
			l.Gradient(up, w)
			for i := range w {
				w[i] -= 2 * s * v[i]
			}
			l.Gradient(down, w)
			for i := range h {
				if n := (up[i] - down[i]) / (2 * s); math.Abs(n-h[i]) > 1e-7*(1+math.Abs(h[i])) {
					t.Errorf("%s: HVP[%d] is %v, differences give %v", name, i, h[i], n)
				}
			}
		}
	}
}

// On a bowl everything is known: GD multiplies by 1 − ελ, the flow of L by exp(−λT), that of the modified loss by
// exp(−(λ + ελ²/2)T).
func TestClosedForms(t *testing.T) {
	const rate, n = 0.05, 40
	lambda := []float64{0.3, 2, 5}
	l := implicit.Quadratic([][]float64{{0.3, 0, 0}, {0, 2, 0}, {0, 0, 5}}, []float64{1, -1, 2})
	w0 := []float64{3, 1, -4}
	points, err := implicit.Descend(l, w0, rate, n)
	if err != nil || len(points) != n+1 {
		t.Fatal(len(points), err)
	}
	plain, modified := end(t, l, w0, n*rate), end(t, implicit.GD(l, rate), w0, n*rate)
	for i, c := range []float64{1, -1, 2} {
		for name, v := range map[string][2]float64{
			"GD":            {points[n][i], math.Pow(1-rate*lambda[i], n)},
			"flow of L":     {plain[i], math.Exp(-lambda[i] * n * rate)},
			"flow of GD(L)": {modified[i], math.Exp(-(lambda[i] + rate*lambda[i]*lambda[i]/2) * n * rate)},
		} {
			if want := c + (w0[i]-c)*v[1]; math.Abs(v[0]-want) > 1e-10 {
				t.Errorf("%s: w[%d] = %.15g, want %.15g", name, i, v[0], want)
			}
		}
	}
}

//go:embed testdata/golden.json
var goldenJSON []byte

func TestGolden(t *testing.T) {
	var g struct {
		Pendulum, PendulumBack, Volterra []float64
		A                                [][]float64
		Y, W0                            []float64
		Mu, Rate, Time                   float64
		Plain, GD, SGD                   []float64
	}
	if err := json.Unmarshal(goldenJSON, &g); err != nil {
		t.Fatal(err)
	}
	tight := implicit.DormandPrince{Relative: 1e-12, Absolute: 1e-13}
	pendulum := func(d []float64, t float64, y []float64) {
		d[0], d[1] = y[1], -math.Sin(y[0])-0.2*y[1]+0.5*math.Cos(1.3*t)
	}
	volterra := func(d []float64, _ float64, y []float64) { d[0], d[1] = 1.5*y[0]-y[0]*y[1], y[0]*y[1]-3*y[1] }
	solve := func(f func(d []float64, t float64, y []float64), t0, t1 float64, y0 ...float64) []float64 {
		p, err := tight.Solve(background, f, y0, t0, t1)
		if err != nil {
			t.Fatal(err)
		}
		return p.End()
	}
	var data []implicit.Loss
	for i := range g.A {
		data = append(data, implicit.Logistic(g.A[i], g.Y[i], g.Mu))
	}
	mean := implicit.Mean(data)
	for name, c := range map[string][2][]float64{
		"pendulum":       {solve(pendulum, 0.5, 12, 1, 0.3), g.Pendulum},
		"pendulum, back": {solve(pendulum, 2, -1, 1, 0.3), g.PendulumBack},
		"volterra":       {solve(volterra, 0, 10, 2, 1), g.Volterra},
		"flow of L":      {end(t, mean, g.W0, g.Time), g.Plain},
		"flow of GD":     {end(t, implicit.GD(mean, g.Rate), g.W0, g.Time), g.GD},
		"flow of SGD":    {end(t, implicit.SGD(data, g.Rate), g.W0, g.Time), g.SGD},
	} {
		if len(c[1]) == 0 || implicit.Distance(c[0], c[1]) > 1e-9 { // 1e-12 a step, growing along the way
			t.Errorf("%s: %v, SciPy %v", name, c[0], c[1])
		}
	}
}

// The error follows the tolerance, and a tighter one costs more.
func TestTolerance(t *testing.T) {
	f := func(d []float64, _ float64, y []float64) { d[0], d[1] = y[1], -y[0] }
	last, evaluations := math.Inf(1), 0
	for _, tol := range []float64{1e-4, 1e-6, 1e-8, 1e-10} {
		p, err := implicit.DormandPrince{Relative: tol, Absolute: tol}.Solve(background, f, []float64{0, 1}, 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		e := implicit.Distance(p.End(), []float64{math.Sin(10), math.Cos(10)})
		if e > 50*tol || e >= last || p.Evaluations <= evaluations {
			t.Errorf("tolerance %v: error %v after %d evaluations (before: %v, %d)", tol, e, p.Evaluations, last, evaluations)
		}
		if len(p.T) != len(p.Y) || p.T[len(p.T)-1] != 10 || !slices.IsSorted(p.T) || p.Evaluations < 6*(len(p.T)-1+p.Rejected) {
			t.Errorf("tolerance %v: times or counts are wrong: %d points, %d evaluations", tol, len(p.T), p.Evaluations)
		}
		last, evaluations = e, p.Evaluations
	}
	// a first step far too long is refused and made good
	p, err := implicit.DormandPrince{Relative: 1e-8, Absolute: 1e-8, First: 9}.Solve(background, f, []float64{0, 1}, 0, 10)
	if err != nil || p.Rejected == 0 || implicit.Distance(p.End(), []float64{math.Sin(10), math.Cos(10)}) > 1e-6 {
		t.Errorf("first step 9: %d refused, %v", p.Rejected, err)
	}
}

func TestSolverErrors(t *testing.T) {
	square := func(d []float64, _ float64, y []float64) { d[0] = y[0] * y[0] } // 1/(1 − t)
	zero := func(d []float64, _ float64, y []float64) { clear(d) }
	solve := func(s implicit.DormandPrince, f func([]float64, float64, []float64), y0, t1 float64) (*implicit.Path, error) {
		return s.Solve(background, f, []float64{y0}, 0, t1)
	}
	p, err := solve(implicit.DormandPrince{}, square, 1, 2)
	if at := p.T[len(p.T)-1]; err == nil || math.Abs(at-1) > 1e-6 {
		t.Errorf("through the singularity at 1: t = %v, error %v", at, err)
	}
	if _, err := solve(implicit.DormandPrince{MaxSteps: 3}, square, 1, 0.999); err == nil || !strings.Contains(err.Error(), "3 steps") {
		t.Errorf("three steps: %v", err)
	}
	if _, err := solve(implicit.DormandPrince{}, zero, math.NaN(), 1); err == nil {
		t.Error("a start of NaN gave no error")
	}
	if _, err := solve(implicit.DormandPrince{}, func(d []float64, _ float64, _ []float64) { d[0] = math.NaN() }, 1, 1); err == nil {
		t.Error("f = NaN gave no error")
	}
	if p, err := solve(implicit.DormandPrince{}, zero, 7, 1e6); err != nil || p.End()[0] != 7 {
		t.Errorf("nothing moves: %v", err)
	}
	if p, err := solve(implicit.DormandPrince{Relative: 1e-8}, zero, 0, 1); err != nil || p.End()[0] != 0 { // the scale is 0
		t.Errorf("zero stays zero: %v", err)
	}
	if p, err := solve(implicit.DormandPrince{}, square, 1, 0); err != nil || len(p.T) != 1 {
		t.Errorf("no time: %d points, %v", len(p.T), err)
	}
	ctx, stop := context.WithCancelCause(background)
	why := errors.New("enough")
	stop(why)
	if _, err := implicit.Flow(ctx, implicit.Product(1), []float64{1, 2}, 1); !errors.Is(err, why) {
		t.Errorf("after the end of the context: %v", err)
	}
	if _, err := implicit.MeanEpoch(ctx, parts(source(1), 3, 2), []float64{1, 2}, 0.1); !errors.Is(err, why) {
		t.Errorf("MeanEpoch after the end of the context: %v", err)
	}
}

// halvings returns steps 1/8, 1/16, … of a time of 2 and their numbers.
func halvings() (rates []float64, counts []int) {
	for n := 16; n <= 256; n *= 2 {
		rates, counts = append(rates, 2/float64(n)), append(counts, n)
	}
	return
}

// GD after the time 2: order 1 to the flow of L, order 2 to that of the modified loss. After one step: 2 and 3.
func TestOrdersOfGD(t *testing.T) {
	rng := source(3)
	for name, c := range map[string]struct {
		l  implicit.Loss
		w0 []float64
	}{
		"product":  {implicit.Product(1), []float64{1.6, 0.2}},
		"logistic": {implicit.Mean(parts(rng, 8, 3)), []float64{1, -2, 1.5}},
		"bowl":     {implicit.Quadratic([][]float64{{1, 0.3}, {0.3, 0.5}}, []float64{0, 1}), []float64{2, -1}},
	} {
		rates, counts := halvings()
		flow := end(t, c.l, c.w0, 2)
		var e [4][]float64
		for i, rate := range rates {
			points, err := implicit.Descend(c.l, c.w0, rate, counts[i])
			if err != nil {
				t.Fatal(err)
			}
			modified := implicit.GD(c.l, rate)
			e[0] = append(e[0], implicit.Distance(points[counts[i]], flow))
			e[1] = append(e[1], implicit.Distance(points[counts[i]], end(t, modified, c.w0, 2)))
			e[2] = append(e[2], implicit.Distance(points[1], end(t, c.l, c.w0, rate)))
			e[3] = append(e[3], implicit.Distance(points[1], end(t, modified, c.w0, rate)))
		}
		for i, want := range []float64{1, 2, 2, 3} {
			p := order(t, rates, e[i])
			t.Logf("%s, distance %d: order %.3f", name, i, p)
			if math.Abs(p-want) > 0.2 {
				t.Errorf("%s: order %.3f, want %v; errors %v", name, p, want, e[i])
			}
		}
	}
}

// The mean SGD epoch: only the form with ∇ and 1/m falls eightfold for each halving.
func TestOrdersOfSGD(t *testing.T) {
	for seed := range uint64(5) {
		rng := source(10 + seed)
		m := 4 + int(seed)%3
		data := parts(rng, m, 3)
		w0 := gaussian(rng, 3)
		mean := implicit.Mean(data)
		var rates []float64
		var e [5][]float64
		for rate := 0.04; rate > 0.002; rate /= 2 {
			target, err := implicit.MeanEpoch(background, data, w0, rate)
			if err != nil {
				t.Fatal(err)
			}
			rates = append(rates, rate)
			for i, l := range []implicit.Loss{implicit.SGD(data, rate), mean, implicit.GD(mean, rate), implicit.WithoutM(data, rate), implicit.Printed(data, rate)} {
				e[i] = append(e[i], implicit.Distance(target, end(t, l, w0, float64(m)*rate)))
			}
		}
		names := []string{"SGD", "L", "GD", "without 1/m", "as printed"}
		for i, want := range []float64{3, 2, 2, 2, 2} {
			p := order(t, rates, e[i])
			t.Logf("seed %d, m = %d, %s: order %.3f", seed, m, names[i], p)
			if math.Abs(p-want) > 0.2 {
				t.Errorf("seed %d, m = %d, %s: order %.3f, want %v; errors %v", seed, m, names[i], p, want, e[i])
			}
		}
	}
}

// MeanEpoch is the mean of Epoch over all orders.
func TestMeanEpoch(t *testing.T) {
	data := parts(source(4), 4, 2)
	w0 := []float64{1, -1}
	var orders [][]int
	var permute func(o, rest []int)
	permute = func(o, rest []int) {
		if len(rest) == 0 {
			orders = append(orders, slices.Clone(o))
		}
		for i, k := range rest {
			permute(append(slices.Clone(o), k), slices.Delete(slices.Clone(rest), i, i+1))
		}
	}
	permute(nil, []int{0, 1, 2, 3})
	mean := make([]float64, 2)
	for _, o := range orders {
		w, err := implicit.Epoch(data, w0, 0.5, o)
		if err != nil {
			t.Fatal(err)
		}
		for i := range w {
			mean[i] += w[i] / float64(len(orders))
		}
	}
	got, err := implicit.MeanEpoch(background, data, w0, 0.5)
	if err != nil || len(orders) != 24 || implicit.Distance(got, mean) > 1e-14 {
		t.Errorf("%d orders: mean %v, MeanEpoch %v, %v", len(orders), mean, got, err)
	}
	if _, err := implicit.MeanEpoch(background, parts(source(1), implicit.MaxShuffled+1, 2), w0, 0.1); err == nil {
		t.Error("too many minibatches gave no error")
	}
	if _, err := implicit.MeanEpoch(background, []implicit.Loss{implicit.Product(1)}, []float64{1e200, 1e200}, 1); err == nil {
		t.Error("an overflow gave no error")
	}
}

func TestProperties(t *testing.T) {
	rng := source(7)
	for range 20 {
		data := parts(rng, 1+rng.IntN(5), 3)
		rate, w := rng.Float64()+0.01, gaussian(rng, 3)
		mean := implicit.Mean(data)
		l, gd, sgd, wrong := mean.Value(w), implicit.GD(mean, rate).Value(w), implicit.SGD(data, rate).Value(w), implicit.WithoutM(data, rate).Value(w)
		// each term is a square
		if !(l <= gd && gd <= sgd*(1+1e-15) && sgd <= wrong*(1+1e-15)) {
			t.Errorf("L %v ≤ GD %v ≤ SGD %v ≤ without m %v fails", l, gd, sgd, wrong)
		}
		// L + ε/(4m) Σ‖∇Lₖ‖² is the mean of each minibatch's own modified loss
		own := 0.0
		for _, p := range data {
			own += implicit.GD(p, rate).Value(w) / float64(len(data))
		}
		if math.Abs(own-sgd) > 1e-13*(1+sgd) {
			t.Errorf("mean of modified losses %v, SGD %v", own, sgd)
		}
		// equal minibatches have no variance
		same := implicit.SGD([]implicit.Loss{data[0], data[0], data[0]}, rate).Value(w)
		if alone := implicit.GD(data[0], rate).Value(w); math.Abs(same-alone) > 1e-14*(1+alone) {
			t.Errorf("three equal minibatches: %v, alone %v", same, alone)
		}
		// along the flow L falls, and forth and back is nothing
		p, err := implicit.Flow(background, mean, w, 3)
		if err != nil {
			t.Fatal(err)
		}
		for i := 1; i < len(p.Y); i++ {
			if mean.Value(p.Y[i]) > mean.Value(p.Y[i-1])+1e-12 {
				t.Errorf("L rises along its flow at t = %v", p.T[i])
			}
		}
	}
	// what the flow keeps and GD loses: a² − b² on the product loss
	p, err := implicit.Flow(background, implicit.Product(1), []float64{2, 0.1}, 20)
	if err != nil {
		t.Fatal(err)
	}
	w := p.End()
	if got, want := w[0]*w[0]-w[1]*w[1], 2.0*2-0.1*0.1; math.Abs(got-want) > 1e-9 || math.Abs(w[0]*w[1]-1) > 1e-9 {
		t.Errorf("a² − b² is %v after the flow, was %v; ab = %v", got, want, w[0]*w[1])
	}
	// both GD and the flow of its modified loss end flatter: a² + b² smaller
	points, err := implicit.Descend(implicit.Product(1), []float64{2, 0.1}, 0.2, 400)
	if err != nil {
		t.Fatal(err)
	}
	g := points[400]
	m := end(t, implicit.GD(implicit.Product(1), 0.2), []float64{2, 0.1}, 80)
	flat := func(w []float64) float64 { return w[0]*w[0] + w[1]*w[1] }
	if !(flat(g) < flat(w)-0.01 && flat(m) < flat(w)-0.01) {
		t.Errorf("a² + b²: flow %v, GD %v, modified flow %v", flat(w), flat(g), flat(m))
	}
}

func TestOrderErrs(t *testing.T) {
	if p := order(t, []float64{1, 2, 4}, []float64{3, 24, 192}); math.Abs(p-3) > 1e-14 {
		t.Errorf("3x³ has order %v", p)
	}
	for _, c := range [][2][]float64{{{1}, {1}}, {{}, {}}, {{1, 1}, {1, 2}}, {{1, 2}, {0, 1}}, {{-1, 2}, {1, 1}}, {{1, math.Inf(1)}, {1, 1}}, {{1, 2}, {1, math.NaN()}}} {
		if p, err := implicit.Order(c[0], c[1]); err == nil {
			t.Errorf("Order(%v) = %v without an error", c, p)
		}
	}
}

func TestPanics(t *testing.T) {
	l := implicit.Product(1)
	for name, f := range map[string]func(){
		"rate 0":       func() { implicit.GD(l, 0) },
		"rate NaN":     func() { implicit.Descend(l, []float64{1, 1}, math.NaN(), 1) },
		"no HVP":       func() { implicit.GD(implicit.GD(l, 0.1), 0.1) },
		"no parts":     func() { implicit.Mean(nil) },
		"steps":        func() { implicit.Descend(l, []float64{1, 1}, 1, -1) },
		"order":        func() { implicit.Epoch([]implicit.Loss{l}, []float64{1, 1}, 1, []int{1}) },
		"lengths":      func() { implicit.Order([]float64{1, 2}, []float64{1}) },
		"tolerance":    func() { implicit.DormandPrince{Relative: -1}.Solve(background, nil, []float64{1}, 0, 1) },
		"time":         func() { implicit.DormandPrince{}.Solve(background, nil, []float64{1}, 0, math.Inf(1)) },
		"shape of H c": func() { implicit.Quadratic([][]float64{{1}}, []float64{1, 2}) },
	} {
		func() {
			defer func() {
				if r := recover(); r == nil || !strings.HasPrefix(fmt.Sprint(r), "implicit: ") {
					t.Errorf("%s: panic %v", name, r)
				}
			}()
			f()
		}()
	}
	if _, err := implicit.Descend(l, []float64{1e200, 1e200}, 1, 3); err == nil {
		t.Error("a divergence gave no error")
	}
	if _, err := implicit.Epoch([]implicit.Loss{l}, []float64{1e200, 1e200}, 1, []int{0}); err == nil {
		t.Error("a divergence gave no error")
	}
}

func BenchmarkFlow(b *testing.B) {
	l := implicit.GD(implicit.Mean(parts(source(1), 50, 10)), 0.1)
	w0 := gaussian(source(2), 10)
	for b.Loop() {
		if _, err := implicit.Flow(background, l, w0, 5); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMeanEpoch7(b *testing.B) {
	data := parts(source(1), 7, 10)
	w0 := gaussian(source(2), 10)
	for b.Loop() {
		if _, err := implicit.MeanEpoch(background, data, w0, 0.1); err != nil {
			b.Fatal(err)
		}
	}
}
