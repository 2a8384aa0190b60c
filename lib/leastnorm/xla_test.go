package leastnorm_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/backend"
	"nncourse/lib/leastnorm"
)

func loop(t testing.TB) *leastnorm.XLA {
	t.Helper()
	b, err := backend.New(background)
	if err != nil {
		t.Fatal(err)
	}
	l, err := leastnorm.NewXLA(b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

// The While loop in float32 against the gonum loop in float64, for every problem that float32 can hold.
func TestXLAMatchesGonum(t *testing.T) {
	l := loop(t)
	ran := 0
	for _, p := range golden(t) {
		if strings.Contains("huge tiny unequal rows", p.Name) {
			continue // out of float32's range or precision
		}
		ran++
		d := leastnorm.GradientDescent{Step: p.Step, Iterations: p.Steps, Every: 7, Keep: true, Target: p.Limit}
		want, err := d.Run(background, dense(p.A), p.B, p.X0)
		if err != nil {
			t.Fatal(err)
		}
		got, err := l.Run(background, d, dense(p.A), p.B, p.X0)
		if err != nil {
			t.Fatalf("%s: %v", p.Name, err)
		}
		// contractive: rounding of 2⁻²⁴ a step and operation, 1e-5 on the scale of start and end
		scale := floats.Norm(p.X0, 2) + floats.Norm(want.X, 2)
		near(t, p.Name, got.X, want.X, 1e-5, scale)
		if !equalInts(got.K, want.K) || len(got.Points) != len(want.Points) {
			t.Fatalf("%s: records at %v, want %v", p.Name, got.K, want.K)
		}
		for i := range got.K {
			if math.Abs(got.Distances[i]-want.Distances[i]) > 1e-5*scale {
				t.Errorf("%s, step %d: distance %v, want %v", p.Name, got.K[i], got.Distances[i], want.Distances[i])
			}
			if tol := 1e-5 * p.Sigma[0] * scale; math.Abs(got.Residuals[i]-want.Residuals[i]) > tol+1e-6*want.Residuals[0] {
				t.Errorf("%s, step %d: residual %v, want %v", p.Name, got.K[i], got.Residuals[i], want.Residuals[i])
			}
		}
	}
	if ran < 12 {
		t.Fatalf("only %d problems ran", ran)
	}
}

// One execution and many give the same bits, and the default is one execution.
func TestXLAChunks(t *testing.T) {
	l := loop(t)
	rng := rand.New(rand.NewPCG(21, 3))
	a, b, x0 := mat.NewDense(4, 9, gaussian(rng, 36)), gaussian(rng, 4), gaussian(rng, 9)
	one, err := l.Run(background, leastnorm.GradientDescent{Iterations: 500}, a, b, x0)
	if err != nil {
		t.Fatal(err)
	}
	if !equalInts(one.K, []int{0, 500}) {
		t.Errorf("records at %v", one.K)
	}
	many, err := l.Run(background, leastnorm.GradientDescent{Iterations: 500, Every: 37}, a, b, x0)
	if err != nil {
		t.Fatal(err)
	}
	if !floats.Equal(one.X, many.X) {
		t.Errorf("500 steps at once and in chunks of 37 differ by %v", floats.Distance(one.X, many.X, 2))
	}
	// a view with gaps between its rows is copied rightly
	wide := mat.NewDense(4, 12, gaussian(rng, 48))
	view := wide.Slice(0, 4, 2, 11).(*mat.Dense)
	got, err := l.Run(background, leastnorm.GradientDescent{Iterations: 3}, view, b, x0)
	if err != nil {
		t.Fatal(err)
	}
	want, err := leastnorm.GradientDescent{Iterations: 3}.Run(background, mat.DenseCopyOf(view), b, x0)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "view", got.X, want.X, 1e-5, 1+floats.Norm(want.X, 2))
	zero, err := l.Run(background, leastnorm.GradientDescent{Step: 1}, a, b, x0)
	if err != nil || !equalInts(zero.K, []int{0}) {
		t.Errorf("no steps: %v, %v", zero.K, err)
	}
}

func TestXLAStops(t *testing.T) {
	l := loop(t)
	a, b, x0 := mat.NewDense(1, 2, []float64{3, 4}), []float64{10}, []float64{1, 1}
	// tolerance, looked at every 5 steps
	tr, err := l.Run(background, leastnorm.GradientDescent{Step: 0.01, Iterations: 1000, Every: 5, Tolerance: 1e-3}, a, b, x0)
	if err != nil || !tr.Stopped || tr.K[len(tr.K)-1]%5 != 0 || tr.Residuals[len(tr.K)-1] > 1e-2 {
		t.Errorf("tolerance: %+v, %v", tr, err)
	}
	// divergence: the limit is 2/25
	tr, err = l.Run(background, leastnorm.GradientDescent{Step: 0.2, Iterations: 1000, Every: 50}, a, b, x0)
	if !errors.Is(err, leastnorm.ErrDiverged) || len(tr.K) < 2 {
		t.Errorf("step above the limit: %v", err)
	}
	// cancellation, between two executions
	ctx, cancel := context.WithCancelCause(background)
	because := errors.New("enough")
	tr, err = l.Run(ctx, leastnorm.GradientDescent{Step: 0.01, Iterations: 1000, Every: 10, Progress: func(k int, _ float64) {
		if k == 30 {
			cancel(because)
		}
	}}, a, b, x0)
	if !errors.Is(err, because) || tr.K[len(tr.K)-1] != 30 || math.Abs(leastnorm.Residual(a, b, tr.X)-tr.Residuals[len(tr.K)-1]) > 1e-5 {
		t.Errorf("cancelled at 30: %v, %v", tr.K, err)
	}
	// what float32 cannot hold
	if _, err = l.Run(background, leastnorm.GradientDescent{Step: 1e-60, Iterations: 1}, a, b, x0); err == nil || !strings.Contains(err.Error(), "float32") {
		t.Errorf("step 1e-60: %v", err)
	}
	if _, err = l.Run(background, leastnorm.GradientDescent{Step: 1, Iterations: 1}, a, []float64{1e60}, x0); err == nil || !strings.Contains(err.Error(), "entry 0 of b") {
		t.Errorf("b = 1e60: %v", err)
	}
	if _, err = l.Run(background, leastnorm.GradientDescent{Step: 1}, a, []float64{math.NaN()}, x0); err == nil {
		t.Error("NaN in b passed")
	}
}
