package loss

import "math"

// L1 is ‖y − p‖₁ = Σⱼ |pⱼ − yⱼ|. Every miss has the same pull, however large: one outlier cannot rule a fit.
// Its minimiser over many targets is a median.
//
//	∂F/∂pⱼ = sign(pⱼ − yⱼ), 0 at the kink
var L1 = Func{
	Name: "l1",
	F: func(y, p []float64) float64 {
		check("L1", y, p)
		return sum(len(p), func(j int) float64 { return math.Abs(p[j] - y[j]) })
	},
	D: func(dst, y, p []float64) {
		check("L1", y, p, dst)
		for j := range p {
			dst[j] = sign(p[j] - y[j])
		}
	},
}
