package dropout

import "fmt"

// LinearLoss is least squares with Standard dropout on the inputs, averaged over all masks in closed form (Srivastava et
// al. 2014, §9.1):
//
//	E Σₛ (yₛ − wᵀ(r∘xₛ))² = Σₛ (yₛ − p wᵀxₛ)² + p(1−p) Σⱼ wⱼ² Σₛ xₛⱼ²
//
// It returns the two terms. The first is the loss of the rule for test time, the second a ridge penalty that weighs every
// weight by the size of its feature. x is [samples][features], y has an entry for each sample, w one for each feature.
func LinearLoss(x [][]float64, y, w []float64, keep float64) (fit, penalty float64) {
	probability("LinearLoss", keep)
	if len(x) != len(y) {
		panic(fmt.Sprintf("dropout: LinearLoss: %d samples and %d targets", len(x), len(y)))
	}
	for s, row := range x {
		if len(row) != len(w) {
			panic(fmt.Sprintf("dropout: LinearLoss: sample %d has %d features, there are %d weights", s, len(row), len(w)))
		}
		dot := 0.0
		for j, v := range row {
			dot += w[j] * v
			penalty += keep * (1 - keep) * w[j] * w[j] * v * v
		}
		fit += (y[s] - keep*dot) * (y[s] - keep*dot)
	}
	return fit, penalty
}
