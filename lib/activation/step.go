package activation

import "math"

// Step is the threshold of McCulloch & Pitts 1943: σ(z) = 1 for z ≥ 0, else 0. Its derivative is 0 at every
// place, so that no gradient passes it.
var Step = Func{
	Name: "step",
	F: func(z float64) float64 {
		switch {
		case z >= 0:
			return 1
		case z < 0:
			return 0
		}
		return z // NaN
	},
	D:     flat,
	Kinks: []float64{0},
}

// Sign is the perceptron's output: σ(z) = z/|z|, and 0 at 0. Its derivative is 0 at every place.
var Sign = Func{
	Name: "sign",
	F: func(z float64) float64 {
		switch {
		case z > 0:
			return 1
		case z < 0:
			return -1
		}
		return z // 0 or NaN
	},
	D:     flat,
	Kinks: []float64{0},
}

// flat is 0, but NaN for NaN.
func flat(z float64) float64 {
	if math.IsNaN(z) {
		return z
	}
	return 0
}
