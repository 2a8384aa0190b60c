package escape

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Langevin is gradient descent with Gaussian noise, the Euler-Maruyama step of dx = −∇L dt + √(2T) dW:
//
//	x_{k+1} = x_k − η∇L(x_k) + √(2ηT) ξ_k,   ξ_k ~ N(0, I).
//
// k steps stand for the time kη. In the long run its points have nearly the density e^{−L/T}/Z: on ½λx² the variance is T/(λ(1 − ηλ/2)) where
// the density has T/λ.
type Langevin struct {
	On          *Landscape
	Rate        float64 // η > 0
	Temperature float64 // T ≥ 0; 0 is plain gradient descent
}

// Walker implements Process.
func (p Langevin) Walker(dim int) func(x []float64, rng *rand.Rand) {
	if p.On == nil || !positive(p.Rate) || !(p.Temperature >= 0) || math.IsInf(p.Temperature, 0) || p.On.Dim != dim {
		panic(fmt.Sprintf("escape: Langevin: need a landscape of %d dimensions, 0 < Rate < ∞, 0 ≤ Temperature < ∞, have %v, %v", dim, p.Rate, p.Temperature))
	}
	g := make([]float64, dim)
	kick := math.Sqrt(2 * p.Rate * p.Temperature) // √(2ηT)
	return func(x []float64, rng *rand.Rand) {
		p.On.Grad(g, x)
		for i := range x {
			// x ← x − η∇L + √(2ηT) ξ
			x[i] -= p.Rate * g[i]
			if kick > 0 {
				x[i] += kick * rng.NormFloat64()
			}
		}
	}
}
