package activation

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// NoisyReLU is σ(z) = max(0, z + sigma·ε) with a new ε ~ N(0, 1) from rng at every call of F. Nair & Hinton 2010
// take the variance from the input, Sigmoid(z); here the standard deviation sigma ≥ 0 is a parameter.
//
// Because F is random, D is the derivative of its mean, which needs no draw (Φ, φ: the normal distribution
// function and density):
//
//	E σ(z) = zΦ(z/sigma) + sigma·φ(z/sigma),   D(z) = d/dz E σ(z) = Φ(z/sigma)
//
// So the noise rounds the corner of ReLU, on average. With sigma = 0 it is ReLU, and rng may be nil.
// It panics unless sigma is finite and ≥ 0, or if rng is missing. F is as little safe for concurrent use as rng.
func NoisyReLU(sigma float64, rng *rand.Rand) Func {
	finite("NoisyReLU", "sigma", sigma)
	if sigma < 0 {
		panic(fmt.Sprintf("activation: NoisyReLU: sigma is %v, need ≥ 0", sigma))
	}
	f := ReLU
	f.Name = fmt.Sprintf("noisy-relu(%v)", sigma)
	if sigma == 0 {
		return f
	}
	if rng == nil {
		panic("activation: NoisyReLU: rng is nil")
	}
	f.Kinks = nil
	f.F = func(z float64) float64 { return max(0, z+sigma*rng.NormFloat64()) }
	f.D = func(z float64) float64 { return math.Erfc(-z/(sigma*math.Sqrt2)) / 2 }
	return f
}
