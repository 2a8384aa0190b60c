package generative

import (
	"fmt"
	"math"
)

// Gaussian fits naive Bayes with p(xⱼ | c) = N(xⱼ; μ_cj, σ²_cj) by maximum likelihood:
//
//	μ_cj  = mean of xⱼ over the examples of class c
//	σ²_cj = mean of (xⱼ − μ_cj)² over them, plus Floor · maxⱼ (variance of xⱼ over all examples)
type Gaussian struct {
	Floor float64 // ≥ 0; 0 means 1e-9. It keeps a feature that does not vary within a class from ruling all other values out.
	// Shared uses one variance for all classes, the mean of the classes' own weighted by their examples. The boundary between
	// two classes is then a hyperplane, as that of logistic regression: the two are the pair of Ng and Jordan 2002, §3.
	Shared bool
}

// GaussianModel is what Gaussian fitted.
type GaussianModel struct {
	LogPrior       []float64   // [classes]
	Mean, Variance [][]float64 // [classes][d]
}

// Fit fits x, n points of d features, with labels y in [0, classes). O(nd). It errs on other labels, a class without example, a
// value that is not finite, and if all features are constant; it panics if shapes do not fit or Floor < 0.
func (g Gaussian) Fit(x [][]float64, y []int, classes int) (*GaussianModel, error) {
	prior, count, err := logPriors("Gaussian", x, y, classes)
	if err != nil {
		return nil, err
	}
	if !(g.Floor >= 0) {
		panic(fmt.Sprintf("generative: Gaussian: a Floor of %v", g.Floor))
	}
	if g.Floor == 0 {
		g.Floor = 1e-9
	}
	d, n := len(x[0]), float64(len(x))
	m := &GaussianModel{LogPrior: prior}
	for range classes {
		m.Mean, m.Variance = append(m.Mean, make([]float64, d)), append(m.Variance, make([]float64, d))
	}
	for i, row := range x {
		for j, v := range row {
			m.Mean[y[i]][j] += v / float64(count[y[i]])
		}
	}
	for i, row := range x {
		for j, v := range row {
			dev := v - m.Mean[y[i]][j]
			m.Variance[y[i]][j] += dev * dev / float64(count[y[i]])
		}
	}
	// the variance of feature j over all examples: Σ_c (n_c/n)(σ²_cj + (μ_cj − μ_j)²)
	largest := 0.0
	for j := range d {
		mean, within, between := 0.0, 0.0, 0.0
		for c := range classes {
			mean += float64(count[c]) / n * m.Mean[c][j]
		}
		for c := range classes {
			share := float64(count[c]) / n
			within += share * m.Variance[c][j]
			between += share * (m.Mean[c][j] - mean) * (m.Mean[c][j] - mean)
		}
		largest = math.Max(largest, within+between)
		if g.Shared {
			for c := range classes {
				m.Variance[c][j] = within
			}
		}
	}
	if largest == 0 {
		return nil, fmt.Errorf("generative: Gaussian: none of the %d features varies", d)
	}
	for c := range classes {
		for j := range d {
			m.Variance[c][j] += g.Floor * largest
		}
	}
	return m, nil
}

// LogJoint returns log p(c) − ½ Σⱼ (log 2πσ²_cj + (xⱼ − μ_cj)²/σ²_cj).
func (m *GaussianModel) LogJoint(x []float64) []float64 {
	checkFeatures(x, len(m.Mean[0]))
	out := make([]float64, len(m.LogPrior))
	for c := range out {
		sum := 0.0
		for j, v := range x {
			dev := v - m.Mean[c][j]
			sum += math.Log(2*math.Pi*m.Variance[c][j]) + dev*dev/m.Variance[c][j]
		}
		out[c] = m.LogPrior[c] - sum/2
	}
	return out
}
