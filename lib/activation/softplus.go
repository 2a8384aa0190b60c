package activation

import "math"

// Softplus is σ(z) = log(1 + eᶻ), a ReLU with a rounded corner: it lies above ReLU, by log 2 at 0 and by ever
// less away from it. Its derivative is Sigmoid. It is computed as
//
//	σ(z) = max(0, z) + log1p(e^−|z|)
var Softplus = Func{
	Name: "softplus",
	F:    func(z float64) float64 { return max(0, z) + math.Log1p(math.Exp(-math.Abs(z))) },
	D:    Sigmoid.F,
}
