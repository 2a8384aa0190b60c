package entropysgd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/optim"
)

// golden is testdata/golden.json, which testdata/golden.py makes with numpy and scipy.
type golden struct {
	Entropy [][5]float64 // γ, x, F, mean, variance
	Problem struct {
		A       [][]float64
		B       []float64
		X0      []float64
		Batches [][]int
		Noise   []float64
	}
	Runs []struct {
		Unscaled     bool
		Inner, Outer float64
		Path         [][]float64
	}
}

func readGolden(t *testing.T) (g golden) {
	t.Helper()
	b, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

func rng(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// twoValleys has a wide valley at −1 and a sharp, deeper one at 1.5.
func twoValleys(x float64) float64 {
	return 4 - 3*math.Exp(-(x+1)*(x+1)/0.8) - 3.5*math.Exp(-(x-1.5)*(x-1.5)/0.02) + 0.05*x*x
}

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*(1+math.Abs(want))) {
		t.Errorf("%s is %.15g, want %.15g", what, got, want)
	}
}

// Against scipy's adaptive quadrature; both promise about 10⁻¹⁰.
func TestLocalEntropyAgainstScipy(t *testing.T) {
	rows := readGolden(t).Entropy
	if len(rows) < 20 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, r := range rows {
		e, err := LocalEntropy(twoValleys, r[1], r[0])
		if err != nil {
			t.Fatal(err)
		}
		at := fmt.Sprintf("γ = %g, x = %g: ", r[0], r[1])
		near(t, at+"F", e.F, r[2], 1e-9)
		near(t, at+"mean", e.Mean, r[3], 1e-9)
		near(t, at+"variance", e.Variance, r[4], 1e-9)
	}
}

// The gradient and the curvature are the derivatives of −F.
func TestLocalEntropyDerivatives(t *testing.T) {
	r := rng(1)
	for range 30 {
		x, gamma := 3*r.NormFloat64(), math.Exp(3*r.NormFloat64())
		at := func(x float64) Entropy {
			e, err := LocalEntropy(twoValleys, x, gamma)
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		h := 1e-4 / (1 + math.Sqrt(gamma))
		e, up, down := at(x), at(x+h), at(x-h)
		near(t, "gradient", e.Gradient, -(up.F-down.F)/(2*h), 1e-5)
		near(t, "curvature", e.Curvature, (up.Gradient-down.Gradient)/(2*h), 1e-5)
		near(t, "γ(x − mean)", gamma*(x-e.Mean), e.Gradient, 1e-9)
	}
}

func TestLocalEntropyOfQuadratics(t *testing.T) {
	r := rng(2)
	for range 40 {
		c, x, gamma := r.NormFloat64(), 3*r.NormFloat64(), math.Exp(2*r.NormFloat64())
		l := math.Exp(3 * r.NormFloat64())
		if r.IntN(3) == 0 {
			l = -0.8 * gamma * r.Float64() // a hill, less steep than the pull
		}
		e, err := LocalEntropy(func(y float64) float64 { return l / 2 * (y - c) * (y - c) }, x, gamma)
		if err != nil {
			t.Fatal(err)
		}
		f, g, err := QuadraticEntropy([]float64{l}, []float64{c}, []float64{x}, gamma)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "F", e.F, f, 1e-9)
		near(t, "gradient", e.Gradient, g[0], 1e-8)
		near(t, "variance", e.Variance, 1/(l+gamma), 1e-9)
		near(t, "mean", e.Mean, (l*c+gamma*x)/(l+gamma), 1e-9)
	}
	// In Rⁿ the coordinates add up.
	f, g, err := QuadraticEntropy([]float64{1, 4}, []float64{0, 1}, []float64{2, -1}, 2)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "F in R²", f, math.Log(2*math.Pi/3)/2-2./3*2+math.Log(2*math.Pi/6)/2-8./6*2, 1e-12)
	near(t, "gradient 1", g[0], 4./3, 1e-12)
	near(t, "gradient 2", g[1], -8./3, 1e-12)
	if _, _, err := QuadraticEntropy([]float64{-2}, []float64{0}, []float64{0}, 2); err == nil {
		t.Error("λ = −γ passed")
	}
}

// γ → ∞ gives −f back after the constant ½ log(2π/γ) is taken off; γ → 0 makes places alike.
func TestLocalEntropyLimits(t *testing.T) {
	for _, x := range []float64{-1, 0.3, 1.5} {
		e, err := LocalEntropy(twoValleys, x, 1e9)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "F − ½ log(2π/γ)", e.F-math.Log(2*math.Pi/1e9)/2, -twoValleys(x), 1e-6)
	}
	// The pull of γ alone: −F is flat to about γ times the spread of places.
	bump := func(x float64) float64 { return -2 * math.Exp(-x*x) }
	a, errA := LocalEntropy(bump, 0, 1e-4)
	b, errB := LocalEntropy(bump, 3, 1e-4)
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	if d := math.Abs(a.F - b.F); d > 1e-4 {
		t.Errorf("F differs by %g between places for γ = 10⁻⁴", d)
	}
	// A constant loss: F = −c + ½ log(2π/γ).
	e, err := LocalEntropy(func(float64) float64 { return 1e4 }, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "F of a constant", e.F, -1e4+math.Log(2*math.Pi/3)/2, 1e-12)
	near(t, "its gradient", e.Gradient, 0, 1e-12)
}

func TestLocalEntropyRefuses(t *testing.T) {
	flat := func(float64) float64 { return 0 }
	for _, c := range []struct{ x, gamma float64 }{{0, 0}, {0, -1}, {0, math.NaN()}, {0, math.Inf(1)}, {math.NaN(), 1}, {math.Inf(1), 1}} {
		if _, err := LocalEntropy(flat, c.x, c.gamma); err == nil {
			t.Errorf("x = %v, γ = %v passed", c.x, c.gamma)
		}
	}
	if _, err := LocalEntropy(func(x float64) float64 { return -x * x }, 0, 1); !errors.Is(err, ErrUnresolved) {
		t.Errorf("a loss that falls too fast: %v", err)
	}
	if _, err := LocalEntropy(func(x float64) float64 { return math.Inf(1) }, 0, 1); !errors.Is(err, ErrUnresolved) {
		t.Errorf("no mass: %v", err)
	}
	if _, err := LocalEntropy(math.Log, 0, 1); err == nil || errors.Is(err, ErrUnresolved) {
		t.Errorf("NaN: %v", err)
	}
	// A kink converges, at the price of more points.
	e, err := LocalEntropy(math.Abs, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	// ∫ exp(−|y| − y²/2) dy = 2√(2π) e^½ Φ(−1)
	near(t, "F of |x|", e.F, math.Log(2*math.Sqrt(2*math.Pi)*math.Exp(0.5)*math.Erfc(1/math.Sqrt2)/2), 1e-8)
}

func TestScoping(t *testing.T) {
	s := Scoping{0.03, 0.001}
	for _, k := range []int{0, 1, 10, 5000} {
		near(t, "γ(t)", s.At(k), 0.03*math.Pow(1.001, float64(k)), 1e-12)
	}
	// 1 + γ₁ rounds a small γ₁ away; the limit is e.
	near(t, "γ(10¹²) with γ₁ = 10⁻¹²", Scoping{1, 1e-12}.At(1e12), math.E, 1e-11)
	if v := (Scoping{2, 0}).At(100); v != 2 {
		t.Errorf("constant scope is %v", v)
	}
}

// The mean and the variance of SGLD on a quadratic over 64 chains are those of Stationary, for two rates, one of them large.
func TestSGLDStationary(t *testing.T) {
	const lambda, centre, x, gamma, chains = 3, -1, 2, 1.5, 64
	for _, rate := range []float64{0.01, 0.35} {
		s := SGLD{Steps: int(100 / rate), Rate: rate, Noise: math.Sqrt2}
		wantMean, wantVar, err := s.Stationary(lambda, centre, x, gamma)
		if err != nil {
			t.Fatal(err)
		}
		var means, variances []float64
		for seed := range uint64(chains) {
			var sum, square, n float64
			_, err := s.Run(func(dst, at []float64) { dst[0] = lambda * (at[0] - centre) }, []float64{x}, gamma, rng(seed),
				func(l int, sample, _ []float64) {
					if l > s.Steps/4 {
						d := sample[0] - wantMean
						sum, square, n = sum+d, square+d*d, n+1
					}
				})
			if err != nil {
				t.Fatal(err)
			}
			means, variances = append(means, sum/n), append(variances, square/n)
		}
		// Bands of 4 standard errors over the seeds: one in 16 000 leaves by chance, and seeds are fixed.
		band := func(what string, v []float64, want float64) {
			var m, q float64
			for _, u := range v {
				m += u / chains
			}
			for _, u := range v {
				q += (u - m) * (u - m) / (chains - 1)
			}
			se := math.Sqrt(q / chains)
			if se == 0 || math.Abs(m-want) > 4*se || se > 0.02 {
				t.Errorf("η′ = %g: %s %.4f ± %.4f, want %.4f", rate, what, m, se, want)
			}
		}
		band("mean − ⟨x′⟩", means, 0)
		band("variance", variances, wantVar)
	}
	near(t, "variance for η′ → 0", func() float64 {
		_, v, _ := SGLD{Rate: 1e-9, Noise: math.Sqrt2}.Stationary(lambda, centre, x, gamma)
		return v
	}(), 1/4.5, 1e-8)
	if _, _, err := (SGLD{Rate: 1, Noise: 1}).Stationary(3, 0, 0, 1); err == nil {
		t.Error("η′h = 4 settles")
	}
}

// Without noise the inner loop goes to the mode of the density, on a quadratic ⟨x′⟩: μ gives the exact gradient of −F.
func TestInnerLoopGivesTheGradient(t *testing.T) {
	lambda, centre, x, gamma := []float64{3, 0.5, 20}, []float64{1, -1, 0}, []float64{0.2, 2, -1}, 0.7
	grad := func(dst, at []float64) {
		for i := range dst {
			dst[i] = lambda[i] * (at[i] - centre[i])
		}
	}
	_, want, err := QuadraticEntropy(lambda, centre, x, gamma)
	if err != nil {
		t.Fatal(err)
	}
	for _, rho := range []float64{0, 0.5} {
		mu, err := SGLD{Steps: 2000, Rate: 0.03, Momentum: rho}.Run(grad, x, gamma, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range x {
			// Momentum stretches the loss's gradient by 1 + ρ/(1 − ρ)·… at rest v = g/(1 − ρ), g + ρv = g/(1 − ρ): a steeper loss
			l := lambda[i] / (1 - rho)
			near(t, fmt.Sprintf("ρ = %g, coordinate %d", rho, i), gamma*(x[i]-mu[i]), l*gamma/(l+gamma)*(x[i]-centre[i]), 1e-9)
			if rho == 0 {
				near(t, "closed form", gamma*(x[i]-mu[i]), want[i], 1e-9)
			}
		}
	}
}

func problemOf(g golden) optim.Problem {
	a := mat.NewDense(len(g.Problem.A), len(g.Problem.X0), nil)
	for i, r := range g.Problem.A {
		a.SetRow(i, r)
	}
	return optim.LeastSquares(a, g.Problem.B)
}

// The same batches and the same noise as numpy's run: the same path, to round-off.
func TestGoldenRuns(t *testing.T) {
	g := readGolden(t)
	if len(g.Runs) != 4 {
		t.Fatalf("%d runs", len(g.Runs))
	}
	for _, r := range g.Runs {
		batch, noise := 0, 0
		d := EntropySGD{Rate: 0.7, Unscaled: r.Unscaled, Momentum: r.Outer, Scope: Scoping{0.8, 0.1}, Steps: 6,
			Inner: SGLD{Steps: 4, Rate: 0.05, Noise: 0.3, Average: 0.6, Momentum: r.Inner}}
		tr, err := d.minimize(context.Background(), problemOf(g), g.Problem.X0,
			func() []int { batch++; return g.Problem.Batches[batch-1] }, func() float64 { noise++; return g.Problem.Noise[noise-1] })
		if err != nil {
			t.Fatal(err)
		}
		if len(tr.X) != len(r.Path) || batch != 24 || noise != 72 {
			t.Fatalf("%d points, %d batches, %d normal numbers", len(tr.X), batch, noise)
		}
		for k, p := range r.Path {
			for i, v := range p {
				near(t, fmt.Sprintf("unscaled %v, ρ′ %g, ρ %g: x_%d[%d]", r.Unscaled, r.Inner, r.Outer, k, i), tr.X[k][i], v, 1e-12)
			}
		}
		if tr.Samples[6] != 6*4*3 {
			t.Errorf("%d samples counted, want 72", tr.Samples[6])
		}
	}
}

// L = 1, ε = 0, α = 1, η = 1 unscaled is SGD with the rate η′, batch for batch; scaled, it is SGD with the rate ηγη′α.
func TestReductionsToSGD(t *testing.T) {
	g := readGolden(t)
	p := problemOf(g)
	same := func(what string, d EntropySGD, rate float64) {
		t.Helper()
		d.Steps, d.Batch, d.Every = 30, 4, 3
		tr, err := d.Minimize(context.Background(), p, g.Problem.X0, rng(5))
		if err != nil {
			t.Fatal(err)
		}
		want, err := optim.SGD{Rate: rate, Batch: 4, Epochs: 10, Every: 3}.Minimize(context.Background(), p, g.Problem.X0, rng(5))
		if err != nil {
			t.Fatal(err)
		}
		if len(tr.X) != len(want.X) || len(tr.X) < 10 {
			t.Fatalf("%d points, want %d", len(tr.X), len(want.X))
		}
		for k := range want.X {
			for i := range want.X[k] {
				near(t, what, tr.X[k][i], want.X[k][i], 1e-12)
			}
			if tr.Samples[k] != want.Samples[k] {
				t.Errorf("%s: %d samples after record %d, want %d", what, tr.Samples[k], k, want.Samples[k])
			}
		}
	}
	same("L = 1", EntropySGD{Rate: 1, Unscaled: true, Scope: Scoping{3, 0.5}, Inner: SGLD{Steps: 1, Rate: 0.05, Average: 1}}, 0.05)
	same("L = 1, scaled", EntropySGD{Rate: 0.5, Scope: Scoping{3, 0}, Inner: SGLD{Steps: 1, Rate: 0.1, Average: 0.4}}, 0.5*3*0.1*0.4)
}

// On a quadratic with a long inner loop and no noise, Entropy-SGD is gradient descent on −F.
func TestItDescendsTheLocalEntropy(t *testing.T) {
	h := mat.NewSymDense(2, []float64{3, 0, 0, 0.5})
	p := optim.Quadratic(h, []float64{1, -1})
	d := EntropySGD{Rate: 0.8, Scope: Scoping{0.7, 0}, Inner: SGLD{Steps: 3000, Rate: 0.05}, Steps: 5}
	tr, err := d.Minimize(context.Background(), p, []float64{3, 2}, nil)
	if err != nil {
		t.Fatal(err)
	}
	x := []float64{3, 2}
	for k := 1; k <= 5; k++ {
		_, g, err := QuadraticEntropy([]float64{3, 0.5}, []float64{1, -1}, x, 0.7)
		if err != nil {
			t.Fatal(err)
		}
		for i := range x {
			x[i] -= 0.8 * g[i]
			near(t, fmt.Sprintf("x_%d", k), tr.X[k][i], x[i], 1e-9)
		}
	}
}

// From the middle, gradient descent on −F with a small scope ends in the wide valley although the sharp one is deeper.
func TestWideValleyWins(t *testing.T) {
	if !(twoValleys(1.5) < twoValleys(-0.98)) {
		t.Fatal("the sharp valley is not the deeper one")
	}
	best := func(gamma float64) (at float64) {
		low := math.Inf(1)
		for i := range 401 {
			x := -3 + 6*float64(i)/400
			e, err := LocalEntropy(twoValleys, x, gamma)
			if err != nil {
				t.Fatal(err)
			}
			if -e.F < low {
				low, at = -e.F, x
			}
		}
		return at
	}
	if x := best(1); math.Abs(x+1) > 0.4 {
		t.Errorf("γ = 1: −F is least at %g", x)
	}
	if x := best(1e4); math.Abs(x-1.5) > 0.05 {
		t.Errorf("γ = 10⁴: −F is least at %g", x)
	}
}

func TestRefusesAndDiverges(t *testing.T) {
	p := optim.Quadratic(mat.NewSymDense(1, []float64{1}), []float64{0})
	good := EntropySGD{Rate: 1, Scope: Scoping{1, 0}, Inner: SGLD{Steps: 2, Rate: 0.1}, Steps: 3}
	if _, err := good.Minimize(context.Background(), p, []float64{1}, nil); err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	for name, change := range map[string]func(d *EntropySGD){
		"rate":       func(d *EntropySGD) { d.Rate = 0 },
		"NaN":        func(d *EntropySGD) { d.Rate = nan },
		"momentum":   func(d *EntropySGD) { d.Momentum = 1 },
		"gamma0":     func(d *EntropySGD) { d.Scope.Gamma0 = -1 },
		"gamma0 NaN": func(d *EntropySGD) { d.Scope.Gamma0 = nan },
		"gamma1":     func(d *EntropySGD) { d.Scope.Gamma1 = -0.1 },
		"L":          func(d *EntropySGD) { d.Inner.Steps = 0 },
		"inner rate": func(d *EntropySGD) { d.Inner.Rate = math.Inf(1) },
		"noise":      func(d *EntropySGD) { d.Inner.Noise = -1 },
		"average":    func(d *EntropySGD) { d.Inner.Average = 1.1 },
		"inner ρ":    func(d *EntropySGD) { d.Inner.Momentum = -0.1 },
		"steps":      func(d *EntropySGD) { d.Steps = -1 },
		"batch":      func(d *EntropySGD) { d.Batch = -1 },
	} {
		d := good
		change(&d)
		if _, err := d.Minimize(context.Background(), p, []float64{1}, rng(1)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := good.Minimize(context.Background(), p, []float64{nan}, nil); err == nil {
		t.Error("a start of NaN passed")
	}
	if _, err := good.Minimize(context.Background(), p, nil, nil); err == nil {
		t.Error("an empty start passed")
	}
	wild := good
	wild.Inner = SGLD{Steps: 400, Rate: 10}
	if _, err := wild.Minimize(context.Background(), p, []float64{1}, nil); !errors.Is(err, optim.ErrDiverged) {
		t.Errorf("an inner loop that blows up: %v", err)
	}
	wild = good
	wild.Rate, wild.Steps = 100, 2000
	if tr, err := wild.Minimize(context.Background(), p, []float64{1}, nil); !errors.Is(err, optim.ErrDiverged) || len(tr.X) < 10 {
		t.Errorf("an outer loop that blows up: %v", err)
	}
	// The scope overflows in the end.
	wild = good
	wild.Scope.Gamma1, wild.Steps, wild.Rate, wild.Inner.Rate = 1e3, 200, 1e-200, 1e-250
	if _, err := wild.Minimize(context.Background(), p, []float64{1}, nil); err == nil {
		t.Error("an infinite scope passed")
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	stop := errors.New("enough")
	good.Watch = func(k int, gamma float64, x, mu []float64) {
		if k == 1 {
			cancel(stop)
		}
	}
	if tr, err := good.Minimize(ctx, p, []float64{1}, nil); !errors.Is(err, stop) || len(tr.X) != 3 {
		t.Errorf("cancelled: %v", err)
	}
}

func BenchmarkEntropySGD(b *testing.B) {
	r := rng(3)
	a := mat.NewDense(1000, 50, nil)
	y := make([]float64, 1000)
	for i := range 1000 {
		y[i] = r.NormFloat64()
		for j := range 50 {
			a.Set(i, j, r.NormFloat64())
		}
	}
	d := EntropySGD{Rate: 1, Unscaled: true, Scope: Scoping{0.1, 0.01}, Inner: SGLD{Steps: 20, Rate: 0.01, Noise: 1e-3}, Steps: 50, Every: 50, Batch: 32}
	for b.Loop() {
		if _, err := d.Minimize(context.Background(), optim.LeastSquares(a, y), make([]float64, 50), rng(1)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLocalEntropy(b *testing.B) {
	for b.Loop() {
		if _, err := LocalEntropy(twoValleys, 0.3, 2); err != nil {
			b.Fatal(err)
		}
	}
}
