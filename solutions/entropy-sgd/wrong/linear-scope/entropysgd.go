// Mistake: linear-scope: the scope grows linearly

package entropysgd

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Scope returns γ(t) = γ₀(1 + γ₁)ᵗ.
func Scope(gamma0, gamma1 float64, t int) (float64, error) {
	if !positive(gamma0) || !(gamma1 >= 0) || math.IsInf(gamma1, 0) || t < 0 {
		return 0, fmt.Errorf("γ₀ = %v, γ₁ = %v, t = %d", gamma0, gamma1, t)
	}
	// γ(t) = γ₀ (1 + γ₁)ᵗ
	g := gamma0 * (1 + gamma1*float64(t))
	return g, finite("γ(t)", g)
}

// LocalEntropy returns F(x, γ) and the derivative of −F.
func LocalEntropy(f, places []float64, x, gamma float64) (entropy, gradient float64, err error) {
	if len(places) < 2 || len(f) != len(places) {
		return 0, 0, fmt.Errorf("%d values at %d places", len(f), len(places))
	}
	if err := errors.Join(finite("f", f...), finite("a place", places...), finite("x", x)); err != nil {
		return 0, 0, err
	}
	if !positive(gamma) {
		return 0, 0, fmt.Errorf("γ is %v", gamma)
	}
	n := len(places)
	a := make([]float64, n)
	for j, p := range places {
		if j > 0 && p <= places[j-1] {
			return 0, 0, fmt.Errorf("place %d is %v after %v", j, p, places[j-1])
		}
		// aⱼ = −fⱼ − γ/2 (x − x′ⱼ)²
		a[j] = -f[j] - gamma/2*(x-p)*(x-p)
	}
	top := slices.Max(a)
	z, first := 0.0, 0.0
	for j, p := range places {
		// wⱼ = (x′ⱼ₊₁ − x′ⱼ₋₁)/2
		w := (places[min(j+1, n-1)] - places[max(j-1, 0)]) / 2
		e := w * math.Exp(a[j]-top)
		z += e
		first += e * (p - x)
	}
	// F = log Σ wⱼ exp(aⱼ)
	entropy = top + math.Log(z)
	// γ(x − ⟨x′⟩)
	gradient = -gamma * first / z
	return entropy, gradient, finite("a result", entropy, gradient)
}

// InnerLoop returns μ and x′ after a step of SGLD for each row of normal.
func InnerLoop(gradient func(x []float64) []float64, x []float64, gamma, rate, noise, alpha float64, normal [][]float64) (mean, last []float64, err error) {
	if len(x) == 0 || len(normal) == 0 {
		return nil, nil, fmt.Errorf("%d coordinates, %d steps", len(x), len(normal))
	}
	if err := errors.Join(settings(rate, noise, alpha), finite("x", x...)); err != nil {
		return nil, nil, err
	}
	if !positive(gamma) {
		return nil, nil, fmt.Errorf("γ is %v", gamma)
	}
	sample := slices.Clone(x) // x′
	mean = slices.Clone(x)    // μ
	for l, row := range normal {
		if len(row) != len(x) {
			return nil, nil, fmt.Errorf("%d normal numbers in step %d for %d coordinates", len(row), l, len(x))
		}
		if err := finite("a normal number", row...); err != nil {
			return nil, nil, err
		}
		g := gradient(slices.Clone(sample))
		if len(g) != len(x) {
			return nil, nil, fmt.Errorf("%d entries of the gradient for %d coordinates", len(g), len(x))
		}
		if err := finite("the gradient", g...); err != nil {
			return nil, nil, err
		}
		for i := range x {
			// dx′ = ∇f(x′) − γ(x − x′)
			d := g[i] - gamma*(x[i]-sample[i])
			// x′ ← x′ − η′ dx′ + √η′ ε n
			sample[i] += -rate*d + math.Sqrt(rate)*noise*row[i]
			// μ ← (1 − α)μ + αx′
			mean[i] = (1-alpha)*mean[i] + alpha*sample[i]
		}
		if err := finite("x′", sample...); err != nil {
			return nil, nil, err
		}
	}
	return mean, sample, finite("μ", mean...)
}

// EntropySGD returns the path of x.
func EntropySGD(gradient func(x []float64) []float64, x0 []float64, gamma0, gamma1, eta, rate, noise, alpha float64, normal [][][]float64) ([][]float64, error) {
	if len(x0) == 0 || !positive(eta) {
		return nil, fmt.Errorf("%d coordinates, η = %v", len(x0), eta)
	}
	_, err := Scope(gamma0, gamma1, 0)
	if err := errors.Join(err, settings(rate, noise, alpha), finite("x0", x0...)); err != nil {
		return nil, err
	}
	path := [][]float64{slices.Clone(x0)}
	for t, rows := range normal {
		x := slices.Clone(path[t])
		gamma, err := Scope(gamma0, gamma1, t)
		if err != nil {
			return nil, err
		}
		mu, _, err := InnerLoop(gradient, x, gamma, rate, noise, alpha, rows)
		if err != nil {
			return nil, fmt.Errorf("update %d: %w", t, err)
		}
		for i := range x {
			// x ← x − ηγ(x − μ)
			x[i] -= eta * gamma * (x[i] - mu[i])
		}
		if err := finite("x", x...); err != nil {
			return nil, err
		}
		path = append(path, x)
	}
	return path, nil
}

func settings(rate, noise, alpha float64) error {
	if !positive(rate) || !(noise >= 0) || math.IsInf(noise, 0) || !(alpha > 0 && alpha <= 1) {
		return fmt.Errorf("η′ = %v, ε = %v, α = %v", rate, noise, alpha)
	}
	return nil
}

func positive(v float64) bool { return v > 0 && !math.IsInf(v, 0) }

func finite(what string, values ...float64) error {
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%s: number %d is %v", what, i, v)
		}
	}
	return nil
}
