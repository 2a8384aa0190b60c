package loss

import "math"

// Chebyshev is maxⱼ |σⱼ − yⱼ|, σ = softmax(p): only the worst class counts. For a one-hot y of class c it is 1 − σ_c,
// as no other probability can be larger than that.
//
//	∂F/∂p = Jᵀ (sign(σ_w − y_w) e_w),   w the place of the largest |σⱼ − yⱼ|, sign(0) = 0
//
// Of equal |σⱼ − yⱼ| the one of the largest yⱼ counts, then the first: for a one-hot y that is the right class, which
// rounding can make equal to another.
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

// worst returns the place w, and σ_w − y_w. NaN counts as the largest.
func worst(σ probabilities, y []float64) (w int, r float64) {
	for j := range y {
		d := σ.minus(j, y[j])
		if d != d {
			return j, d
		}
		if a, b := math.Abs(d), math.Abs(r); j == 0 || a > b || a == b && y[j] > y[w] {
			w, r = j, d
		}
	}
	return w, r
}
