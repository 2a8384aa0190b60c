package loss

import "math"

// Chebyshev is maxⱼ |σⱼ − yⱼ|, σ = softmax(p): only the worst class counts. For a one-hot y of class c it is 1 − σ_c,
// as no other probability can be larger than that.
//
//	∂F/∂p = Jᵀ (sign(σ_w − y_w) e_w),   w the first place of the largest |σⱼ − yⱼ|, sign(0) = 0
var Chebyshev = Func{
	Name: "chebyshev",
	F: func(y, p []float64) float64 {
		check("Chebyshev", y, p)
		_, r := worst(newProbabilities(p), y)
		return math.Abs(r)
	},
	D: func(dst, y, p []float64) {
		check("Chebyshev", y, p, dst)
		σ := newProbabilities(p)
		w, r := worst(σ, y)
		clear(dst)
		dst[w] = sign(r)
		σ.back(dst)
	},
}

// worst returns the first place of the largest |σⱼ − yⱼ|, and σⱼ − yⱼ there. NaN counts as the largest.
func worst(σ probabilities, y []float64) (w int, r float64) {
	for j := range y {
		d := σ.minus(j, y[j])
		if d != d {
			return j, d
		}
		if j == 0 || math.Abs(d) > math.Abs(r) {
			w, r = j, d
		}
	}
	return w, r
}
