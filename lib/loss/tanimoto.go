package loss

// Tanimoto is −a/(‖σ‖² + ‖y‖² − a), a = Σⱼ σⱼyⱼ, σ = softmax(p): minus the Tanimoto (Jaccard) similarity of σ and y,
// from 0 (nothing in common) to −1 (σ = y). With r = σ − y the denominator is ‖r‖² + a, and
//
//	∂F/∂σ = (2a·r − ‖r‖²·y) / (‖r‖² + a)²,   ∂F/∂p = Jᵀ ∂F/∂σ
//
// which is the quotient rule, sorted so that nothing cancels near σ = y.
var Tanimoto = Func{
	Name: "tanimoto",
	F: func(y, p []float64) float64 {
		check("Tanimoto", y, p)
		a, r2 := overlap(newProbabilities(p), y)
		return -a / (r2 + a)
	},
	D: func(dst, y, p []float64) {
		check("Tanimoto", y, p, dst)
		σ := newProbabilities(p)
		a, r2 := overlap(σ, y)
		b := r2 + a
		for j := range p {
			dst[j] = (2*a*σ.minus(j, y[j]) - r2*y[j]) / (b * b)
		}
		σ.back(dst)
	},
}

// overlap returns a = Σⱼ σⱼyⱼ and ‖σ − y‖².
func overlap(σ probabilities, y []float64) (a, r2 float64) {
	for j := range y {
		a += σ.at(j) * y[j]
		r := σ.minus(j, y[j])
		r2 += r * r
	}
	return a, r2
}
