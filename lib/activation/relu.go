package activation

import "math"

// ReLU is the rectified linear unit σ(z) = max(0, z). It passes the gradient unchanged for z > 0 and stops it
// for z ≤ 0: ReLU′(0) = 0, out of the subdifferential [0, 1].
var ReLU = Func{
	Name: "relu",
	F:    func(z float64) float64 { return max(0, z) },
	D: func(z float64) float64 {
		switch {
		case z > 0:
			return 1
		case z <= 0:
			return 0
		}
		return math.NaN()
	},
	Kinks: []float64{0},
}
