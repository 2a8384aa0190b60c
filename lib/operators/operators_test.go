package operators

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/datasets"
)

var ctx = context.Background()

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func wantNear(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	scale := floats.Norm(want, math.Inf(1))
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= tol*scale) {
			t.Fatalf("%s: number %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

func rowsOf(rows [][]float64) *mat.Dense {
	return mat.NewDense(len(rows), len(rows[0]), slices.Concat(rows...))
}

// The numbers of SciPy and NumPy (testdata/golden.py).
func TestGolden(t *testing.T) {
	var g struct {
		Savgol []struct {
			Window, Degree, Order int
			Weights               []float64
		}
		U        []float64
		Ends     []float64 `json:"savgol_ends"`
		Wrap     []float64 `json:"savgol_wrap"`
		Spectral [][]float64
		Theta    [][]float64
		Y        []float64
		STLSQ    struct{ Alpha, First []float64 }
		Relative struct{ Alpha, First []float64 } `json:"stlsq_relative"`
		Best     []struct {
			Alpha  []float64
			Square float64
		}
	}
	if err := json.Unmarshal(must(os.ReadFile("testdata/golden.json")), &g); err != nil {
		t.Fatal(err)
	}
	for _, c := range g.Savgol {
		w := must(SavitzkyGolay{Window: c.Window, Degree: c.Degree}.Weights(c.Window/2, c.Order))
		wantNear(t, fmt.Sprint("Savitzky-Golay ", c.Window, c.Degree, c.Order), w, c.Weights, 1e-10)
	}
	wantNear(t, "Savitzky-Golay at the ends", must(SavitzkyGolay{Window: 9, Degree: 3}.Derivative(g.U, 0.3, 1)), g.Ends, 1e-10)
	wantNear(t, "Savitzky-Golay on a circle", must(SavitzkyGolay{Window: 9, Degree: 3, Periodic: true}.Derivative(g.U, 0.3, 2)), g.Wrap, 1e-10)
	for m, want := range g.Spectral {
		wantNear(t, fmt.Sprint("spectral ", m), must(Spectral{}.Derivative(g.U, 0.3, m)), want, 1e-11)
	}
	theta := rowsOf(g.Theta)
	f := must(STLSQ{Threshold: 0.3}.Solve(theta, g.Y))
	wantNear(t, "STLSQ", f.Alpha, g.STLSQ.Alpha, 1e-11)
	wantNear(t, "STLSQ's first round", f.Path[0], g.STLSQ.First, 1e-11)
	wantNear(t, "STLSQ, relative", must(STLSQ{Threshold: 0.05, Relative: true}.Solve(theta, g.Y)).Alpha, g.Relative.Alpha, 1e-11)
	for _, lambda := range []float64{0, 0.01, 1, 1e9} {
		b := must(L0{Lambda: lambda}.Solve(theta, g.Y))
		best, at := math.Inf(1), 0
		for k, c := range g.Best {
			wantNear(t, fmt.Sprint("best of size ", k), b.BySize[k], c.Alpha, 1e-10)
			if math.Abs(b.Squares[k]-c.Square) > 1e-9*g.Best[0].Square {
				t.Errorf("squares of size %d: %v, want %v", k, b.Squares[k], c.Square)
			}
			if v := lambda*float64(k) + c.Square; v < best {
				best, at = v, k
			}
		}
		wantNear(t, fmt.Sprint("L0 at ", lambda), b.Alpha, g.Best[at].Alpha, 1e-10)
		if math.Abs(b.Objective-best) > 1e-9*best {
			t.Errorf("objective %v, want %v", b.Objective, best)
		}
	}
}

// Finite differences: the textbook weights, polynomials without error at every place, and the promised order for a sine.
func TestFiniteDifference(t *testing.T) {
	for _, c := range []struct {
		m    int
		x    []float64
		want []float64
	}{
		{1, []float64{-1, 0, 1}, []float64{-0.5, 0, 0.5}},
		{2, []float64{-1, 0, 1}, []float64{1, -2, 1}},
		{1, []float64{-2, -1, 0, 1, 2}, []float64{1. / 12, -2. / 3, 0, 2. / 3, -1. / 12}},
		{3, []float64{-2, -1, 0, 1, 2}, []float64{-0.5, 1, 0, -1, 0.5}},
		{1, []float64{0, 1, 2}, []float64{-1.5, 2, -0.5}},
		{0, []float64{-1, 1}, []float64{0.5, 0.5}},
	} {
		wantNear(t, fmt.Sprint("Fornberg ", c.m, c.x), Fornberg(0, c.x, c.m), c.want, 1e-14)
	}
	for _, accuracy := range []int{2, 4, 6} {
		for order := 1; order <= 4; order++ {
			d := FiniteDifference{Accuracy: accuracy}
			// x^p/p! has the derivative x^(p−m)/(p−m)!; exact up to p = order + accuracy − 1
			for p := range order + accuracy {
				var u, want []float64
				for i := range 20 {
					x := 0.3 * float64(i)
					u = append(u, math.Pow(x-2, float64(p))/math.Gamma(float64(p+1)))
					want = append(want, 0)
					if p >= order {
						want[i] = math.Pow(x-2, float64(p-order)) / math.Gamma(float64(p-order+1))
					}
				}
				got := must(d.Derivative(u, 0.3, order))
				if p < order {
					got, want = append(got, 1), append(want, 1) // a scale
				}
				wantNear(t, fmt.Sprintf("accuracy %d, order %d, x^%d", accuracy, order, p), got, want, 1e-7)
			}
			worst := func(n int) (e float64) {
				var u, want []float64
				for _, x := range Grid(0, 2*math.Pi, n) {
					u, want = append(u, math.Sin(x)), append(want, math.Sin(x+float64(order)*math.Pi/2))
				}
				got := must(FiniteDifference{Accuracy: accuracy, Periodic: true}.Derivative(u, 2*math.Pi/float64(n), order))
				return floats.Distance(got, want, math.Inf(1))
			}
			if rate := math.Log2(worst(24) / worst(48)); math.Abs(rate-float64(accuracy)) > 0.3 {
				t.Errorf("accuracy %d, order %d: twice the places divide the error by 2^%.2f", accuracy, order, rate)
			}
		}
	}
}

// A wave's spectral derivative is exact; a low-pass keeps what is below and nothing above; order 0 without one changes nothing.
func TestSpectral(t *testing.T) {
	x := Grid(0, 3, 30)
	wave := func(k, phase float64) (u []float64) {
		for _, x := range x {
			u = append(u, math.Sin(2*math.Pi*k*x/3+phase))
		}
		return u
	}
	for order := range 5 {
		w := math.Pow(2*math.Pi*4/3, float64(order))
		want := wave(4, 0.3+float64(order)*math.Pi/2)
		floats.Scale(w, want)
		wantNear(t, "sine", must(Spectral{Keep: 0.3}.Derivative(wave(4, 0.3), 0.1, order)), want, 1e-10)
	}
	if got := must(Spectral{Keep: 0.3}.Derivative(wave(5, 0.3), 0.1, 0)); floats.Norm(got, 2) > 1e-12 {
		t.Error("5 of 15 frequencies pass a low-pass at 0.3:", got)
	}
	if a := Amplitudes(wave(4, 0.3)); math.Abs(a[4]-0.5) > 1e-12 || math.Abs(a[26]-0.5) > 1e-12 || floats.Sum(a) > 1+1e-9 {
		t.Error("amplitudes of a sine with 4 periods:", a)
	}
	u := make([]float64, 31)
	for i := range u {
		u[i] = rand.New(rand.NewPCG(uint64(i), 1)).NormFloat64()
	}
	wantNear(t, "order 0", must(Spectral{}.Derivative(u, 0.1, 0)), u, 1e-12)
}

// Every method leaves its argument alone, errs where the grid is too short or not finite, and panics on a caller's bug.
func TestDifferentiators(t *testing.T) {
	for _, d := range []Differentiator{FiniteDifference{}, FiniteDifference{Accuracy: 4, Periodic: true}, Spectral{}, SavitzkyGolay{Window: 5, Degree: 3}} {
		u := []float64{1, 2, 4, 8, 16, 32, 64}
		for order := range 3 {
			must(d.Derivative(u, 0.5, order))
		}
		if fmt.Sprint(u) != "[1 2 4 8 16 32 64]" {
			t.Errorf("%T changes its argument: %v", d, u)
		}
		if _, err := d.Derivative(u[:1], 1, 1); err == nil {
			t.Errorf("%T differentiates one place", d)
		}
		u[3] = math.NaN()
		if _, err := d.Derivative(u, 1, 1); err == nil {
			t.Errorf("%T differentiates NaN", d)
		}
		for _, bad := range []struct {
			h     float64
			order int
		}{{0, 1}, {-1, 1}, {math.NaN(), 1}, {math.Inf(1), 1}, {1, -1}} {
			panics(t, fmt.Sprintf("%T %v", d, bad), func() { d.Derivative(u, bad.h, bad.order) })
		}
	}
	if _, err := (SavitzkyGolay{Window: 5, Degree: 2}).Derivative(make([]float64, 9), 1, 3); err == nil {
		t.Error("the third derivative of a parabola is no error")
	}
	panics(t, "accuracy 3", func() { FiniteDifference{Accuracy: 3}.Derivative(make([]float64, 9), 1, 1) })
	panics(t, "keep 2", func() { Spectral{Keep: 2}.Derivative(make([]float64, 9), 1, 1) })
	panics(t, "even window", func() { SavitzkyGolay{Window: 4, Degree: 2}.Derivative(make([]float64, 9), 1, 1) })
	for _, x := range [][]float64{{1}, {1, 1}, {2, 1}, {0, 1, 3}, {0, math.NaN(), 2}} {
		if h, err := Spacing(x); err == nil {
			t.Errorf("the grid %v has the spacing %v", x, h)
		}
	}
}

func panics(t *testing.T, what string, f func()) {
	t.Helper()
	defer func() {
		if r := recover(); r == nil || !strings.HasPrefix(fmt.Sprint(r), "operators: ") {
			t.Errorf("%s: panic %v, want one of this package", what, r)
		}
	}()
	f()
}

func TestDictionaries(t *testing.T) {
	var names []string
	for _, p := range Products(2, 3) {
		names = append(names, p.String())
	}
	if got := strings.Join(names, ", "); got != "1, u, u², ∂x u, u ∂x u, u² ∂x u, ∂xx u, u ∂xx u, u² ∂xx u, ∂xxx u, u ∂xxx u, u² ∂xxx u" {
		t.Error(got)
	}
	names = nil
	for _, m := range Monomials(3, 2) {
		names = append(names, m.Name([]string{"x", "y", "z"}))
	}
	if got := strings.Join(names, ", "); got != "1, x, y, z, x², x y, x z, y², y z, z²" {
		t.Error(got)
	}
	if n := len(Monomials(4, 3)); n != 35 { // binomial(4 + 3, 3)
		t.Error(n, "monomials")
	}
	// u = sin x: every column has a closed form
	x := Grid(0, 2*math.Pi, 16)
	var u []float64
	for _, v := range x {
		u = append(u, math.Sin(v))
	}
	theta := must(Apply(Products(2, 2), u, x[1], Spectral{}))
	for i, v := range x {
		s, c := math.Sincos(v)
		wantNear(t, "row", theta.RawRowView(i), []float64{1, s, s * s, c, s * c, s * s * c, -s, -s * s, -s * s * s}, 1e-12)
	}
	r := &Regression{Names: []string{"1", "u", "u ∂x u"}, Target: "∂t u"}
	for want, a := range map[string][]float64{"∂t u = 0": {0, 0, 0}, "∂t u = 2 + 0.5 u": {2, 0.5, 0}, "∂t u = − 1 u ∂x u": {0, 0, -1}} {
		if got := r.Equation(a); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// The solver against closed forms: a heat wave decays, KdV's solitons are Hirota's, Burgers is the heat equation's by Cole and Hopf.
func TestSolve(t *testing.T) {
	x := Grid(0, 2*math.Pi, 32)
	var u, want []float64
	for _, v := range x {
		u, want = append(u, math.Sin(3*v)), append(want, math.Exp(-0.9)*math.Sin(3*v))
	}
	f := must(Heat(0.1).Solve(ctx, x, u, []float64{0, 0.5, 1}, 1))
	wantNear(t, "heat", f.U[2], want, 1e-12)

	x = Grid(-25, 25, 256)
	c, x0 := [2]float64{1.5, 0.6}, [2]float64{-10, -2}
	u, want = nil, nil
	for _, v := range x {
		u, want = append(u, Solitons(v, 0, c, x0)), append(want, Solitons(v, 8, c, x0))
	}
	f = must(KdV().Solve(ctx, x, u, []float64{0, 8}, 0.004))
	wantNear(t, "KdV", f.U[1], want, 1e-4)

	// Cole-Hopf: with φ = 2 + e^(−νt) cos x, u = −2ν ∂x φ/φ solves Burgers' equation.
	const nu = 0.3
	hopf := func(x, t float64) float64 {
		e := math.Exp(-nu * t)
		return 2 * nu * e * math.Sin(x) / (2 + e*math.Cos(x))
	}
	x = Grid(0, 2*math.Pi, 64)
	u, want = nil, nil
	for _, v := range x {
		u, want = append(u, hopf(v, 0)), append(want, hopf(v, 2))
	}
	f = must(Burgers(nu).Solve(ctx, x, u, []float64{0, 2}, 0.02))
	wantNear(t, "Burgers", f.U[1], want, 1e-7)

	if _, err := Burgers(0).Solve(ctx, x, u, []float64{0, 50}, 10); err == nil {
		t.Error("steps of 10 without viscosity do not blow up")
	}
	stop, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := Heat(1).Solve(stop, x, u, []float64{0, 1}, 1); err == nil {
		t.Error("an ended context is no error")
	}
}

// wantTerms checks that alpha has the given coefficients, each within tol of its size, and no others.
func wantTerms(t *testing.T, r *Regression, alpha []float64, want map[string]float64, tol float64) {
	t.Helper()
	for j, name := range r.Names {
		if a, w := alpha[j], want[name]; !(math.Abs(a-w) <= tol*math.Abs(w)) {
			t.Errorf("%s: %s has %v, want %v", r.Equation(alpha), name, a, w)
		}
	}
}

var lorenzTerms = []map[string]float64{{"x": -10, "y": 10}, {"x": 28, "y": -1, "x z": -1}, {"x y": 1, "z": -8. / 3}}

// Lorenz and heat: within 1 % without noise, within 10 % with 1 % noise, and no term too many, for five seeds.
func TestRecovers(t *testing.T) {
	times := Grid(0, 20, 4000)
	path := must(Follow(ctx, Lorenz, []float64{-8, 8, 27}, times))
	clean := &datasets.Field{U: path}
	x := Grid(0, 2*math.Pi, 128)
	for seed := range uint64(6) {
		noise, tol := 0.01, 0.1
		if seed == 5 {
			noise, tol = 0, 0.01
		}
		rng := rand.New(rand.NewPCG(seed, 2))
		q := Noisy(clean, noise, rng).U
		for i, r := range must(Trajectories(times, q, []string{"x", "y", "z"}, 2, SavitzkyGolay{Window: 15, Degree: 4}, 7)) {
			f := must(STLSQ{Threshold: 0.5}.Solve(r.Theta, r.Y))
			wantTerms(t, r, f.Alpha, lorenzTerms[i], tol)
		}
		u := must(Heat(0.1).Solve(ctx, x, Waves(x, 2*math.Pi, 5, 1, rng), Grid(0, 2, 101), 1))
		r := must(Evolution(Noisy(u, noise, rng), Products(2, 3), Spectral{Keep: 0.1}, SavitzkyGolay{Window: 15, Degree: 3}, Margins{Time: 7}))
		f := must(STLSQ{Threshold: 0.2, Relative: true}.Solve(r.Theta, r.Y))
		wantTerms(t, r, f.Alpha, map[string]float64{"∂xx u": 0.1}, tol)
	}
}

// Burgers and KdV have their terms and no others, by both methods, from the shared data or from fields solved here.
func TestShared(t *testing.T) {
	for name, want := range map[string]map[string]float64{"burgers": {"u ∂x u": -1, "∂xx u": 0.1}, "kdv": {"u ∂x u": -6, "∂xxx u": -1}} {
		f := must(Shared(ctx, name))
		r := must(Evolution(f, Products(2, 3), Spectral{Keep: 0.3}, FiniteDifference{Accuracy: 4}, Margins{Time: 2}))
		wantTerms(t, r, must(STLSQ{Threshold: 0.1, Relative: true}.Solve(r.Theta, r.Y)).Alpha, want, 0.01)
		wantTerms(t, r, must(L0{Lambda: 2e-3 * floats.Dot(r.Y, r.Y)}.Solve(r.Theta, r.Y)).Alpha, want, 0.01)
	}
	if _, err := Shared(ctx, "nowhere"); err == nil {
		t.Error("no error")
	}
}

// A term of the ensemble is in as often as its fits say; strong terms are always in, empty ones seldom.
func TestEnsemble(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	theta, y := mat.NewDense(50, 4, nil), make([]float64, 50)
	for i := range y {
		for j := range 4 {
			theta.Set(i, j, rng.NormFloat64())
		}
		y[i] = 2*theta.At(i, 0) - 3*theta.At(i, 2) + 0.3*rng.NormFloat64()
	}
	e := Ensemble{STLSQ: STLSQ{Threshold: 0.2}, Bags: 100, Leave: 1}
	in := must(e.Solve(theta, y, rng))
	if in.Probability[0] != 1 || in.Probability[2] != 1 || in.Probability[1] > 0.9 || in.Probability[3] > 0.9 {
		t.Error(in.Probability)
	}
	e.Leave = 0
	in = must(e.Solve(theta, y, rng))
	for j := range 4 {
		kept := 0.0
		for _, a := range in.Alpha {
			if a[j] != 0 {
				kept++
			}
		}
		if in.Probability[j] != kept/100 {
			t.Errorf("term %d: %v, kept in %v fits", j, in.Probability[j], kept)
		}
	}
	if math.Abs(in.Median[0]-2) > 0.15 || math.Abs(in.Median[2]+3) > 0.15 || in.Probability[1]+in.Probability[3] > 0.4 {
		t.Error(in.Median, in.Probability)
	}
}

// What does not determine coefficients is an error: too few rows, equal columns, zeros, NaN.
func TestRefusals(t *testing.T) {
	good := mat.NewDense(3, 2, []float64{1, 0, 0, 1, 1, 1})
	for what, c := range map[string]struct {
		theta *mat.Dense
		y     []float64
	}{
		"one row":       {mat.NewDense(1, 2, []float64{1, 2}), []float64{1}},
		"equal columns": {mat.NewDense(3, 2, []float64{1, 1, 2, 2, 3, 3}), []float64{1, 2, 3}},
		"zero column":   {mat.NewDense(3, 2, []float64{1, 0, 2, 0, 3, 0}), []float64{1, 2, 3}},
		"NaN in Θ":      {mat.NewDense(3, 2, []float64{1, 0, math.NaN(), 1, 1, 1}), []float64{1, 2, 3}},
		"∞ in y":        {good, []float64{1, math.Inf(1), 3}},
	} {
		if _, err := (STLSQ{}).Solve(c.theta, c.y); err == nil {
			t.Errorf("STLSQ, %s: no error", what)
		}
		if _, err := (L0{}).Solve(c.theta, c.y); err == nil {
			t.Errorf("L0, %s: no error", what)
		}
	}
	if _, err := (L0{}).Solve(mat.NewDense(30, 21, nil), make([]float64, 30)); err == nil {
		t.Error("21 terms: no error")
	}
	f := must(STLSQ{Threshold: 100}.Solve(good, []float64{1, 2, 3}))
	if len(f.Support()) != 0 || f.Residual != 1 {
		t.Error("all terms are under the threshold:", f)
	}
	panics(t, "negative threshold", func() { STLSQ{Threshold: -1}.Solve(good, []float64{1, 2, 3}) })
	panics(t, "λ = NaN", func() { L0{Lambda: math.NaN()}.Solve(good, []float64{1, 2, 3}) })
	panics(t, "no bags", func() { Ensemble{}.Solve(good, []float64{1, 2, 3}, nil) })
	panics(t, "short y", func() { STLSQ{}.Solve(good, []float64{1}) })
}

// A network learnt from pairs of the heat equation is replaced by ∂xx and nothing else, and moves with a shift of its input.
func TestLocalNet(t *testing.T) {
	x := Grid(0, 2*math.Pi, 64)
	rng := rand.New(rand.NewPCG(1, 9))
	pairs := func(count int) (in, out [][]float64) {
		for range count {
			u := Waves(x, 2*math.Pi, 4, 1, rng)
			y := must(Spectral{}.Derivative(u, x[1], 2))
			floats.Scale(0.1, y)
			in, out = append(in, u), append(out, y)
		}
		return in, out
	}
	in, out := pairs(60)
	net, h, err := TrainLocal(ctx, in, out, LocalConfig{Radius: 3, Components: 5, Hidden: []int{16}, Epochs: 10, Batch: 32, Rate: 0.005, Windows: 2000}, rng)
	if err != nil || len(h.Loss) != 21 || h.Loss[20] > 0.01 {
		t.Fatalf("%v, losses %v", err, h.Loss)
	}
	test, _ := pairs(10)
	r := must(Replace(net.Apply, test, x[1], Products(2, 3), Spectral{}))
	b := must(L0{Lambda: 0.01 * floats.Dot(r.Y, r.Y)}.Solve(r.Theta, r.Y))
	wantTerms(t, r, b.Alpha, map[string]float64{"∂xx u": 0.1}, 0.1)
	u := test[0]
	y := net.Apply(u)
	wantNear(t, "shifted", net.Apply(append(slices.Clone(u[5:]), u[:5]...)), append(slices.Clone(y[5:]), y[:5]...), 1e-12)
}

func ExampleSTLSQ() {
	// u(x, t) = e^(−t) sin x + e^(−4t) cos 2x solves ∂t u = ∂xx u.
	x, t := Grid(0, 2*math.Pi, 32), Grid(0, 1, 100)
	f := &datasets.Field{X: x, T: t}
	for _, t := range t {
		var row []float64
		for _, x := range x {
			row = append(row, math.Exp(-t)*math.Sin(x)+math.Exp(-4*t)*math.Cos(2*x))
		}
		f.U = append(f.U, row)
	}
	r, err := Evolution(f, Products(1, 3), Spectral{}, FiniteDifference{Accuracy: 4}, Margins{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fit, err := STLSQ{Threshold: 0.05}.Solve(r.Theta, r.Y)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Equation(fit.Alpha))
	// Output: ∂t u = 1 ∂xx u
}

func BenchmarkL0(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	theta, y := mat.NewDense(5000, 12, nil), make([]float64, 5000)
	for i := range y {
		y[i] = rng.NormFloat64()
		for j := range 12 {
			theta.Set(i, j, rng.NormFloat64())
		}
	}
	for b.Loop() {
		if _, err := (L0{Lambda: 1}).Solve(theta, y); err != nil {
			b.Fatal(err)
		}
	}
}
