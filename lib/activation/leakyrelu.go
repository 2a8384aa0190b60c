package activation

import (
	"fmt"
	"math"
)

// LeakyReLU is σ(z) = z for z > 0, slope·z else, which is max(slope·z, z) for a slope ≤ 1. Usual is 0.01;
// a lecture may show 0.1, where the leak can be seen. At 0 the derivative is the slope (out of [slope, 1]).
// A slope of 0 is ReLU, of 1 the identity, of −1 the absolute value. It panics unless the slope is finite.
func LeakyReLU(slope float64) Func {
	finite("LeakyReLU", "slope", slope)
	f := Func{
		Name: fmt.Sprintf("leaky-relu(%v)", slope),
		F: func(z float64) float64 {
			if z > 0 {
				return z
			}
			if slope == 0 {
				return max(0, z) // not 0·(−∞)
			}
			return slope * z
		},
		D: func(z float64) float64 {
			switch {
			case z > 0:
				return 1
			case z <= 0:
				return slope
			}
			return math.NaN()
		},
	}
	if slope != 1 {
		f.Kinks = []float64{0}
	}
	return f
}
