// Package leastnorm solves Ax = b where A has more columns than rows: among the infinitely many
// solutions it finds the one of least norm, by two factorisations and by gradient descent, and says
// beforehand where gradient descent will end and how long it will take.
//
// Let A be m×n with singular value decomposition A = U₁Σ₁V₁ᵀ, r = rank A, Σ₁ = diag(σ₁ ≥ … ≥ σᵣ > 0), and let
// the columns of V₂ (n×(n−r)) be an orthonormal basis of null(A) = {x : Ax = 0}.
//
//  1. If A has full row rank (r = m), every b is reached, and
//     x_ln = Aᵀ(AAᵀ)⁻¹b = V₁Σ₁⁻¹U₁ᵀb
//     is the solution of least norm: it has no part in null(A), and any other solution adds one.
//     Full column rank is not enough: a tall A of full column rank makes AAᵀ singular.
//  2. Gradient descent on f(x) = ½‖Ax − b‖², x_{k+1} = x_k − μAᵀ(Ax_k − b), never moves inside null(A).
//     For 0 < μ < 2/σ₁² it converges to V₂V₂ᵀx₀ + x_ln: from a start without a part in null(A)
//     (such as x₀ = 0) it finds the least-norm solution although nothing in f asks for a small norm.
//  3. Along the singular vector vᵢ the error shrinks by 1 − μσᵢ² a step, so that the number of steps
//     grows with the square of the condition number κ = σ₁/σᵣ.
//
// SVD and QR are the factorisations, GradientDescent and XLA the iterations, in float64 and float32.
// No method forms (AAᵀ)⁻¹; Gram shows what forming AAᵀ costs.
//
// Where A lacks full row rank, QR and Gram return a *RankError; SVD returns the least-norm vector among
// those that minimise ‖Ax − b‖, which is x_ln if b can be reached at all, and reports rank and residual.
//
// Sources: Boyd, EE263 (Stanford), lecture "Least-norm solutions of underdetermined equations"; Golub and
// Van Loan, Matrix Computations, 4th ed., §5.5 (rank and least norm), §5.6.2 (underdetermined systems).
package leastnorm

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Solution is what the direct methods return.
type Solution struct {
	X        []float64 // [n] the solution
	Rank     int       // rank of A as decided with Tol
	Tol      float64   // a singular value (for QR: a diagonal entry of R) up to Tol counts as zero; in A's units
	Cond     float64   // κ = largest kept / smallest kept singular value (for QR and Gram: an estimate); 1 if none is kept
	Residual float64   // ‖Ax − b‖₂, zero up to rounding if and only if b can be reached
}

// Solve returns the least-norm solution of Ax = b through QR with the default tolerance:
// A is m×n, b has m entries, the result n. It errs as QR.Solve does.
func Solve(a mat.Matrix, b []float64) ([]float64, error) {
	s, err := QR{}.Solve(a, b)
	if err != nil {
		return nil, err
	}
	return s.X, nil
}

// Loss returns f(x) = ½‖Ax − b‖². A is m×n, b has m entries, x has n.
func Loss(a *mat.Dense, b, x []float64) float64 {
	r := Residual(a, b, x)
	return r * r / 2
}

// Residual returns ‖Ax − b‖₂. A is m×n, b has m entries, x has n.
func Residual(a *mat.Dense, b, x []float64) float64 {
	checkDims("Residual", a, b, x)
	r := make([]float64, len(b))
	for i := range r {
		r[i] = floats.Dot(a.RawRowView(i), x) - b[i]
	}
	return floats.Norm(r, 2)
}

// Gradient stores the residual Ax − b in r and ∇f(x) = Aᵀ(Ax − b) in g, and allocates nothing.
// A is m×n, b and r have m entries, x and g have n. Two products, 4mn operations.
func Gradient(g, r []float64, a *mat.Dense, b, x []float64) {
	checkDims("Gradient", a, b, x)
	if len(g) != len(x) || len(r) != len(b) {
		panic(fmt.Sprintf("leastnorm: Gradient: g has %d entries and r %d, want %d and %d", len(g), len(r), len(x), len(b)))
	}
	gv, rv, xv := vector(g), vector(r), vector(x)
	// r = Ax − b
	copy(r, b)
	blas64.Gemv(blas.NoTrans, 1, a.RawMatrix(), xv, -1, rv)
	// g = Aᵀr
	blas64.Gemv(blas.Trans, 1, a.RawMatrix(), rv, 0, gv)
}

// vector is v as BLAS takes it.
func vector(v []float64) blas64.Vector { return blas64.Vector{N: len(v), Data: v, Inc: 1} }

// RankError says that a method which needs full row rank met a matrix without it.
type RankError struct {
	Method     string  // "QR" or "Gram"
	Rows, Cols int     // shape of A
	Rank       int     // the rank found, less than Rows
	Tol        float64 // what counted as zero
}

func (e *RankError) Error() string {
	if e.Rows > e.Cols {
		return fmt.Sprintf("leastnorm: %s: A is %d×%d, and its rank %d is less than its %d rows: (AAᵀ)⁻¹ does not exist, whatever the column rank; use SVD for the least-norm least-squares solution",
			e.Method, e.Rows, e.Cols, e.Rank, e.Rows)
	}
	return fmt.Sprintf("leastnorm: %s: A is %d×%d and has rank %d, not full row rank %d (entries up to %.3g count as zero): drop dependent equations, or use SVD, which reports whether b can be reached",
		e.Method, e.Rows, e.Cols, e.Rank, e.Rows, e.Tol)
}

// DefaultRelTol is the relative tolerance of rank decisions for an m×n matrix, max(m, n)·2⁻⁵²,
// that of NumPy's matrix_rank: a singular value up to DefaultRelTol·σ₁ is what rounding makes of zero.
func DefaultRelTol(m, n int) float64 { return float64(max(m, n)) * 0x1p-52 }

// relTol replaces the zero value by the default.
func relTol(t float64, m, n int) float64 {
	if math.IsNaN(t) || t < 0 || t >= 1 {
		panic(fmt.Sprintf("leastnorm: RelTol %v is outside [0, 1)", t))
	}
	if t == 0 {
		return DefaultRelTol(m, n)
	}
	return t
}

// checkDims panics unless a is m×n with m, n ≥ 1, b has m entries, and x, if not nil, has n.
func checkDims(op string, a mat.Matrix, b, x []float64) {
	m, n := a.Dims()
	if m == 0 || n == 0 {
		panic(fmt.Sprintf("leastnorm: %s: A is empty (%d×%d)", op, m, n))
	}
	if len(b) != m {
		panic(fmt.Sprintf("leastnorm: %s: b has %d entries for the %d rows of A", op, len(b), m))
	}
	if x != nil && len(x) != n {
		panic(fmt.Sprintf("leastnorm: %s: x has %d entries for the %d columns of A", op, len(x), n))
	}
}

// checkFinite errs at the first NaN or infinity in A, b or x.
func checkFinite(op string, a mat.Matrix, b, x []float64) error {
	m, n := a.Dims()
	for i := range m {
		for j := range n {
			if v := a.At(i, j); math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("leastnorm: %s: A[%d][%d] is %v: clean the input first", op, i, j, v)
			}
		}
	}
	for i, v := range b {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("leastnorm: %s: b[%d] is %v: clean the input first", op, i, v)
		}
	}
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("leastnorm: %s: x₀[%d] is %v: clean the input first", op, i, v)
		}
	}
	return nil
}
