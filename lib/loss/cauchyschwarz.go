package loss

import "math"

// CauchySchwarz is the divergence −log(Σⱼ σⱼyⱼ / (‖σ‖‖y‖)), σ = softmax(p), y ≥ 0 and not all 0: minus the logarithm of
// the cosine of the angle between σ and y. The common denominator of the softmax cancels, and what is left is made of
// log-sum-exps, which need no small probability:
//
//	F = ½ LSE(2p) + log‖y‖ − LSE(p + log y)
//	∂F/∂p = softmax(2p) − softmax(p + log y)
//
// For a one-hot y of class c that is ½ LSE(2p) − p_c, convex in p. A negative yⱼ gives NaN.
var CauchySchwarz = Func{
	Name: "cauchy-schwarz",
	F: func(y, p []float64) float64 {
		check("CauchySchwarz", y, p)
		twice, shifted, norm := make([]float64, len(p)), make([]float64, len(p)), 0.0
		for j := range p {
			twice[j], shifted[j] = 2*p[j], p[j]+math.Log(y[j])
			norm = math.Hypot(norm, y[j])
		}
		return LogSumExp(twice)/2 + math.Log(norm) - LogSumExp(shifted)
	},
	D: func(dst, y, p []float64) {
		check("CauchySchwarz", y, p, dst)
		twice, shifted := make([]float64, len(p)), make([]float64, len(p))
		for j := range p {
			twice[j], shifted[j] = 2*p[j], p[j]+math.Log(y[j])
		}
		a, b := newProbabilities(twice), newProbabilities(shifted)
		for j := range p {
			dst[j] = a.minus(j, b.at(j))
			if j == a.k && j == b.k {
				// both near 1: (1 − b_k) − (1 − a_k)
				dst[j] = b.rest/(1+b.rest) - a.rest/(1+a.rest)
			}
		}
	},
}
