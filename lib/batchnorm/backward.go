package batchnorm

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Gradient holds the derivatives of a number ℓ.
type Gradient struct {
	Gamma, Beta []float64  // ∂ℓ/∂γ, ∂ℓ/∂β, [features]
	X           *mat.Dense // ∂ℓ/∂x, [m, features]
}

// Backward computes the gradient of ℓ from dOut = ∂ℓ/∂y, [m, features], and a forward pass (Ioffe & Szegedy 2015, §3).
// After Train and Batch it goes through the mean and the variance, which depend on every row; after Test these are
// constants. It panics if the shapes differ.
func (n *Norm) Backward(p *Pass, dOut mat.Matrix) *Gradient {
	m, features := n.check("Backward", p.X)
	if r, c := dOut.Dims(); r != m || c != features {
		panic(fmt.Sprintf("batchnorm: Backward: the output is %d×%d, the derivative by it %d×%d", m, features, r, c))
	}
	g := &Gradient{Gamma: make([]float64, features), Beta: make([]float64, features), X: mat.NewDense(m, features, nil)}
	for j := range features {
		std := p.Std[j]       // √(σ² + ε)
		dVar, dMean := 0., 0. // ∂ℓ/∂σ², ∂ℓ/∂μ
		sum := 0.             // Σᵢ (xᵢ − μ), zero but for rounding
		for i := range m {
			dy, centred := dOut.At(i, j), p.X.At(i, j)-p.Mean[j]
			dXhat := dy * n.Gamma[j] // ∂ℓ/∂x̂ = ∂ℓ/∂y γ
			// ∂ℓ/∂γ = Σᵢ ∂ℓ/∂yᵢ x̂ᵢ     ∂ℓ/∂β = Σᵢ ∂ℓ/∂yᵢ
			g.Gamma[j] += dy * p.Xhat.At(i, j)
			g.Beta[j] += dy
			// ∂ℓ/∂σ² = Σᵢ ∂ℓ/∂x̂ᵢ (xᵢ − μ)·(−½)(σ² + ε)^(−3/2)
			dVar += dXhat * centred * -0.5 / (std * std * std)
			// ∂ℓ/∂μ = Σᵢ ∂ℓ/∂x̂ᵢ·(−1/√(σ² + ε)) + ∂ℓ/∂σ²·(1/m) Σᵢ −2(xᵢ − μ)
			dMean -= dXhat / std
			sum += centred
		}
		dMean += dVar * -2 * sum / float64(m)
		if !p.OwnStatistics {
			dVar, dMean = 0, 0
		}
		for i := range m {
			centred := p.X.At(i, j) - p.Mean[j]
			// ∂ℓ/∂xᵢ = ∂ℓ/∂x̂ᵢ/√(σ² + ε) + ∂ℓ/∂σ²·2(xᵢ − μ)/m + ∂ℓ/∂μ/m
			g.X.Set(i, j, dOut.At(i, j)*n.Gamma[j]/std+dVar*2*centred/float64(m)+dMean/float64(m))
		}
	}
	return g
}

// BackwardConstant is what comes out if mean and variance are taken for constants although they are the batch's own: ∂ℓ/∂x =
// ∂ℓ/∂y γ/√(σ² + ε). It is wrong after Train; it is here to be compared.
func (n *Norm) BackwardConstant(p *Pass, dOut mat.Matrix) *Gradient {
	q := *p
	q.OwnStatistics = false
	return n.Backward(&q, dOut)
}
