package loss

// Log2 is the squared log loss +Σⱼ (yⱼ log σⱼ)², σ = softmax(p). (The lecture's table has a minus before the sum: with
// it the loss would fall without bound as the right class becomes improbable.) It forgives small errors and punishes
// large ones more than Log does. For a one-hot y it is convex in p, the square of a convex function that is ≥ 0.
//
//	∂F/∂p = u − σΣⱼuⱼ,   uⱼ = 2yⱼ² log σⱼ
var Log2 = Func{
	Name: "log2",
	F: func(y, p []float64) float64 {
		check("Log2", y, p)
		σ := newProbabilities(p)
		return sum(len(p), func(j int) float64 {
			if y[j] == 0 {
				return 0
			}
			v := y[j] * σ.log(j)
			return v * v
		})
	},
	D: func(dst, y, p []float64) {
		check("Log2", y, p, dst)
		σ := newProbabilities(p)
		others := 0.0 // Σ_{j≠k} uⱼ
		for j := range p {
			dst[j] = 0
			if y[j] != 0 {
				dst[j] = 2 * y[j] * y[j] * σ.log(j)
			}
			if j != σ.k {
				others += dst[j]
			}
		}
		u := dst[σ.k]
		for j := range p {
			if j == σ.k {
				// u_k − σ_k(u_k + others), with 1 − σ_k = rest/(1 + rest)
				dst[j] = u*(σ.rest/(1+σ.rest)) - σ.at(j)*others
				continue
			}
			dst[j] -= σ.at(j) * (u + others)
		}
	},
}
