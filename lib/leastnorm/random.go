package leastnorm

import (
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// WithSpectrum returns a random m×n matrix UΣVᵀ with the given singular values, in any order, at most min(m, n)
// of them; what is missing is zero. U and V are uniformly distributed up to the signs of their columns: they come from
// QR factorisations of Gaussian matrices. Experiments with κ, and with rank, start from it.
func WithSpectrum(rng *rand.Rand, m, n int, sigma ...float64) *mat.Dense {
	k := len(sigma)
	if m < 1 || n < 1 || k < 1 || k > min(m, n) {
		panic(fmt.Sprintf("leastnorm: WithSpectrum: %d singular values for a %d×%d matrix, want 1 to %d", k, m, n, min(m, n)))
	}
	var us mat.Dense
	us.Mul(orthonormal(rng, m, k), mat.NewDiagDense(k, sigma))
	a := mat.NewDense(m, n, nil)
	a.Mul(&us, orthonormal(rng, n, k).T())
	return a
}

// orthonormal returns n×k with orthonormal columns.
func orthonormal(rng *rand.Rand, n, k int) mat.Matrix {
	var f mat.QR
	f.Factorize(mat.NewDense(n, k, Gaussian(rng, n*k)))
	var q mat.Dense
	f.QTo(&q)
	return q.Slice(0, n, 0, k)
}

// Gaussian returns n standard normal numbers.
func Gaussian(rng *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}
