package entropysgd

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"gonum.org/v1/gonum/floats"

	"nncourse/lib/optim"
)

// EntropySGD is Algorithm 1 of Chaudhari et al. 2017. Its update number t = 0, 1, … is
//
//	γ = γ₀(1 + γ₁)ᵗ
//	μ = an estimate of ⟨x′⟩ by L steps of SGLD from x
//	x ← x − ηγ(x − μ)
//
// and costs L mini-batch gradients. With Unscaled the last line is x ← x − η(x − μ): what the paper runs (§4.3), for else a growing γ is a growing step;
// η = 1 then sets x to μ. With Momentum ρ > 0 the direction d = x − μ or γ(x − μ) is replaced by Nesterov's d + ρv, v ← ρv + d, v kept from update to update.
//
// L = 1, ε = 0, α = 1, Unscaled and η = 1 is SGD with the rate η′: at x′ = x nothing pulls.
//
// It is an optim.Method: batches are dealt as by optim.SGD, and rng draws them and the noise.
type EntropySGD struct {
	Rate     float64 // η > 0, finite
	Unscaled bool    // x ← x − η(x − μ)
	Momentum float64 // ρ of the outer loop, in [0, 1)
	Scope    Scoping
	Inner    SGLD
	Steps    int  // updates of x, ≥ 0
	Every    int  // record every so many updates, and the first and last point; 0 means 1
	Batch    int  // samples a gradient; 0 means all
	Replace  bool // draw batches with replacement

	// Watch, if not nil, is called after each update with its number t, the scope, the new x and the μ that it moved to. It must not keep them.
	Watch func(t int, gamma float64, x, mu []float64)
}

// Check errs if a hyperparameter is out of its range, saying which.
func (d EntropySGD) Check() error {
	if err := errors.Join(d.Scope.check(), d.Inner.check()); err != nil {
		return err
	}
	switch {
	case !positive(d.Rate):
		return fmt.Errorf("entropysgd: the rate η is %v: need 0 < η < ∞", d.Rate)
	case !(d.Momentum >= 0 && d.Momentum < 1):
		return fmt.Errorf("entropysgd: the outer momentum is %v: need 0 ≤ ρ < 1", d.Momentum)
	case d.Steps < 0 || d.Every < 0 || d.Batch < 0:
		return fmt.Errorf("entropysgd: need Steps, Every, Batch ≥ 0, have %d, %d, %d", d.Steps, d.Every, d.Batch)
	}
	return nil
}

// Minimize runs the updates from x0, which it does not change. In the trajectory a step is an update of x, and Samples counts the sample gradients, L·Batch a step.
// It errs if Check does, with optim.ErrDiverged and the trajectory so far if an iterate or the loss stops being finite, and with the context's cause.
func (d EntropySGD) Minimize(ctx context.Context, p optim.Problem, x0 []float64, rng *rand.Rand) (*optim.Trajectory, error) {
	if err := d.Check(); err != nil {
		return nil, err
	}
	if p.N < 1 || p.Loss == nil || p.Grad == nil {
		panic(fmt.Sprintf("entropysgd: a Problem needs N ≥ 1 (have %d), Loss and Grad", p.N))
	}
	if len(x0) == 0 {
		return nil, errors.New("entropysgd: the start x0 is empty")
	}
	for i, v := range x0 {
		if !finite(v) {
			return nil, fmt.Errorf("entropysgd: the start has x0[%d] = %v: start at a finite point", i, v)
		}
	}
	if d.Batch > 0 && rng == nil {
		panic("entropysgd: rng is nil: it draws the batches")
	}
	if d.Inner.Noise > 0 && rng == nil {
		panic("entropysgd: rng is nil: it draws the noise")
	}
	next := func() []int { return nil }
	if d.Batch > 0 {
		next = optim.NewDealer(p.N, min(d.Batch, p.N), d.Replace, rng).Next
	}
	return d.minimize(ctx, p, x0, next, normalOf(rng))
}

// minimize is Minimize with batches from next and normal numbers from normal.
func (d EntropySGD) minimize(ctx context.Context, p optim.Problem, x0 []float64, next func() []int, normal func() float64) (*optim.Trajectory, error) {
	x := append([]float64(nil), x0...)
	v := make([]float64, len(x)) // velocity of the outer loop
	t := &optim.Trajectory{}
	samples, spent := 0, time.Duration(0)
	grad := func(dst, at []float64) {
		batch := next()
		p.Grad(dst, at, batch)
		if batch == nil {
			samples += p.N
		} else {
			samples += len(batch)
		}
	}
	full := make([]float64, len(x))
	record := func(k int) error {
		loss := p.Loss(x, nil)
		p.Grad(full, x, nil)
		t.X = append(t.X, append([]float64(nil), x...))
		t.Loss = append(t.Loss, loss)
		t.Step = append(t.Step, k)
		t.GradNorm = append(t.GradNorm, floats.Norm(full, 2))
		t.Samples = append(t.Samples, samples)
		t.Seconds = append(t.Seconds, spent.Seconds())
		if !finite(loss) {
			return diverged("the loss is %v after %d updates: take smaller rates", loss, k)
		}
		return nil
	}
	if err := record(0); err != nil {
		return t, err
	}
	for k := range d.Steps {
		if err := context.Cause(ctx); err != nil {
			return t, fmt.Errorf("entropysgd: stopped after %d updates: %w", k, err)
		}
		start := time.Now()
		// γ = γ₀(1 + γ₁)ᵗ
		gamma := d.Scope.At(k)
		mu, err := d.Inner.run(grad, x, gamma, normal, nil)
		if err != nil {
			return t, fmt.Errorf("update %d: %w", k, err)
		}
		scale := gamma
		if d.Unscaled {
			scale = 1
		}
		for i := range x {
			// d = γ(x − μ)
			dir := scale * (x[i] - mu[i])
			if d.Momentum > 0 {
				// v ← ρv + d,  d + ρv
				v[i] = d.Momentum*v[i] + dir
				dir += d.Momentum * v[i]
			}
			// x ← x − ηd
			x[i] -= d.Rate * dir
			if !finite(x[i]) {
				return t, diverged("x[%d] is %v after %d updates: take smaller rates", i, x[i], k+1)
			}
		}
		spent += time.Since(start)
		if d.Watch != nil {
			d.Watch(k, gamma, x, mu)
		}
		if (k+1)%max(1, d.Every) == 0 || k+1 == d.Steps {
			if err := record(k + 1); err != nil {
				return t, err
			}
		}
	}
	return t, nil
}

// divergence is an optim.ErrDiverged that says where.
type divergence string

func (d divergence) Error() string      { return string(d) }
func (divergence) Is(target error) bool { return target == optim.ErrDiverged }

func diverged(format string, args ...any) error {
	return divergence("entropysgd: diverged: " + fmt.Sprintf(format, args...))
}
