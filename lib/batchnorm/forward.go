package batchnorm

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Pass is what a forward pass leaves for the backward pass.
type Pass struct {
	X    *mat.Dense // the batch, [m, features]
	Mean []float64  // the μ that was subtracted, [features]
	Std  []float64  // √(σ² + ε) that was divided by, [features]
	Xhat *mat.Dense // x̂, [m, features]
	Out  *mat.Dense // y, [m, features]
	// OwnStatistics tells that Mean and Std came from X itself, so that they move when X does.
	OwnStatistics bool
}

// Train normalises with the batch's own mean and variance (Alg. 1) and moves the running averages towards them. A batch
// of one row gives y = β whatever x is; with Unbiased it panics.
func (n *Norm) Train(x mat.Matrix) *Pass {
	mean, variance := n.statistics("Train", x)
	m, _ := x.Dims()
	correction := 1.0
	if n.Unbiased {
		if m == 1 {
			panic("batchnorm: Train: one row has no unbiased variance")
		}
		correction = float64(m) / float64(m-1)
	}
	for j := range mean {
		// r ← α r + (1 − α)·new
		n.Mean[j] = n.Momentum*n.Mean[j] + (1-n.Momentum)*mean[j]
		n.Var[j] = n.Momentum*n.Var[j] + (1-n.Momentum)*variance[j]*correction
	}
	return n.normalise(x, mean, variance, true)
}

// Batch is Train without a change of the running averages: the function of x whose gradient Backward computes.
func (n *Norm) Batch(x mat.Matrix) *Pass {
	mean, variance := n.statistics("Batch", x)
	return n.normalise(x, mean, variance, true)
}

// Test normalises with the running averages, and changes nothing.
func (n *Norm) Test(x mat.Matrix) *Pass {
	n.check("Test", x)
	return n.normalise(x, n.Mean, n.Var, false)
}

// Affine gives the layer at test time as y = scale∘x + shift, [features] each: it can be merged into the weights of the
// layer before.
func (n *Norm) Affine() (scale, shift []float64) {
	for j, g := range n.Gamma {
		// γ/√(σ² + ε)   and   β − γμ/√(σ² + ε)
		s := g / math.Sqrt(n.Var[j]+n.Epsilon)
		scale, shift = append(scale, s), append(shift, n.Beta[j]-s*n.Mean[j])
	}
	return scale, shift
}

// statistics gives mean and variance of each column. The variance is taken around the mean: as a difference of mean
// squares it would lose all digits where the mean is large.
func (n *Norm) statistics(op string, x mat.Matrix) (mean, variance []float64) {
	m, features := n.check(op, x)
	mean, variance = make([]float64, features), make([]float64, features)
	for j := range features {
		// μ = 1/m Σᵢ xᵢ
		for i := range m {
			mean[j] += x.At(i, j) / float64(m)
		}
		// σ² = 1/m Σᵢ (xᵢ − μ)²
		for i := range m {
			d := x.At(i, j) - mean[j]
			variance[j] += d * d / float64(m)
		}
	}
	return mean, variance
}

func (n *Norm) normalise(x mat.Matrix, mean, variance []float64, own bool) *Pass {
	m, features := x.Dims()
	p := &Pass{X: mat.DenseCopyOf(x), Xhat: mat.NewDense(m, features, nil), Out: mat.NewDense(m, features, nil), OwnStatistics: own}
	for j := range features {
		std := math.Sqrt(variance[j] + n.Epsilon)
		p.Mean, p.Std = append(p.Mean, mean[j]), append(p.Std, std)
		for i := range m {
			// x̂ = (x − μ)/√(σ² + ε)
			xhat := (x.At(i, j) - mean[j]) / std
			p.Xhat.Set(i, j, xhat)
			// y = γ x̂ + β
			p.Out.Set(i, j, n.Gamma[j]*xhat+n.Beta[j])
		}
	}
	return p
}
