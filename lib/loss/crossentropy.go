package loss

// SoftmaxCrossEntropy is −Σⱼ yⱼ log σⱼ, σ = softmax(p), p the scores ("logits"), y one-hot or a distribution. For a
// one-hot y of class c it is LogSumExp(p) − p_c: the surprise at the right class, unbounded, and convex in p.
// It is never less than the entropy of y.
//
//	∂F/∂pⱼ = σⱼΣᵢyᵢ − yⱼ        (σ − y for a distribution)
//
// A class with yⱼ = 0 adds nothing, also where log σⱼ = −∞.
var SoftmaxCrossEntropy = Func{Name: "cross-entropy", F: crossEntropy, D: crossEntropyGradient}

// Log is the table's name of SoftmaxCrossEntropy, "log (cross entropy) loss".
var Log = Func{Name: "log", F: crossEntropy, D: crossEntropyGradient}

func crossEntropy(y, p []float64) float64 {
	check("SoftmaxCrossEntropy", y, p)
	σ := newProbabilities(p)
	return sum(len(p), func(j int) float64 {
		if y[j] == 0 {
			return 0
		}
		return -y[j] * σ.log(j)
	})
}

func crossEntropyGradient(dst, y, p []float64) {
	check("SoftmaxCrossEntropy", y, p, dst)
	σ := newProbabilities(p)
	total := sum(len(y), func(j int) float64 { return y[j] })
	for j := range p {
		if j == σ.k {
			// σ_kΣy − y_k = (Σy − y_k) − (1 − σ_k)Σy, in which nothing cancels at σ_k ≈ 1
			dst[j] = (total - y[j]) - σ.rest/(1+σ.rest)*total
			continue
		}
		dst[j] = σ.at(j)*total - y[j]
	}
}
