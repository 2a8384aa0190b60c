package loss

import "math"

// Expectation is ‖y − σ‖₁ = Σⱼ |σⱼ − yⱼ|, σ = softmax(p). For a one-hot y of class c it is 2(1 − σ_c): twice the
// expected number of errors of a classifier that draws its answer from σ, hence the name. It is bounded by 2, so that
// a hopeless sample has next to no pull.
//
//	∂F/∂p = Jᵀ sign(σ − y), sign(0) = 0
var Expectation = Func{
	Name: "expectation",
	F: func(y, p []float64) float64 {
		check("Expectation", y, p)
		σ := newProbabilities(p)
		return sum(len(p), func(j int) float64 { return math.Abs(σ.minus(j, y[j])) })
	},
	D: func(dst, y, p []float64) {
		check("Expectation", y, p, dst)
		σ := newProbabilities(p)
		for j := range p {
			dst[j] = sign(σ.minus(j, y[j]))
		}
		σ.back(dst)
	},
}
