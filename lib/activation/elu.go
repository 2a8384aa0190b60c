package activation

import (
	"fmt"
	"math"
)

// ELU is the exponential linear unit σ(z) = z for z ≥ 0, α(eᶻ − 1) else: it levels out at −α.
// Usual is α = 1, with which the derivative is continuous. Otherwise 0 is a kink between the slopes α and 1,
// and the derivative there is α. eᶻ − 1 is expm1(z), which keeps its digits near 0. It panics unless α is finite.
func ELU(alpha float64) Func {
	finite("ELU", "alpha", alpha)
	f := Func{
		Name: fmt.Sprintf("elu(%v)", alpha),
		F: func(z float64) float64 {
			if z > 0 {
				return z
			}
			return alpha * math.Expm1(z)
		},
		D: func(z float64) float64 {
			if z > 0 {
				return 1
			}
			return alpha * math.Exp(z)
		},
	}
	if alpha != 1 {
		f.Kinks = []float64{0}
	}
	return f
}
