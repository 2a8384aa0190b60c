package easgd

import (
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/optim"
)

func syncMatrix(z, alpha float64, p int) *mat.Dense {
	b := float64(p) * alpha
	return mat.NewDense(2, 2, []float64{1 - b, b, alpha, 1 - z - alpha})
}

// The eigenvalues in closed form are those of M, and the recursion is that of the code.
func TestSynchronousFactors(t *testing.T) {
	rng := source(1)
	for range 50 {
		z, alpha, p := 2.5*rng.Float64(), rng.Float64(), 1+rng.IntN(8)
		gamma, phi := SynchronousFactors(z, alpha, p)
		m := syncMatrix(z, alpha, p)
		if math.Abs(gamma+phi-mat.Trace(m)) > 1e-12 || math.Abs(gamma*phi-mat.Det(m)) > 1e-12 || gamma < phi {
			t.Fatalf("z %v, α %v, p %d: γ %v, φ %v", z, alpha, p, gamma, phi)
		}
		out := run(t, Synchronous{Rate: z / 3, Alpha: alpha}, bowl(3, 0), []float64{1.5}, Run{Workers: p, Steps: 6}, 1)
		want := mat.NewVecDense(2, []float64{1.5, 1.5})
		for k := range out.X {
			if math.Abs(out.X[k][0]-want.AtVec(0)) > 1e-9*(1+math.Abs(want.AtVec(0))) {
				t.Fatalf("z %v, α %v, p %d: centre %v after %d steps, M has %v", z, alpha, p, out.X[k][0], k, want.AtVec(0))
			}
			want.MulVec(m, mat.VecDenseCopyOf(want))
		}
	}
}

// At the limits the spectral radius passes 1, from below; all p + 1 points together.
func TestLimits(t *testing.T) {
	whole := func(z, alpha float64, p int) float64 { // radius with the workers' differences, p ≥ 2
		r := Radius(syncMatrix(z, alpha, p))
		if p > 1 {
			r = max(r, math.Abs(1-z-alpha))
		}
		return r
	}
	for _, p := range []int{1, 2, 4, 16} {
		for z := 0.05; z < 1.99; z += 0.15 {
			limit := SynchronousLimit(z, p)
			if in, out := whole(z, 0.999*limit, p), whole(z, 1.001*limit, p); in >= 1 || out <= 1 {
				t.Errorf("synchronous, z %.2f, p %d, limit %v: radius %v inside, %v outside", z, p, limit, in, out)
			}
			limit = RoundRobinLimit(z)
			if in := Radius(RoundMatrix(z, 0.999*limit, p, 1)); in >= 1 {
				t.Errorf("turns, z %.2f, p %d, limit %v: radius %v inside", z, p, limit, in)
			}
			if out := Radius(RoundMatrix(z, 1.001*limit, p, 1)); p == 1 && out <= 1 {
				t.Errorf("turns, z %.2f, p %d, limit %v: radius %v outside", z, p, limit, out)
			}
		}
		if SynchronousLimit(2, p) != 0 || SynchronousLimit(0, p) != 0 {
			t.Error("no limit at z = 0, 2")
		}
	}
}

func TestRoundMatrix(t *testing.T) {
	const z, alpha, p = 0.3, 0.4, 3
	for _, period := range []int{1, 4} {
		m := RoundMatrix(z, alpha, p, period)
		want := mat.NewVecDense(p+1, []float64{2, 2, 2, 2})
		rounds := 5
		for range rounds {
			want.MulVec(m, mat.VecDenseCopyOf(want))
		}
		// A run of five rounds: the meeting that would begin the sixth does not take place.
		out := run(t, EASGD{Rate: z, Alpha: alpha, Period: period}, bowl(1, 0), []float64{2}, Run{Workers: p, Steps: rounds * period, Paths: true}, 1)
		x, _ := out.Last()
		got := []float64{out.Paths[0][rounds*period][0], out.Paths[1][rounds*period][0], out.Paths[2][rounds*period][0], x[0]}
		if !near(got, want.RawVector().Data, 1e-13) {
			t.Errorf("τ = %d: %v, want %v", period, got, want.RawVector().Data)
		}
	}
}

// The closed form against a Lyapunov equation of all p + 1 coordinates (SciPy), and against runs.
func TestCentreVariance(t *testing.T) {
	cases := readGolden(t).Variance
	if len(cases) < 5 {
		t.Fatal("no golden variances")
	}
	for _, c := range cases {
		if got := CentreVariance(c.Rate, c.H, c.Sigma, c.Alpha, c.P); math.Abs(got-c.Want) > 1e-12*c.Want {
			t.Errorf("%+v: %v", c, got)
		}
	}
	if !math.IsInf(CentreVariance(0.1, 1, 1, 1, 4), 1) || !math.IsInf(SGDVariance(2, 1, 1), 1) {
		t.Error("an unstable setting has a finite variance")
	}
	// A stationary mean over 40 000 steps with a correlation time of about 30: 1300 independent squares, so a standard deviation of
	// √(2/1300) = 4 % of the variance for a seed, and 2 % for the mean over 5.
	measure := func(m Method, p int) float64 {
		sum, n := 0.0, 0.0
		for seed := range uint64(5) {
			out := run(t, m, bowl(1, 1), []float64{0}, Run{Workers: p, Steps: 40000}, 10+seed)
			for _, x := range out.X[1000:] {
				sum, n = sum+x[0]*x[0], n+1
			}
		}
		return sum / n
	}
	for name, c := range map[string]struct{ got, want float64 }{
		"SGD":              {measure(Sequential{Rate: 0.1}, 1), SGDVariance(0.1, 1, 1)},
		"Synchronous, p=4": {measure(Synchronous{Rate: 0.1, Alpha: 0.225}, 4), CentreVariance(0.1, 1, 1, 0.225, 4)},
		"Synchronous, p=1": {measure(Synchronous{Rate: 0.2, Alpha: 0.5}, 1), CentreVariance(0.2, 1, 1, 0.5, 1)},
	} {
		if math.Abs(c.got/c.want-1) > 0.1 {
			t.Errorf("%s: measured %v, theory %v", name, c.got, c.want)
		}
	}
}

// Downpour converges up to DownpourPeriod and diverges from the next period on; EASGD does not mind.
func TestDownpourPeriod(t *testing.T) {
	for _, p := range []int{3, 4, 8} {
		for _, z := range []float64{0.02, 0.1, 0.3} {
			limit := DownpourPeriod(z, p)
			if limit == 0 {
				if p == 8 && z == 0.3 {
					limit = 0
				} else {
					t.Errorf("p %d, z %v: no period", p, z)
				}
			}
			end := func(m Method, period int) float64 {
				out, err := m.Minimize(ctx, bowl(1, 0), []float64{1}, Run{Workers: p, Steps: 2000 * period, Every: 100 * p}, source(1))
				if errors.Is(err, optim.ErrDiverged) {
					return math.Inf(1)
				}
				x, _ := out.Last()
				return math.Abs(x[0])
			}
			if limit > 0 {
				if x := end(Downpour{Rate: z, Period: limit}, limit); x > 0.5 {
					t.Errorf("p %d, z %v, τ = %d: %v", p, z, limit, x)
				}
			}
			if x := end(Downpour{Rate: z, Period: limit + 1}, limit+1); x < 2 {
				t.Errorf("p %d, z %v, τ = %d: %v", p, z, limit+1, x)
			}
			if x := end(EASGD{Rate: z, Alpha: 0.9 / float64(p), Period: 4 * (limit + 1)}, 4*(limit+1)); x > 1e-3 {
				t.Errorf("EASGD, p %d, z %v, τ = %d: %v", p, z, 4*(limit+1), x)
			}
		}
	}
	if DownpourPeriod(0.5, 1) != math.MaxInt || DownpourPeriod(0.5, 2) != math.MaxInt || DownpourPeriod(1, 2) != 0 || DownpourPeriod(1, 4) != 0 {
		t.Error("edges of DownpourPeriod")
	}
	for p, want := range map[int]float64{1: 2, 2: 1, 3: 0.6180339887498949} {
		if math.Abs(DownpourLimit(p)-want) > 1e-15 {
			t.Errorf("DownpourLimit(%d) = %v", p, DownpourLimit(p))
		}
	}
}
