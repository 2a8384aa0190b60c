package dropout

import (
	"fmt"
	"math"
)

// MaxUnits is the greatest number of units whose 2ⁿ masks are visited.
const MaxUnits = 20

// Masks visits all 2ⁿ masks of n units, each with its probability p^(units kept)·(1−p)^(units dropped): the thinned networks
// (Srivastava et al. 2014, §1). The mask is used again for the next visit. It panics if n is not in 0 … MaxUnits.
func Masks(n int, keep float64, visit func(mask []float64, probability float64)) {
	probability("Masks", keep)
	if n < 0 || n > MaxUnits {
		panic(fmt.Sprintf("dropout: Masks: %d units, need 0 … %d", n, MaxUnits))
	}
	mask := make([]float64, n)
	for bits := range 1 << n {
		prob := 1.0
		for i := range mask {
			mask[i] = float64(bits >> i & 1)
			if mask[i] == 1 {
				prob *= keep
			} else {
				prob *= 1 - keep
			}
		}
		visit(mask, prob)
	}
}

// Expect gives mean and variance over all masks of n units of a function's values, exactly (up to rounding): f takes a mask
// and gives a vector, always of the same length.
func Expect(n int, keep float64, f func(mask []float64) []float64) (mean, variance []float64) {
	var values [][]float64
	var probs []float64
	Masks(n, keep, func(mask []float64, prob float64) {
		values = append(values, append([]float64(nil), f(mask)...))
		probs = append(probs, prob)
	})
	mean, variance = make([]float64, len(values[0])), make([]float64, len(values[0]))
	for k, v := range values {
		for i := range mean {
			mean[i] += probs[k] * v[i] // E f = Σ_r P(r) f(r)
		}
	}
	for k, v := range values {
		for i := range mean {
			variance[i] += probs[k] * (v[i] - mean[i]) * (v[i] - mean[i])
		}
	}
	return mean, variance
}

// Entropy gives the entropy in bits of a mask of n units, n·H(p): the number of thinned networks that are really seen is
// about 2 to the power of it, all 2ⁿ for p = ½ only.
func Entropy(n int, keep float64) float64 {
	probability("Entropy", keep)
	if keep == 1 {
		return 0
	}
	return float64(n) * -(keep*math.Log2(keep) + (1-keep)*math.Log2(1-keep))
}
