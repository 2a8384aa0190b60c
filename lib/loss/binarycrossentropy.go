package loss

import "math"

// BinaryCrossEntropy is −1/K Σⱼ [yⱼ log sⱼ + (1−yⱼ) log(1−sⱼ)], sⱼ = sigmoid(pⱼ), p the scores: K yes-or-no questions,
// each with its own yⱼ ∈ [0, 1]. The minus covers both terms. In the scores it is
//
//	F = 1/K Σⱼ [softplus(pⱼ) − yⱼpⱼ],   ∂F/∂pⱼ = (sigmoid(pⱼ) − yⱼ)/K
//
// with softplus(p) − yp = (1−y)p⁺ + y·p⁻ + log1p(e^−|p|), p⁺ = max(0, p), p⁻ = max(0, −p), in which nothing cancels.
var BinaryCrossEntropy = Func{
	Name: "binary-cross-entropy",
	F: func(y, p []float64) float64 {
		check("BinaryCrossEntropy", y, p)
		return sum(len(p), func(j int) float64 {
			wrong := (1-y[j])*max(0, p[j]) + y[j]*max(0, -p[j])
			return wrong + math.Log1p(math.Exp(-math.Abs(p[j])))
		}) / float64(len(p))
	},
	D: func(dst, y, p []float64) {
		check("BinaryCrossEntropy", y, p, dst)
		for j := range p {
			t := math.Exp(-math.Abs(p[j]))
			if p[j] < 0 {
				dst[j] = t/(1+t) - y[j]
			} else {
				dst[j] = (1 - y[j]) - t/(1+t)
			}
			dst[j] /= float64(len(p))
		}
	},
}
