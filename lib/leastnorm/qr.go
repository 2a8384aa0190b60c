package leastnorm

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// QR finds the least-norm solution through the QR factorisation of Aᵀ with column pivoting, the
// method of choice if A has full row rank.
//
//  1. AᵀP = QR with Q (n×m) of orthonormal columns, R (m×m) upper triangular with |r₁₁| ≥ |r₂₂| ≥ …,
//     P a permutation (of the equations).
//  2. r = number of |rᵢᵢ| > RelTol·|r₁₁|; r < m is a *RankError.
//  3. Ax = b is RᵀQᵀx = Pᵀb: solve the triangular Rᵀz = Pᵀb, then x = Qz, which lies in the
//     row space of A and is thus the least-norm solution.
//
// It is x_ln = Aᵀ(AAᵀ)⁻¹b with AAᵀ = P RᵀR Pᵀ, but R is never multiplied by itself, so that the error of x
// grows with κ and not with κ² (Golub and Van Loan, Alg. 5.6.2, there without pivoting). Pivoting is
// for the rank: without it the diagonal of R says little. It can still miss a deficiency on
// contrived matrices (Kahan's); SVD does not.
type QR struct {
	RelTol float64 // in [0, 1); diagonal entries of R up to RelTol·|r₁₁| count as zero; 0 means DefaultRelTol(m, n)
}

// Solve returns the least-norm solution of Ax = b. A is m×n, b has m entries. It panics if the shapes
// do not fit, errs on NaN or infinity, and returns a *RankError if A has not full row rank
// (always for m > n).
func (q QR) Solve(a mat.Matrix, b []float64) (*Solution, error) {
	checkDims("QR", a, b, nil)
	if err := checkFinite("QR", a, b, nil); err != nil {
		return nil, err
	}
	m, n := a.Dims()
	// AᵀP = QR, in place of a copy of Aᵀ
	f := mat.DenseCopyOf(a.T()).RawMatrix() // [n, m]
	k := min(m, n)
	perm, tau := make([]int, m), make([]float64, k)
	for j := range perm {
		perm[j] = -1 // every column is free to be a pivot
	}
	work := make([]float64, 1)
	lapack64.Geqp3(f, perm, tau, work, -1)
	work = make([]float64, int(work[0]))
	lapack64.Geqp3(f, perm, tau, work, len(work))

	s := &Solution{}
	r := func(i, j int) float64 { return f.Data[i*f.Stride+j] }
	s.Tol = relTol(q.RelTol, m, n) * math.Abs(r(0, 0))
	for s.Rank < k && math.Abs(r(s.Rank, s.Rank)) > s.Tol {
		s.Rank++
	}
	if s.Rank < m {
		return nil, &RankError{Method: "QR", Rows: m, Cols: n, Rank: s.Rank, Tol: s.Tol}
	}
	s.Cond = math.Abs(r(0, 0) / r(m-1, m-1))

	// Rᵀz = Pᵀb; entry i of Pᵀb is b[perm[i]]
	z := make([]float64, n) // the last n−m entries stay zero
	for i, p := range perm {
		z[i] = b[p]
	}
	upper := blas64.Triangular{Uplo: blas.Upper, Diag: blas.NonUnit, N: m, Data: f.Data, Stride: f.Stride}
	blas64.Trsv(blas.Trans, upper, vector(z[:m]))

	// x = Qz
	x := blas64.General{Rows: n, Cols: 1, Stride: 1, Data: z}
	lapack64.Ormqr(blas.Left, blas.NoTrans, f, tau, x, work[:1], -1)
	work = make([]float64, max(1, int(work[0])))
	lapack64.Ormqr(blas.Left, blas.NoTrans, f, tau, x, work, len(work))
	s.X = z
	s.Residual = Residual(mat.DenseCopyOf(a), b, z)
	return s, nil
}
