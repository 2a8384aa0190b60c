package loss

// RegularisedExpectation is ‖y − σ‖₂² = Σⱼ (σⱼ − yⱼ)², σ = softmax(p), the Brier score of the probabilities. For a
// one-hot y of class c it is 2(1 − σ_c) + ‖σ‖² − 1: the expectation loss and a term that favours spread probabilities.
//
//	∂F/∂p = Jᵀ 2(σ − y)
var RegularisedExpectation = Func{
	Name: "regularised-expectation",
	F: func(y, p []float64) float64 {
		check("RegularisedExpectation", y, p)
		σ := newProbabilities(p)
		return sum(len(p), func(j int) float64 { r := σ.minus(j, y[j]); return r * r })
	},
	D: func(dst, y, p []float64) {
		check("RegularisedExpectation", y, p, dst)
		σ := newProbabilities(p)
		for j := range p {
			dst[j] = 2 * σ.minus(j, y[j])
		}
		σ.back(dst)
	},
}
