package loss

// L2 is ‖y − p‖₂² = Σⱼ (pⱼ − yⱼ)² (squared, as in the table). Its minimiser over many targets is their mean,
// which one outlier can move as far as it likes.
//
//	∂F/∂pⱼ = 2(pⱼ − yⱼ)
var L2 = squared("l2", 1)

// SquaredHalf is ½‖y − p‖₂², L2 with the factor that makes the gradient the plain residual.
//
//	∂F/∂pⱼ = pⱼ − yⱼ
var SquaredHalf = squared("squared-half", 0.5)

// squared is c‖y − p‖₂².
func squared(name string, c float64) Func {
	return Func{
		Name: name,
		F: func(y, p []float64) float64 {
			check(name, y, p)
			return c * sum(len(p), func(j int) float64 { r := p[j] - y[j]; return r * r })
		},
		D: func(dst, y, p []float64) {
			check(name, y, p, dst)
			for j := range p {
				dst[j] = 2 * c * (p[j] - y[j])
			}
		},
	}
}
