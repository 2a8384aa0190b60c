package leastnorm_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/leastnorm"
)

var background = context.Background()

func decompose(t testing.TB, a mat.Matrix) *leastnorm.Decomposition {
	t.Helper()
	d, err := leastnorm.SVD{}.Decompose(a)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The gradient against central differences of the loss, at random points of random problems.
func TestGradient(t *testing.T) {
	rng := rand.New(rand.NewPCG(12, 1))
	for range 20 {
		m, n := 1+rng.IntN(6), 1+rng.IntN(8)
		a, b, x := mat.NewDense(m, n, gaussian(rng, m*n)), gaussian(rng, m), gaussian(rng, n)
		g, r := gaussian(rng, n), gaussian(rng, m) // must be overwritten
		leastnorm.Gradient(g, r, a, b, x)
		want := fd.Gradient(nil, func(x []float64) float64 { return leastnorm.Loss(a, b, x) }, x, &fd.Settings{Formula: fd.Central})
		near(t, "gradient", g, want, 1e-7, 1+floats.Norm(want, 2)) // h² error of the quadratic is 0; rounding is 2⁻⁵²/h = 4e-11
		if got := floats.Norm(r, 2); math.Abs(got-leastnorm.Residual(a, b, x)) > 1e-14*got {
			t.Errorf("residual vector has norm %v, want %v", got, leastnorm.Residual(a, b, x))
		}
	}
}

// Forty and more steps against NumPy's in 80 bits, and the limit against pinv, for every shape, rank and scale.
func TestDescentGolden(t *testing.T) {
	for _, p := range golden(t) {
		t.Run(p.Name, func(t *testing.T) {
			a := dense(p.A)
			tr, err := leastnorm.GradientDescent{Step: p.Step, Iterations: p.Steps}.Run(background, a, p.B, p.X0)
			if err != nil {
				t.Fatal(err)
			}
			// contractive: rounding errors of p.Steps steps add up, no more
			near(t, "x_k", tr.X, p.GD, float64(p.Steps)*100*0x1p-52, floats.Norm(p.X0, 2)+floats.Norm(p.X, 2))
			limit := decompose(t, a).Limit(p.B, p.X0)
			near(t, "limit", limit, p.Limit, 100*0x1p-52*p.cond(), floats.Norm(p.X0, 2)+floats.Norm(p.X, 2))
		})
	}
}

// From random starts, for every shape and rank, gradient descent ends at V₂V₂ᵀx₀ + A⁺b within 1e-10.
func TestConvergesToLimit(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 4))
	for _, c := range []struct{ m, n, r int }{{2, 3, 2}, {3, 8, 3}, {4, 4, 4}, {6, 3, 3}, {5, 9, 2}, {1, 5, 1}, {5, 1, 1}} {
		for range 5 {
			a := withSpectrum(rng, c.m, c.n, []float64{4, 3, 2, 1}[:c.r]...)
			b, x0 := gaussian(rng, c.m), gaussian(rng, c.n)
			d := decompose(t, a)
			limit := d.Limit(b, x0)
			for _, share := range []float64{0.1, 0.5, 0.95} {
				tr, err := leastnorm.GradientDescent{Step: share * d.StepLimit(), Iterations: 4000, Every: 500, Target: limit}.Run(background, a, b, x0)
				if err != nil {
					t.Fatal(err)
				}
				if last := tr.Distances[len(tr.Distances)-1]; !(last < 1e-10) {
					t.Errorf("%d×%d rank %d at %v of the limit: distance %.3g from V₂V₂ᵀx₀ + A⁺b", c.m, c.n, c.r, share, last)
				}
				// the part in null(A) never moves
				near(t, "V₂V₂ᵀx_k", d.Null(tr.X), d.Null(x0), 1e-11, 1)
			}
		}
	}
}

// The distance to the limit is Σ(1 − μσᵢ²)²ᵏ(…)², step by step, also where it grows.
func TestDistanceAt(t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 3))
	a := withSpectrum(rng, 4, 7, 3, 2, 0.7, 0.1)
	b, x0 := gaussian(rng, 4), gaussian(rng, 7)
	d := decompose(t, a)
	for _, share := range []float64{0.3, 0.9, 1, 1.02} {
		mu := share * d.StepLimit()
		tr, err := leastnorm.GradientDescent{Step: mu, Iterations: 200, Target: d.Limit(b, x0)}.Run(background, a, b, x0)
		if err != nil {
			t.Fatal(err)
		}
		for i, k := range tr.K {
			if want := d.DistanceAt(b, x0, mu, k); math.Abs(tr.Distances[i]-want) > 1e-11*want {
				t.Fatalf("share %v, step %d: distance %v, predicted %v", share, k, tr.Distances[i], want)
			}
		}
	}
}

// Just below 2/σ₁² it converges, at it it swings for ever, just above it it diverges to an error.
func TestStepLimit(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	a := withSpectrum(rng, 3, 5, 2, 1.5, 1)
	b, x0 := gaussian(rng, 3), gaussian(rng, 5)
	d := decompose(t, a)
	if got := d.StepLimit(); math.Abs(got-0.5) > 1e-14 {
		t.Fatalf("limit %v, want 2/2² = 0.5", got)
	}
	run := func(share float64, steps int) (*leastnorm.Trajectory, error) {
		return leastnorm.GradientDescent{Step: share * d.StepLimit(), Iterations: steps, Target: d.Limit(b, x0)}.Run(background, a, b, x0)
	}
	tr, err := run(0.99, 3000)
	if err != nil || tr.Distances[3000] > 1e-12 {
		t.Errorf("0.99 of the limit: distance %v, error %v", tr.Distances[3000], err)
	}
	tr, err = run(1, 3000)
	if err != nil || math.Abs(tr.Distances[3000]/tr.Distances[2999]-1) > 1e-9 || tr.Distances[3000] < 1e-3 {
		t.Errorf("at the limit: distances %v, %v, error %v", tr.Distances[2999], tr.Distances[3000], err)
	}
	tr, err = run(1.01, 3000)
	if err != nil || tr.Distances[3000] < 1e10*tr.Distances[0] {
		t.Errorf("1.01 of the limit: distance %v from %v, error %v", tr.Distances[3000], tr.Distances[0], err)
	}
	tr, err = run(1.01, 100000)
	if !errors.Is(err, leastnorm.ErrDiverged) || len(tr.K) < 1000 || !strings.Contains(err.Error(), "2/σ₁²") {
		t.Errorf("1.01 of the limit, 100000 steps: error %v", err)
	}
}

// The predicted number of steps suffices from random starts, is reached from the worst one, and the
// condition number alone gives it for the best step.
func TestIterations(t *testing.T) {
	rng := rand.New(rand.NewPCG(29, 2))
	for _, kappa := range []float64{1, 2, 10, 100} {
		a := withSpectrum(rng, 3, 6, 5, 5/math.Sqrt(kappa), 5/kappa)
		d := decompose(t, a)
		const eps = 1e-6
		for _, mu := range []float64{d.BestStep(), 1 / d.SigmaMax() / d.SigmaMax(), 0.99 * d.StepLimit()} {
			k, err := d.Iterations(mu, eps)
			if err != nil {
				t.Fatal(err)
			}
			ratio := func(x0 []float64, k int) float64 {
				b := times(a, gaussian(rng, 6))
				floats.Add(x0, d.Apply(b))
				return d.DistanceAt(b, x0, mu, k) / d.DistanceAt(b, x0, mu, 0)
			}
			for range 10 {
				if r := ratio(gaussian(rng, 6), k); !(r <= eps*(1+1e-9)) {
					t.Errorf("κ %v, step %v: after %d steps the error shrank to %v, promised %v", kappa, mu, k, r, eps)
				}
			}
			if k > 1 {
				// the worst start lies along v₁ or vᵣ: one step fewer is not enough
				worst := max(ratio(singular(d, a, 0), k-1), ratio(singular(d, a, 2), k-1))
				if !(worst > eps*(1-1e-9)) {
					t.Errorf("κ %v, step %v: %d steps were enough already (%v)", kappa, mu, k-1, worst)
				}
			}
		}
		best, err := d.Iterations(d.BestStep(), eps)
		if err != nil {
			t.Fatal(err)
		}
		alone, err := leastnorm.IterationsFor(kappa, eps)
		if err != nil || math.Abs(float64(best-alone)) > 1 {
			t.Errorf("κ %v: %d steps by A, %d by κ (%v)", kappa, best, alone, err)
		}
		if asym := kappa * kappa / 2 * math.Log(1/eps); kappa >= 10 && math.Abs(float64(alone)/asym-1) > 0.02 {
			t.Errorf("κ %v: %d steps, ½κ²ln(1/ε) = %v", kappa, alone, asym)
		}
		// no step does better than the best one
		for range 50 {
			if mu := rng.Float64() * d.StepLimit(); d.Contraction(mu) < d.Contraction(d.BestStep())-1e-12 {
				t.Errorf("κ %v: step %v contracts by %v, the best one by %v", kappa, mu, d.Contraction(mu), d.Contraction(d.BestStep()))
			}
		}
	}
	d := decompose(t, mat.NewDense(1, 2, []float64{1, 0}))
	for _, mu := range []float64{0, -1, 2, 3, math.NaN()} {
		if _, err := d.Iterations(mu, 0.1); err == nil {
			t.Errorf("step %v: no error, although the limit is 2", mu)
		}
	}
	if _, err := leastnorm.IterationsFor(1e12, 1e-6); err == nil || !strings.Contains(err.Error(), "QR") {
		t.Errorf("κ = 10¹²: error %v, want one that recommends QR", err)
	}
}

// singular returns vᵢ up to sign, for a matrix of three distinct (or equal) singular values.
func singular(d *leastnorm.Decomposition, a mat.Matrix, i int) []float64 {
	var f mat.SVD
	f.Factorize(a, mat.SVDThin)
	var v mat.Dense
	f.VTo(&v)
	return mat.Col(nil, i, &v)
}

func TestRecords(t *testing.T) {
	a, b, x0 := mat.NewDense(1, 2, []float64{3, 4}), []float64{10}, []float64{1, 1}
	var seen []int
	tr, err := leastnorm.GradientDescent{Step: 0.01, Iterations: 25, Every: 10, Keep: true, Target: []float64{0, 0},
		Progress: func(k int, r float64) { seen = append(seen, k) }}.Run(background, a, b, x0)
	if err != nil {
		t.Fatal(err)
	}
	if want := []int{0, 10, 20, 25}; !equalInts(tr.K, want) || !equalInts(seen, want) || len(tr.Points) != 4 || len(tr.Distances) != 4 {
		t.Errorf("records at %v, progress at %v, %d points, %d distances; want %v", tr.K, seen, len(tr.Points), len(tr.Distances), want)
	}
	for i, p := range tr.Points {
		if r := leastnorm.Residual(a, b, p); math.Abs(r-tr.Residuals[i]) > 1e-14*r || math.Abs(floats.Norm(p, 2)-tr.Distances[i]) > 1e-14 {
			t.Errorf("record %d does not fit its point", i)
		}
	}
	if !floats.Equal(tr.Points[0], x0) || !floats.Equal(tr.Points[3], tr.X) || !floats.Equal(x0, []float64{1, 1}) {
		t.Error("the first point is not x0, the last not X, or x0 was changed")
	}
	// no steps: the start, recorded once
	tr, err = leastnorm.GradientDescent{Step: 1}.Run(background, a, b, x0)
	if err != nil || !equalInts(tr.K, []int{0}) || !floats.Equal(tr.X, x0) {
		t.Errorf("no steps: %+v, %v", tr, err)
	}
	// tolerance: stops at the first step that reaches it
	tr, err = leastnorm.GradientDescent{Step: 0.01, Iterations: 1000, Tolerance: 1e-3}.Run(background, a, b, x0)
	if err != nil || !tr.Stopped || tr.Residuals[len(tr.K)-1] > 1e-2 || tr.Residuals[len(tr.K)-2] <= 1e-2 {
		t.Errorf("tolerance: stopped %v after %v, %v", tr.Stopped, tr.K[len(tr.K)-1], err)
	}
	// step 0 is the best step; here κ = 1 and one step is enough
	tr, err = leastnorm.GradientDescent{Iterations: 1}.Run(background, a, b, x0)
	if err != nil || tr.Residuals[1] > 1e-13 || math.Abs(tr.Step-1.0/25) > 1e-16 {
		t.Errorf("best step: %+v, %v", tr, err)
	}
}

func equalInts(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancelCause(background)
	because := errors.New("enough")
	a := mat.NewDense(1, 1, []float64{1})
	tr, err := leastnorm.GradientDescent{Step: 0.1, Iterations: 100, Progress: func(k int, _ float64) {
		if k == 7 {
			cancel(because)
		}
	}}.Run(ctx, a, []float64{1}, []float64{0})
	if !errors.Is(err, because) || !strings.Contains(err.Error(), "8 of 100") || len(tr.K) != 8 {
		t.Errorf("cancelled at step 7: %v with %d records", err, len(tr.K))
	}
}

func TestDescentInput(t *testing.T) {
	a := mat.NewDense(1, 2, []float64{1, 2})
	run := func(d leastnorm.GradientDescent, b, x0 []float64) error {
		_, err := d.Run(background, a, b, x0)
		return err
	}
	if err := run(leastnorm.GradientDescent{}, []float64{1}, []float64{0, math.Inf(1)}); err == nil || !strings.Contains(err.Error(), "x₀[1] is +Inf") {
		t.Errorf("infinity in x0: %v", err)
	}
	panics(t, "nil x0", "x0 is nil", func() { run(leastnorm.GradientDescent{}, []float64{1}, nil) })
	panics(t, "short x0", "1 entries for the 2 columns", func() { run(leastnorm.GradientDescent{}, []float64{1}, []float64{1}) })
	panics(t, "NaN step", "Step", func() { run(leastnorm.GradientDescent{Step: math.NaN()}, []float64{1}, []float64{0, 0}) })
	panics(t, "negative step", "Step", func() { run(leastnorm.GradientDescent{Step: -1}, []float64{1}, []float64{0, 0}) })
	panics(t, "short target", "Target", func() { run(leastnorm.GradientDescent{Target: []float64{1}}, []float64{1}, []float64{0, 0}) })
}

// The loop allocates what it starts with, and nothing a step.
func TestNoAllocationPerStep(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	a, b, x0 := mat.NewDense(5, 9, gaussian(rng, 45)), gaussian(rng, 5), gaussian(rng, 9)
	count := func(steps int) float64 {
		return testing.AllocsPerRun(5, func() {
			if _, err := (leastnorm.GradientDescent{Step: 1e-3, Iterations: steps, Every: 1, Target: x0}).Run(background, a, b, x0); err != nil {
				t.Fatal(err)
			}
		})
	}
	if few, many := count(10), count(10000); few != many {
		t.Errorf("10 steps allocate %v times, 10000 steps %v times", few, many)
	}
}
