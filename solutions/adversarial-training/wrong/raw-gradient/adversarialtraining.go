// Mistake: raw-gradient: takes steps along the gradient itself
package adversarialtraining

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// RobustLoss returns the mean of log(1 + exp(−(yᵢ(wᵀxᵢ + b) − ε‖w‖₁))) and its gradient by w and b.
func RobustLoss(w []float64, b float64, x [][]float64, y []float64, eps float64) (loss float64, dw []float64, db float64, err error) {
	if err := errors.Join(vector("w", w, len(w)), finite("b", b), rows("x", x, len(w)), labels(y, len(x)), radius(eps)); err != nil {
		return 0, nil, 0, err
	}
	norm := 0.0
	for _, v := range w {
		norm += math.Abs(v)
	}
	dw = make([]float64, len(w))
	n := float64(len(x))
	for i := range x {
		// mᵢ = yᵢ(wᵀxᵢ + b) − ε‖w‖₁
		score := b
		for j := range w {
			score += w[j] * x[i][j]
		}
		m := y[i]*score - eps*norm
		loss += softplus(-m) / n
		// ∂ℓ/∂w = −σ(−m)(y x − ε sign(w)), ∂ℓ/∂b = −σ(−m) y
		s := sigmoid(-m)
		for j := range dw {
			dw[j] -= s * (y[i]*x[i][j] - eps*sign(w[j])) / n
		}
		db -= s * y[i] / n
	}
	return loss, dw, db, nil
}

// Perturb raises J(θ, x + r, y) by projected sign steps and returns r.
func Perturb(grad func(theta, x []float64, y float64) (dtheta, dx []float64), theta, x []float64, y float64, start []float64, eps, step float64, steps int, lo, hi float64) ([]float64, error) {
	if err := errors.Join(vector("theta", theta, len(theta)), vector("x", x, len(x)), finite("y", y), vector("start", start, len(x)), radius(eps),
		steplength(step, steps), valid(x, lo, hi)); err != nil {
		return nil, err
	}
	r := make([]float64, len(x))
	legal := func(j int, v float64) float64 { // into the ball, then x + r into the range
		v = min(max(v, -eps), eps)
		return min(max(x[j]+v, lo), hi) - x[j]
	}
	for j := range r {
		r[j] = legal(j, start[j])
	}
	for range steps {
		_, dx := grad(slices.Clone(theta), add(x, r), y)
		if err := vector("the gradient by x", dx, len(x)); err != nil {
			return nil, err
		}
		for j := range r {
			// r ← Π(r + α sign(∂J/∂x))
			r[j] = legal(j, r[j]+step*dx[j])
		}
	}
	return r, nil
}

// Step returns θ − (η/n) Σᵢ ∂J/∂θ(θ, xᵢ + rᵢ, yᵢ), with every rᵢ from Perturb.
func Step(grad func(theta, x []float64, y float64) (dtheta, dx []float64), theta []float64, x [][]float64, y []float64, start [][]float64, eps, step float64, steps int, lo, hi, rate float64) ([]float64, error) {
	if len(x) == 0 || len(y) != len(x) || len(start) != len(x) {
		return nil, fmt.Errorf("%d examples, %d targets, %d starts", len(x), len(y), len(start))
	}
	if err := errors.Join(vector("theta", theta, len(theta)), rows("x", x, len(x[0])), steplength(rate, 0)); err != nil {
		return nil, err
	}
	next := slices.Clone(theta)
	n := float64(len(x))
	for i := range x {
		// the inner maximum, with θ as it is
		r, err := Perturb(grad, theta, x[i], y[i], start[i], eps, step, steps, lo, hi)
		if err != nil {
			return nil, fmt.Errorf("example %d: %w", i, err)
		}
		// the gradient there, r held fixed
		dtheta, _ := grad(slices.Clone(theta), add(x[i], r), y[i])
		if err := vector("the gradient by theta", dtheta, len(theta)); err != nil {
			return nil, fmt.Errorf("example %d: %w", i, err)
		}
		for j := range next {
			next[j] -= rate * dtheta[j] / n
		}
	}
	return next, nil
}

// RobustAccuracy returns the share of examples with yᵢ·score > 0 at xᵢ and at every xᵢ + r[k][i].
func RobustAccuracy(score func(x []float64) float64, x [][]float64, y []float64, r [][][]float64) (float64, error) {
	if len(x) == 0 {
		return 0, errors.New("no example")
	}
	if err := errors.Join(rows("x", x, len(x[0])), labels(y, len(x))); err != nil {
		return 0, err
	}
	for k := range r {
		if len(r[k]) != len(x) {
			return 0, fmt.Errorf("attack %d has %d perturbations for %d examples", k, len(r[k]), len(x))
		}
		if err := rows("a perturbation", r[k], len(x[0])); err != nil {
			return 0, err
		}
	}
	stands := 0
	for i := range x {
		ok := true
		for k := -1; k < len(r); k++ { // −1: as it is
			at := slices.Clone(x[i])
			if k >= 0 {
				at = add(x[i], r[k][i])
			}
			s := score(at)
			if err := finite("score", s); err != nil {
				return 0, err
			}
			ok = ok && y[i]*s > 0
		}
		if ok {
			stands++
		}
	}
	return float64(stands) / float64(len(x)), nil
}

func add(x, r []float64) []float64 {
	z := slices.Clone(x)
	for j := range z {
		z[j] += r[j]
	}
	return z
}

// softplus is log(1 + exp(v)) without overflow.
func softplus(v float64) float64 { return max(v, 0) + math.Log1p(math.Exp(-math.Abs(v))) }

// sigmoid is 1/(1 + exp(−v)) without overflow.
func sigmoid(v float64) float64 {
	if v >= 0 {
		return 1 / (1 + math.Exp(-v))
	}
	e := math.Exp(v)
	return e / (1 + e)
}

func sign(v float64) float64 {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

func finite(name string, v float64) error {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("%s is %v", name, v)
	}
	return nil
}

func vector(name string, v []float64, n int) error {
	if len(v) != n || n == 0 {
		return fmt.Errorf("%s has %d entries, want %d, at least one", name, len(v), n)
	}
	for j, a := range v {
		if err := finite(fmt.Sprintf("%s, entry %d", name, j), a); err != nil {
			return err
		}
	}
	return nil
}

func rows(name string, x [][]float64, d int) error {
	if len(x) == 0 {
		return fmt.Errorf("%s has no row", name)
	}
	for i := range x {
		if err := vector(fmt.Sprintf("%s, row %d", name, i), x[i], d); err != nil {
			return err
		}
	}
	return nil
}

func labels(y []float64, n int) error {
	if len(y) != n {
		return fmt.Errorf("%d labels for %d examples", len(y), n)
	}
	for i, v := range y {
		if v != 1 && v != -1 {
			return fmt.Errorf("label %d is %v, neither 1 nor −1", i, v)
		}
	}
	return nil
}

func radius(eps float64) error {
	if !(eps >= 0) || math.IsInf(eps, 1) {
		return fmt.Errorf("the radius is %v", eps)
	}
	return nil
}

func steplength(step float64, steps int) error {
	if !(step > 0) || math.IsInf(step, 1) || steps < 0 {
		return fmt.Errorf("%d steps of length %v", steps, step)
	}
	return nil
}

func valid(x []float64, lo, hi float64) error {
	if !(lo < hi) || math.IsInf(lo, 0) || math.IsInf(hi, 0) {
		return fmt.Errorf("the range [%v, %v]", lo, hi)
	}
	for j, v := range x {
		if v < lo || v > hi {
			return fmt.Errorf("entry %d of x is %v, outside [%v, %v]", j, v, lo, hi)
		}
	}
	return nil
}
