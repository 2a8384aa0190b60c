package generative

import (
	"fmt"
	"math"
)

// Bernoulli fits naive Bayes to features that are 0 or 1, p(xⱼ = 1 | c) = θ_cj, with Laplace's rule
//
//	θ_cj = (n_cj + α) / (n_c + 2α),   n_cj examples of class c with xⱼ = 1.
//
// With α = 0 a feature that was never seen in a class would rule it out for ever.
type Bernoulli struct {
	Alpha float64 // α ≥ 0, pseudo-examples of each value; the zero value is α = 0, plain frequencies; 1 is Laplace's
}

// BernoulliModel is what Bernoulli fitted.
type BernoulliModel struct {
	LogPrior      []float64   // [classes]
	LogYes, LogNo [][]float64 // [classes][d], log θ and log(1 − θ)
}

// Fit fits x, n points of d features that are 0 or 1, with labels y in [0, classes). O(nd). It errs on other values and labels, and on
// a class without example; it panics if shapes do not fit or α < 0.
func (b Bernoulli) Fit(x [][]float64, y []int, classes int) (*BernoulliModel, error) {
	prior, count, err := logPriors("Bernoulli", x, y, classes)
	if err != nil {
		return nil, err
	}
	if !(b.Alpha >= 0) {
		panic(fmt.Sprintf("generative: Bernoulli: α = %v", b.Alpha))
	}
	d := len(x[0])
	m := &BernoulliModel{LogPrior: prior}
	for range classes {
		m.LogYes, m.LogNo = append(m.LogYes, make([]float64, d)), append(m.LogNo, make([]float64, d))
	}
	for i, row := range x {
		for j, v := range row {
			if v != 0 && v != 1 {
				return nil, fmt.Errorf("generative: Bernoulli: point %d, feature %d is %v, want 0 or 1", i, j, v)
			}
			m.LogYes[y[i]][j] += v // n_cj
		}
	}
	for c := range classes {
		all := float64(count[c]) + 2*b.Alpha
		for j, yes := range m.LogYes[c] {
			m.LogYes[c][j] = math.Log((yes + b.Alpha) / all)
			m.LogNo[c][j] = math.Log((float64(count[c]) - yes + b.Alpha) / all)
		}
	}
	return m, nil
}

// LogJoint returns log p(c) + Σⱼ (xⱼ log θ_cj + (1 − xⱼ) log(1 − θ_cj)). A feature counts as 1 unless it is 0. The features that
// are absent speak too, which is how this model differs from Multinomial.
func (m *BernoulliModel) LogJoint(x []float64) []float64 {
	checkFeatures(x, len(m.LogYes[0]))
	out := make([]float64, len(m.LogPrior))
	for c := range out {
		out[c] = m.LogPrior[c]
		for j, v := range x {
			if v != 0 {
				out[c] += m.LogYes[c][j]
			} else {
				out[c] += m.LogNo[c][j]
			}
		}
	}
	return out
}
