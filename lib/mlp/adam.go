package mlp

import "math"

// adam is Kingma & Ba 2015, algorithm 1, with the settings they recommend: every parameter has its own step size, η
// divided by the root mean square of its latest gradients.
//
//	m ← β₁m + (1 − β₁)g      a mean of the gradients, β₁ = 0.9
//	s ← β₂s + (1 − β₂)g²     a mean of their squares, β₂ = 0.999
//	θ ← θ − η m̂/(√ŝ + ε)     m̂ = m/(1 − β₁ᵗ), ŝ = s/(1 − β₂ᵗ), as m and s begin at 0; ε = 10⁻⁸
type adam struct {
	rate float64   // η
	m, s []float64 // as θ
	t    float64   // steps taken
}

func (a *adam) step(theta, g []float64) {
	const beta1, beta2, epsilon = 0.9, 0.999, 1e-8
	a.t++
	mUnbiased, sUnbiased := 1/(1-math.Pow(beta1, a.t)), 1/(1-math.Pow(beta2, a.t))
	for i := range theta {
		a.m[i] = beta1*a.m[i] + (1-beta1)*g[i]
		a.s[i] = beta2*a.s[i] + (1-beta2)*g[i]*g[i]
		theta[i] -= a.rate * (a.m[i] * mUnbiased) / (math.Sqrt(a.s[i]*sUnbiased) + epsilon)
	}
}
