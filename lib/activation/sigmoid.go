package activation

import "math"

// Sigmoid is the logistic function σ(z) = 1/(1 + e⁻ᶻ), from 0 to 1; its derivative is at most ¼.
//
// With t = e^−|z| ≤ 1 nothing overflows and nothing cancels:
//
//	σ(z) = 1/(1+t) for z ≥ 0, t/(1+t) for z < 0,   σ′(z) = σ(z)·σ(−z) = t/(1+t)²
var Sigmoid = Func{
	Name: "sigmoid",
	F: func(z float64) float64 {
		t := math.Exp(-math.Abs(z))
		if z < 0 {
			return t / (1 + t)
		}
		return 1 / (1 + t)
	},
	D: func(z float64) float64 {
		t := math.Exp(-math.Abs(z))
		return t / ((1 + t) * (1 + t))
	},
}
