package leastnorm

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Gram evaluates x_ln = Aᵀ(AAᵀ)⁻¹b as it stands, with a Cholesky factorisation in place of the inverse:
//
//  1. G = AAᵀ (m×m), symmetric, positive definite if A has full row rank.
//  2. G = LLᵀ; solve LLᵀz = b.
//  3. x = Aᵀz.
//
// It is here to be compared. G has condition number κ², so that half the digits are gone before the
// factorisation starts: from κ ≈ 10⁸ on it has none left in float64, where QR and SVD keep eight.
// For the same reason it cannot tell a singular value below about 10⁻⁸σ₁ from zero.
type Gram struct{}

// Solve returns the least-norm solution of Ax = b. A is m×n, b has m entries. It panics if the shapes
// do not fit, errs on NaN or infinity, and returns a *RankError if the Cholesky factorisation finds
// a pivot up to max(m, n)·2⁻⁵² times the largest diagonal entry of AAᵀ. Rank is then the number of good pivots, a lower bound.
func (Gram) Solve(a mat.Matrix, b []float64) (*Solution, error) {
	checkDims("Gram", a, b, nil)
	if err := checkFinite("Gram", a, b, nil); err != nil {
		return nil, err
	}
	m, n := a.Dims()
	// G = AAᵀ
	var g mat.Dense
	g.Mul(a, a.T())
	top := 0.0
	for i := range m {
		top = max(top, g.At(i, i))
	}
	tol := DefaultRelTol(m, n) * top
	// G = LLᵀ, row by row: lᵢⱼ = (gᵢⱼ − Σ_k<j lᵢₖlⱼₖ)/lⱼⱼ, lᵢᵢ = √(gᵢᵢ − Σ_k<i lᵢₖ²)
	l := mat.NewTriDense(m, mat.Lower, nil)
	lo, hi := math.Inf(1), 0.0
	for i := range m {
		for j := range i + 1 {
			v := g.At(i, j)
			for k := range j {
				v -= l.At(i, k) * l.At(j, k)
			}
			if i > j {
				l.SetTri(i, j, v/l.At(j, j))
				continue
			}
			if !(v > tol) {
				return nil, &RankError{Method: "Gram", Rows: m, Cols: n, Rank: i, Tol: math.Sqrt(tol)}
			}
			l.SetTri(i, i, math.Sqrt(v))
			lo, hi = min(lo, l.At(i, i)), max(hi, l.At(i, i))
		}
	}
	// Lw = b, Lᵀz = w
	z := append([]float64(nil), b...)
	for i := range m {
		for k := range i {
			z[i] -= l.At(i, k) * z[k]
		}
		z[i] /= l.At(i, i)
	}
	for i := m - 1; i >= 0; i-- {
		for k := i + 1; k < m; k++ {
			z[i] -= l.At(k, i) * z[k]
		}
		z[i] /= l.At(i, i)
	}
	// x = Aᵀz
	x := make([]float64, n)
	mat.NewVecDense(n, x).MulVec(a.T(), mat.NewVecDense(m, z))
	return &Solution{X: x, Rank: m, Tol: math.Sqrt(tol), Cond: hi / lo, Residual: Residual(mat.DenseCopyOf(a), b, x)}, nil
}
