package optim

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// On a quadratic with the Hessian H a method with momentum multiplies the pair (error now, error before) along each of H's
// eigenvectors by one 2×2 matrix a step. Its characteristic polynomial is z² − tz + p, and the larger |z| is what the error
// shrinks by in the long run. A double root costs a factor k besides.

// GDFactor is |1 − ηλ|, what a step of GD multiplies the error along the eigenvector of λ by.
func GDFactor(rate, lambda float64) float64 { return math.Abs(1 - rate*lambda) }

// HeavyBallFactor is the larger |z| of z² − (1 + ρ − ηλ)z + ρ = 0: the factor a step, in the long run, of HeavyBall and Polyak
// along the eigenvector of λ. It is √ρ, whatever λ is, as long as (1 − √ρ)² ≤ ηλ ≤ (1 + √ρ)².
func HeavyBallFactor(rate, momentum, lambda float64) float64 {
	return largerRoot(1+momentum-rate*lambda, momentum)
}

// NesterovFactor is the larger |z| of z² − (1 + ρ)(1 − ηλ)z + ρ(1 − ηλ) = 0: the same for Nesterov.
func NesterovFactor(rate, momentum, lambda float64) float64 {
	c := 1 - rate*lambda
	return largerRoot((1+momentum)*c, momentum*c)
}

// largerRoot is the larger |z| of z² − tz + p = 0.
func largerRoot(t, p float64) float64 {
	disc := t*t - 4*p
	if disc < 0 { // a pair of conjugates, whose product is p = |z|²
		return math.Sqrt(p)
	}
	return (math.Abs(t) + math.Sqrt(disc)) / 2
}

// HeavyBallLimit is 2(1 + ρ)/λ_max, below which (and above 0) the heavy ball converges on a quadratic with the positive definite
// Hessian h; +Inf where λ_max ≤ 0. With ρ = 0 it is StepLimit.
func HeavyBallLimit(h mat.Symmetric, momentum float64) float64 {
	momentumOK("HeavyBallLimit", momentum)
	return (1 + momentum) * StepLimit(h)
}

// NesterovLimit is 2(1 + ρ)/((1 + 2ρ)λ_max), the same for Nesterov: below it 1 − ηλ_max > −1/(1 + 2ρ), where a root reaches −1.
func NesterovLimit(h mat.Symmetric, momentum float64) float64 {
	momentumOK("NesterovLimit", momentum)
	return (1 + momentum) / (1 + 2*momentum) * StepLimit(h)
}

// BestHeavyBall returns the rate and momentum with which the heavy ball's worst factor on a quadratic is least (Polyak 1964, §3):
//
//	η = 4/(√λ_max + √λ_min)²,   ρ = ((√κ − 1)/(√κ + 1))²,   factor √ρ = (√κ − 1)/(√κ + 1)
//
// with κ = λ_max/λ_min, where GD's best is (κ − 1)/(κ + 1). h must be positive definite.
func BestHeavyBall(h mat.Symmetric) (rate, momentum float64) {
	lo, hi := definite("BestHeavyBall", h)
	sum, root := math.Sqrt(hi)+math.Sqrt(lo), (math.Sqrt(hi)-math.Sqrt(lo))/(math.Sqrt(hi)+math.Sqrt(lo))
	return 4 / (sum * sum), root * root
}

// UsualNesterov returns the rate and momentum of Nesterov's constant scheme (Nesterov 2004, eq. 2.2.11), which need λ_min and λ_max
// only and have a guarantee on all strongly convex losses, not on quadratics alone:
//
//	η = 1/λ_max,   ρ = (√κ − 1)/(√κ + 1),   factor 1 − 1/√κ on a quadratic.
//
// h must be positive definite.
func UsualNesterov(h mat.Symmetric) (rate, momentum float64) {
	lo, hi := definite("UsualNesterov", h)
	return 1 / hi, (math.Sqrt(hi) - math.Sqrt(lo)) / (math.Sqrt(hi) + math.Sqrt(lo))
}

func definite(op string, h mat.Symmetric) (lo, hi float64) {
	lo, hi = spectrum(h)
	if lo <= 0 {
		panic(fmt.Sprintf("optim: %s: the Hessian's least eigenvalue is %v: it is not positive definite", op, lo))
	}
	return lo, hi
}
