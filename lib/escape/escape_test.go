package escape_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats"

	"nncourse/lib/escape"
	"nncourse/lib/gradcheck"
	"nncourse/lib/optim"
)

var ctx = context.Background()

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

type golden struct {
	Beta, Sharp, Flat, Distance, Floor float64
	Left, Right, Saddle, Height        float64
	Points, Grad                       [][]float64
	Loss                               []float64
	Exit                               []struct{ T, Time, Back float64 }
	Share                              []struct{ T, Left float64 }
}

func read(t *testing.T) (g golden) {
	t.Helper()
	b, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	if len(g.Points) == 0 || len(g.Exit) == 0 || len(g.Share) == 0 {
		t.Fatal("the golden file lacks a part")
	}
	return g
}

func double(t *testing.T, g golden, dim int) *escape.Landscape {
	t.Helper()
	l, err := escape.Double(g.Beta, dim, g.Distance, g.Sharp, g.Flat, g.Floor)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol) {
		t.Errorf("%s is %.12g, want %.12g within %g", what, got, want, tol)
	}
}

// quartic is x⁴/4 − x²/2 in the first coordinate and ½λy² in the others: minima at ±1 of curvature 2, a barrier of ¼ with curvature −1 at 0.
func quartic(dim int, lambda float64) *escape.Landscape {
	l := &escape.Landscape{Dim: dim,
		Loss: func(x []float64) float64 {
			s := x[0]*x[0]*x[0]*x[0]/4 - x[0]*x[0]/2
			for _, y := range x[1:] {
				s += lambda * y * y / 2
			}
			return s
		},
		Grad: func(dst, x []float64) {
			dst[0] = x[0]*x[0]*x[0] - x[0]
			for j, y := range x[1:] {
				dst[1+j] = lambda * y
			}
		},
		Basin: func(x []float64) int {
			if x[0] < 0 {
				return 0
			}
			return 1
		},
	}
	for _, v := range []float64{-1, 1} {
		m := make([]float64, dim)
		m[0] = v
		l.Minima = append(l.Minima, m)
	}
	return l
}

// bowl is ½λ‖x‖².
func bowl(t *testing.T, dim int, lambda float64) *escape.Landscape {
	t.Helper()
	c := make([]float64, dim)
	for j := range c {
		c[j] = lambda
	}
	l, err := escape.Wells(1, escape.Well{Centre: make([]float64, dim), Curvature: c})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// ---- landscapes

func TestWellsAgainstSciPy(t *testing.T) {
	g := read(t)
	l := double(t, g, 2)
	dst := make([]float64, 2)
	for i, x := range g.Points {
		near(t, "the loss", l.Loss(x), g.Loss[i], 1e-12*(1+math.Abs(g.Loss[i])))
		l.Grad(dst, x)
		if floats.Distance(dst, g.Grad[i], 2) > 1e-11*(1+floats.Norm(g.Grad[i], 2)) {
			t.Errorf("the gradient at %v is %v, want %v", x, dst, g.Grad[i])
		}
	}
	one := double(t, g, 1)
	near(t, "the sharp minimum", one.Minima[0][0], g.Left, 1e-9)
	near(t, "the flat minimum", one.Minima[1][0], g.Right, 1e-9)
	for _, l := range []*escape.Landscape{one, l} {
		s, err := l.Saddle(0, 1)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "the saddle", s[0], g.Saddle, 1e-8)
		near(t, "its height", l.Loss(s), g.Height, 1e-12)
	}
}

func TestGradients(t *testing.T) {
	rng := source(1)
	l, err := escape.Wells(3, escape.Well{Centre: []float64{-1, 0.3}, Curvature: []float64{9, 4}},
		escape.Well{Centre: []float64{1.5, -0.2}, Curvature: []float64{1, 0.5}, Floor: 0.1}, escape.Well{Centre: []float64{0, 3}, Curvature: []float64{2, 2}})
	if err != nil {
		t.Fatal(err)
	}
	var z [][]float64
	for range 9 {
		z = append(z, []float64{rng.NormFloat64(), rng.NormFloat64()})
	}
	for _, p := range []optim.Problem{{N: 1, Loss: func(x []float64, _ []int) float64 { return l.Loss(x) }, Grad: func(d, x []float64, _ []int) { l.Grad(d, x) }},
		escape.Tilted(l, z), escape.Shifted(l, z)} {
		for range 20 {
			x := []float64{2 * rng.NormFloat64(), 2 * rng.NormFloat64()}
			for _, batch := range [][]int{nil, {0, 3 % p.N, 3 % p.N, 8 % p.N}} {
				g := make([]float64, 2)
				p.Grad(g, x, batch)
				want := gradcheck.Numeric(func(x []float64) float64 { return p.Loss(x, batch) }, x)
				if d := floats.Distance(g, want, 2); !(d <= 1e-6*(1+floats.Norm(want, 2))) {
					t.Errorf("gradient at %v, batch %v: off by %.2g", x, batch, d)
				}
			}
		}
	}
}

func TestSamples(t *testing.T) {
	rng := source(2)
	l := bowl(t, 2, 3)
	var z [][]float64
	for range 40 {
		z = append(z, []float64{1 + rng.NormFloat64(), 2 * rng.NormFloat64()})
	}
	all := make([]int, len(z))
	for i := range all {
		all[i] = i
	}
	x, g, h := []float64{0.7, -1.1}, make([]float64, 2), make([]float64, 2)
	tilted, shifted := escape.Tilted(l, z), escape.Shifted(l, z)
	for _, p := range []optim.Problem{tilted, shifted} { // on a bowl both means have the gradient of L
		l.Grad(h, x)
		for _, batch := range [][]int{nil, all} {
			p.Grad(g, x, batch)
			if floats.Distance(g, h, 2) > 1e-12 {
				t.Errorf("the mean gradient over %d samples is %v, want %v", len(batch), g, h)
			}
		}
		near(t, "all as a batch", p.Loss(x, all), p.Loss(x, nil), 1e-12)
	}
	near(t, "the tilts' mean loss", tilted.Loss(x, nil), l.Loss(x), 1e-12)
	// each sample's gradient is off by zᵢ (tilted) and by −Hzᵢ = −3zᵢ (shifted)
	a, b := make([]float64, 2), make([]float64, 2)
	traceZ := 0.0
	for i := range z {
		tilted.Grad(a, x, []int{i})
		shifted.Grad(b, x, []int{i})
		for j := range a {
			near(t, "noise of the shifted by that of the tilted", (b[j]-h[j])+3*(a[j]-h[j]), 0, 1e-11)
			traceZ += (a[j] - h[j]) * (a[j] - h[j]) / float64(len(z))
		}
	}
	// ½ tr(H cov z), exact on a bowl
	near(t, "how far shifting raises the loss", shifted.Loss(x, nil)-l.Loss(x), 3*traceZ/2, 1e-11)
}

func TestWellsRefuses(t *testing.T) {
	// the second well lies within the first and above it: it has no minimum of its own
	_, err := escape.Wells(5, escape.Well{Centre: []float64{0}, Curvature: []float64{1}}, escape.Well{Centre: []float64{0.2}, Curvature: []float64{2}, Floor: 1})
	if err == nil {
		t.Error("a well without a minimum gave no error")
	}
	defer func() {
		if recover() == nil {
			t.Error("a negative curvature did not panic")
		}
	}()
	_, _ = escape.Wells(5, escape.Well{Centre: []float64{0}, Curvature: []float64{-1}})
}

func TestSharpness(t *testing.T) {
	l := double(t, read(t), 2)
	for i, want := range []float64{8, 1} { // curvatures of the bowls; the other bowl weighs e^{−β·…} < 10⁻³ there
		near(t, "λ_max", l.Sharpness(l.Minima[i]), want, 0.02)
	}
	near(t, "λ_max of a bowl", bowl(t, 3, 2.5).Sharpness([]float64{1, -2, 0.4}), 2.5, 1e-8)
}

// ---- theory

func TestMeanExitAgainstSciPy(t *testing.T) {
	g := read(t)
	l := double(t, g, 1)
	for _, e := range g.Exit {
		near(t, "relative exit time", l.MeanExit(g.Left, g.Right, -5, e.T)/e.Time, 1, 2e-5)
		near(t, "relative way back", l.MeanExit(g.Right, g.Left, 8, e.T)/e.Back, 1, 2e-5)
	}
}

// On a flat line with a wall at w the mean time from a to b is ((b − w)² − (a − w)²)/(2T).
func TestMeanExitFlat(t *testing.T) {
	l := &escape.Landscape{Dim: 1, Loss: func([]float64) float64 { return 3 }, Grad: func(d, _ []float64) { d[0] = 0 }, Minima: [][]float64{{0}}}
	near(t, "upwards", l.MeanExit(1, 3, -1, 0.5), (16 - 4), 1e-4)
	near(t, "downwards", l.MeanExit(-1, -3, 1, 0.5), (16 - 4), 1e-4)
}

func TestKramers(t *testing.T) {
	for dim := 1; dim <= 3; dim++ {
		l := quartic(dim, 5)
		s, err := l.Saddle(0, 1)
		if err != nil {
			t.Fatal(err)
		}
		got, err := l.Kramers(l.Minima[0], s, 0.1)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "2π/√2·e^{ΔL/T}, whatever the even directions across", got, 2*math.Pi/math.Sqrt2*math.Exp(2.5), 1e-5)
	}
	// the exact time tends to Kramers' with T, with an error of the order T
	l := quartic(1, 0)
	var off []float64
	for _, temp := range []float64{0.04, 0.02, 0.01} {
		k, err := l.Kramers([]float64{-1}, []float64{0}, temp)
		if err != nil {
			t.Fatal(err)
		}
		off = append(off, l.MeanExit(-1, 1, -4, temp)/k-1)
	}
	if !(math.Abs(off[2]) < 0.02 && off[0]/off[1] > 1.7 && off[1]/off[2] > 1.7 && off[0]/off[1] < 2.6 && off[1]/off[2] < 2.3) {
		t.Errorf("the exact time is off from Kramers' by %.4f at T = 0.04, 0.02, 0.01: want about halved each time", off)
	}
	// a saddle narrower than the minimum across: the way out is harder by √(λ_saddle/λ_min)
	funnel := quartic(2, 1)
	plain := funnel.Grad
	funnel.Grad = func(d, x []float64) { plain(d, x); d[1] *= 1 + 3*math.Exp(-8*x[0]*x[0]) } // across: 4 at the saddle, 1 + 3e⁻⁸ at the minimum
	got, err := funnel.Kramers([]float64{-1, 0}, []float64{0, 0}, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "a narrow pass", got/(2*math.Pi/math.Sqrt2*math.Exp(2.5)), math.Sqrt(4/(1+3*math.Exp(-8))), 1e-5)
	for _, bad := range [][2][]float64{{{0}, {0}}, {{-1}, {1}}} {
		if _, err := l.Kramers(bad[0], bad[1], 0.1); err == nil {
			t.Errorf("minimum %v, saddle %v: no error", bad[0], bad[1])
		}
	}
	if _, err := l.Kramers([]float64{-1}, []float64{0}, 0); err == nil {
		t.Error("T = 0: no error")
	}
}

func TestShares(t *testing.T) {
	g := read(t)
	l := double(t, g, 1)
	for _, s := range g.Share {
		v := l.Shares(s.T, []float64{-9}, []float64{12}, 20000)
		near(t, "the sharp basin's share", v[0], s.Left, 2e-4) // a cell at the border counts whole
		near(t, "the sum", v[0]+v[1], 1, 1e-12)
	}
	// equally deep and cold: √(λ_flat/λ_sharp) per dimension
	for dim := 1; dim <= 2; dim++ {
		l, err := escape.Double(10, dim, 6, 9, 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		lo, hi := []float64{-6, -4}[:dim], []float64{6, 4}[:dim]
		v := l.Shares(0.05, lo, hi, 600)
		near(t, "sharp by flat", v[0]/v[1], math.Pow(1.0/3, float64(dim)), 1e-3)
	}
}

// ---- walks

func TestLangevinVariance(t *testing.T) {
	const rate, temp, lambda = 0.1, 0.3, 4.0
	r := escape.Run{Process: escape.Langevin{On: bowl(t, 2, lambda), Rate: rate, Temperature: temp}, Steps: 200000, Every: 5}
	p, err := r.Walk(ctx, []float64{0, 0}, source(3))
	if err != nil {
		t.Fatal(err)
	}
	want := temp / (lambda * (1 - rate*lambda/2))
	for i := range 2 {
		v := p.Coordinate(i)
		near(t, "variance by theory", floats.Dot(v, v)/float64(len(v))/want, 1, 0.04) // 40 000 points, correlation 0.6⁵: 4.2σ = 3 %
	}
}

// Mean exit times of walks with small steps against the exact integral.
func TestExitTimeOfWalks(t *testing.T) {
	l := quartic(1, 0)
	const rate, temp, runs = 0.02, 0.12, 1000
	want := l.MeanExit(-1, 1, -4, temp)
	until := func(x []float64) bool { return x[0] >= 1 }
	rng := source(4)
	var z [][]float64
	for range 200 {
		z = append(z, []float64{rng.NormFloat64()})
	}
	variance := 0.0
	tilted := escape.Tilted(l, z)
	g := make([]float64, 1)
	for i := range z {
		tilted.Grad(g, []float64{-1}, []int{i})
		variance += g[0] * g[0] / float64(len(z))
	}
	// the same temperature as SGD's: scale the noise of the samples so that T = ησ²/(2B) with B = 2
	k := math.Sqrt(temp / escape.Temperature(rate, variance, 2))
	for i := range z {
		z[i][0] *= k
	}
	for name, p := range map[string]escape.Process{"Langevin": escape.Langevin{On: l, Rate: rate, Temperature: temp},
		"SGD": escape.SGD{On: escape.Tilted(l, z), Rate: rate, Batch: 2}} {
		c, err := escape.Survey{Run: escape.Run{Process: p, Steps: 1_000_000, Until: until}, Landscape: l, Runs: runs}.Take(ctx, []float64{-1}, source(5))
		if err != nil {
			t.Fatal(err)
		}
		mean, stderr, all := c.MeanSteps()
		if !all {
			t.Fatalf("%s: not every walk left", name)
		}
		// 4 standard errors, and 6 % for steps of finite size: a walk may pass 1 between two steps
		if d := math.Abs(mean*rate - want); !(d <= 4*stderr*rate+0.06*want) {
			t.Errorf("%s: mean exit time %.3f ± %.3f, want %.3f", name, mean*rate, stderr*rate, want)
		}
		if !(stderr*rate > 0.01*want && stderr*rate < 0.06*want) { // an exponential law: mean/√runs
			t.Errorf("%s: the standard error %.3f is not near that of exponential times, %.3f", name, stderr*rate, want/math.Sqrt(runs))
		}
	}
}

func TestSGDIsOptimSGD(t *testing.T) {
	rng := source(6)
	l := double(t, read(t), 2)
	var z [][]float64
	for range 12 {
		z = append(z, []float64{rng.NormFloat64(), rng.NormFloat64()})
	}
	p := escape.Shifted(l, z)
	x0 := []float64{-1, 0.5}
	want, err := optim.SGD{Rate: 0.1, Batch: 4, Epochs: 20, Every: 1, Replace: true}.Minimize(ctx, p, x0, source(8))
	if err != nil {
		t.Fatal(err)
	}
	got, err := escape.Run{Process: escape.SGD{On: p, Rate: 0.1, Batch: 4}, Steps: 60, Every: 1}.Walk(ctx, x0, source(8))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.X) != len(want.X) {
		t.Fatalf("%d points, want %d", len(got.X), len(want.X))
	}
	for k := range got.X {
		if floats.Distance(got.X[k], want.X[k], 2) > 1e-12 {
			t.Fatalf("after %d steps: %v, want %v", k, got.X[k], want.X[k])
		}
	}
}

func TestWalkKeeps(t *testing.T) {
	l := bowl(t, 1, 1)
	cold := escape.Langevin{On: l, Rate: 0.5}
	x0 := []float64{8}
	p, err := escape.Run{Process: cold, Steps: 7, Every: 3}.Walk(ctx, x0, source(1))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(p.Step, []int{0, 3, 6, 7}) || !slices.Equal(p.Coordinate(0), []float64{8, 1, 0.125, 0.0625}) || x0[0] != 8 || p.Exited {
		t.Errorf("steps %v, points %v, start %v, exited %v", p.Step, p.X, x0, p.Exited)
	}
	p, err = escape.Run{Process: cold, Steps: 7, Until: func(x []float64) bool { return x[0] <= 1 }}.Walk(ctx, x0, source(1))
	if err != nil {
		t.Fatal(err)
	}
	if x, k := p.Last(); !p.Exited || k != 3 || x[0] != 1 || len(p.X) != 2 {
		t.Errorf("the walk ended at %v after %d steps, exited %v, with %d points", x, k, p.Exited, len(p.X))
	}
}

func TestDivergenceAndCancel(t *testing.T) {
	l := bowl(t, 1, 1)
	run := escape.Run{Process: escape.Langevin{On: l, Rate: 3}, Steps: 5000}
	if _, err := run.Walk(ctx, []float64{1}, source(1)); !errors.Is(err, escape.ErrDiverged) {
		t.Errorf("η = 3/λ: error %v, want ErrDiverged", err)
	}
	c, err := escape.Survey{Run: run, Landscape: l, Runs: 3, Descend: 0.1}.Take(ctx, []float64{1}, source(1))
	if err != nil || c.Diverged != 3 || c.Count[0] != 0 || c.Basin[0] != -1 || !math.IsNaN(c.Sharpness[0]) {
		t.Errorf("census %+v, error %v: want three diverged walks", c, err)
	}
	stopped, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	run = escape.Run{Process: escape.Langevin{On: l, Rate: 0.1, Temperature: 1}, Steps: math.MaxInt}
	p, err := run.Walk(stopped, []float64{1}, source(1))
	if _, k := p.Last(); !errors.Is(err, context.DeadlineExceeded) || k == 0 {
		t.Errorf("a cancelled walk: %d steps, error %v", k, err)
	}
	if _, err := (escape.Survey{Run: run, Landscape: l, Runs: 4}).Take(stopped, []float64{1}, source(1)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a cancelled survey: error %v", err)
	}
}

func TestSurvey(t *testing.T) {
	l := double(t, read(t), 2)
	done := 0
	s := escape.Survey{Run: escape.Run{Process: escape.Langevin{On: l, Rate: 0.02, Temperature: 0.6}, Steps: 4000}, Landscape: l, Runs: 60, Descend: 0.1,
		Progress: func(k int) { done = max(done, k) }}
	c, err := s.Take(ctx, l.Minima[0], source(9))
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Take(ctx, l.Minima[0], source(9))
	if err != nil {
		t.Fatal(err)
	}
	if c.Count[0]+c.Count[1] != 60 || c.Count[0] == 0 || c.Count[1] <= c.Count[0] || done != 60 {
		t.Errorf("counts %v, progress to %d: want all 60 walks, most of them in the flat basin", c.Count, done)
	}
	for k := range c.Ends {
		if !slices.Equal(c.Ends[k], again.Ends[k]) {
			t.Fatalf("walk %d ends at %v and at %v from the same source", k, c.Ends[k], again.Ends[k])
		}
		// Bottoms is one of the minima; Basin says which, except for ends on the ridge, where the bowls' border is not the watershed
		m := 0
		if floats.Distance(c.Bottoms[k], l.Minima[1], 2) < floats.Distance(c.Bottoms[k], l.Minima[0], 2) {
			m = 1
		}
		if floats.Distance(c.Bottoms[k], l.Minima[m], 2) > 1e-6 {
			t.Errorf("walk %d leads to %v, which is no minimum", k, c.Bottoms[k])
		}
		near(t, "sharpness", c.Sharpness[k], l.Sharpness(l.Minima[m]), 1e-4)
	}
	share, lo, hi := c.Share(1)
	if share != float64(c.Count[1])/60 || !(lo < share && share < hi) {
		t.Errorf("share %v in [%v, %v]", share, lo, hi)
	}
}

func BenchmarkLangevin(b *testing.B) {
	l, err := escape.Double(4, 2, 3, 8, 1, 0)
	if err != nil {
		b.Fatal(err)
	}
	step, rng, x := escape.Langevin{On: l, Rate: 0.01, Temperature: 0.2}.Walker(2), source(1), []float64{-1.5, 0}
	b.ReportAllocs()
	for b.Loop() {
		step(x, rng)
	}
}

func BenchmarkSGDShifted(b *testing.B) {
	l, err := escape.Double(4, 2, 3, 8, 1, 0)
	if err != nil {
		b.Fatal(err)
	}
	z := make([][]float64, 64)
	rng := source(1)
	for i := range z {
		z[i] = []float64{rng.NormFloat64(), rng.NormFloat64()}
	}
	step, x := escape.SGD{On: escape.Shifted(l, z), Rate: 0.01, Batch: 4}.Walker(2), []float64{-1.5, 0}
	b.ReportAllocs()
	for b.Loop() {
		step(x, rng)
	}
}
