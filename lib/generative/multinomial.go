package generative

import (
	"fmt"
	"math"
)

// Multinomial fits naive Bayes to counts, of words for instance: a text of class c draws each word j with probability
//
//	θ_cj = (n_cj + α) / (Σ_k n_ck + αd),   n_cj how often word j occurs in the texts of class c.
type Multinomial struct {
	Alpha float64 // α ≥ 0, pseudo-occurrences of each word; the zero value is α = 0, plain frequencies; 1 is Laplace's
}

// MultinomialModel is what Multinomial fitted.
type MultinomialModel struct {
	LogPrior []float64   // [classes]
	LogTheta [][]float64 // [classes][d]
}

// Fit fits x, n texts of d counts, with labels y in [0, classes). O(nd). It errs on negative counts, other labels, a class without example
// and, for α = 0, a class without words; it panics if shapes do not fit or α < 0.
func (b Multinomial) Fit(x [][]float64, y []int, classes int) (*MultinomialModel, error) {
	prior, _, err := logPriors("Multinomial", x, y, classes)
	if err != nil {
		return nil, err
	}
	if !(b.Alpha >= 0) {
		panic(fmt.Sprintf("generative: Multinomial: α = %v", b.Alpha))
	}
	d := len(x[0])
	m := &MultinomialModel{LogPrior: prior}
	for range classes {
		m.LogTheta = append(m.LogTheta, make([]float64, d))
	}
	words := make([]float64, classes) // Σ_k n_ck
	for i, row := range x {
		for j, v := range row {
			if v < 0 {
				return nil, fmt.Errorf("generative: Multinomial: point %d, feature %d is %v, want a count", i, j, v)
			}
			m.LogTheta[y[i]][j] += v // n_cj
			words[y[i]] += v
		}
	}
	for c := range classes {
		all := words[c] + b.Alpha*float64(d)
		if all == 0 {
			return nil, fmt.Errorf("generative: Multinomial: class %d has no words; set Alpha > 0", c)
		}
		for j, n := range m.LogTheta[c] {
			m.LogTheta[c][j] = math.Log((n + b.Alpha) / all)
		}
	}
	return m, nil
}

// LogJoint returns log p(c) + Σⱼ xⱼ log θ_cj: log p(x, c) but for the multinomial coefficient, which is the same for all classes.
// A word that does not occur adds 0, even where θ_cj = 0.
func (m *MultinomialModel) LogJoint(x []float64) []float64 {
	checkFeatures(x, len(m.LogTheta[0]))
	out := make([]float64, len(m.LogPrior))
	for c := range out {
		out[c] = m.LogPrior[c]
		for j, v := range x {
			if v != 0 { // 0 · log 0 = 0
				out[c] += v * m.LogTheta[c][j]
			}
		}
	}
	return out
}
