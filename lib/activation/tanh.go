package activation

import "math"

// Tanh is σ(z) = (eᶻ − e⁻ᶻ)/(eᶻ + e⁻ᶻ) = 2·Sigmoid(2z) − 1, from −1 to 1; its derivative is at most 1.
//
// The derivative 1 − tanh²z = 1/cosh²z loses all its digits by the subtraction once |z| > 19. With t = e^−2|z|
//
//	σ′(z) = 4t/(1+t)²
var Tanh = Func{
	Name: "tanh",
	F:    math.Tanh,
	D: func(z float64) float64 {
		t := math.Exp(-2 * math.Abs(z))
		return 4 * t / ((1 + t) * (1 + t))
	},
}
