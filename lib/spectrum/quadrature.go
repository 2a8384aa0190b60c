package spectrum

import (
	"fmt"
	"math"
)

// Quadrature is a measure that sits at a few points: Gauss's rule for the spectral measure of a start vector,
//
//	vᵀf(A)v / vᵀv = Σ_i (u_iᵀv)² f(λ_i) / vᵀv  ≈  Σ_j Weight_j f(Node_j),
//
// exact for every polynomial f of degree up to 2m−1 (Golub & Meurant 1994; Ubaru, Chen & Saad 2017, §3.1).
type Quadrature struct {
	Node   []float64 // [m] ascending: the eigenvalues of T
	Weight []float64 // [m] the squares of the first entries of its eigenvectors; their sum is 1
}

// Quadrature makes Gauss's rule from T (Golub & Welsch 1969).
func (k *Krylov) Quadrature() (Quadrature, error) {
	theta, s, err := k.eigen()
	if err != nil {
		return Quadrature{}, err
	}
	q := Quadrature{Node: theta, Weight: make([]float64, len(theta))}
	for j := range theta {
		// ω_j = s₁ⱼ²
		q.Weight[j] = s.At(0, j) * s.At(0, j)
	}
	return q, nil
}

// Integrate is Σ_j Weight_j f(Node_j).
func (q Quadrature) Integrate(f func(x float64) float64) float64 {
	sum := 0.0
	for j, x := range q.Node {
		sum += q.Weight[j] * f(x)
	}
	return sum
}

// Share is the weight of the nodes in [lo, hi). It errs by no more than the weight of the two nodes next to each
// end (the bounds of Chebyshev, Markov and Stieltjes).
func (q Quadrature) Share(lo, hi float64) float64 {
	if !(lo <= hi) {
		panic(fmt.Sprintf("spectrum: Share of [%v, %v)", lo, hi))
	}
	return q.Integrate(func(x float64) float64 {
		if lo <= x && x < hi {
			return 1
		}
		return 0
	})
}

// gaussian is the density of the normal distribution of width σ around 0.
func gaussian(x, sigma float64) float64 {
	z := x / sigma
	return math.Exp(-z*z/2) / (sigma * math.Sqrt(2*math.Pi))
}
