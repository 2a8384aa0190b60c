package leastnorm

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// SVD finds x = V₁Σ₁⁻¹U₁ᵀb = A⁺b, the vector of least norm among those that minimise ‖Ax − b‖₂.
// It works for every shape and rank, and tells the rank; it costs a few times as much as QR.
//
//  1. A = UΣVᵀ, singular values in falling order.
//  2. r = number of σᵢ > RelTol·σ₁; the rest is set to zero.
//  3. x = Σᵢ≤ᵣ (uᵢᵀb/σᵢ)vᵢ.
//
// Error bound: the relative error of x is about κ·2⁻⁵² if b can be reached (Golub and Van Loan, §5.6).
// A singular value just above the tolerance is kept and divided by: whoever knows the noise level
// of A sets RelTol to it.
type SVD struct {
	RelTol float64 // in [0, 1); singular values up to RelTol·σ₁ count as zero; 0 means DefaultRelTol(m, n)
}

// Solve returns A⁺b with the rank, the condition number and the residual. A is m×n, b has m entries.
// It panics if the shapes do not fit and errs on NaN or infinity. Rank deficiency is no error: compare
// Solution.Rank with m, and Solution.Residual with ‖b‖ to see whether b was reached.
func (s SVD) Solve(a mat.Matrix, b []float64) (*Solution, error) {
	checkDims("SVD", a, b, nil)
	if err := checkFinite("SVD", a, b, nil); err != nil {
		return nil, err
	}
	d, err := s.Decompose(a)
	if err != nil {
		return nil, err
	}
	x := d.Apply(b)
	return &Solution{X: x, Rank: d.Rank, Tol: d.Tol, Cond: d.Cond(), Residual: Residual(mat.DenseCopyOf(a), b, x)}, nil
}

// Decompose returns the decomposition that SVD.Solve, and everything known about gradient descent, rest on.
// It errs on NaN or infinity in A.
func (s SVD) Decompose(a mat.Matrix) (*Decomposition, error) {
	m, n := a.Dims()
	if m == 0 || n == 0 {
		panic(fmt.Sprintf("leastnorm: Decompose: A is empty (%d×%d)", m, n))
	}
	if err := checkFinite("SVD", a, nil, nil); err != nil {
		return nil, err
	}
	var f mat.SVD
	if !f.Factorize(a, mat.SVDThin) {
		return nil, fmt.Errorf("leastnorm: SVD of the %d×%d matrix did not converge: scale its rows or columns to similar size", m, n)
	}
	d := &Decomposition{Rows: m, Cols: n, Sigma: f.Values(nil)}
	// r = #{i : σᵢ > RelTol·σ₁}
	d.Tol = relTol(s.RelTol, m, n) * d.Sigma[0]
	for d.Rank < len(d.Sigma) && d.Sigma[d.Rank] > d.Tol {
		d.Rank++
	}
	if d.Rank > 0 {
		var u, v mat.Dense
		f.UTo(&u)
		f.VTo(&v)
		// rows of the transposes: uᵢ and vᵢ become contiguous
		d.u, d.v = mat.DenseCopyOf(u.T()), mat.DenseCopyOf(v.T())
	}
	return d, nil
}

// Decomposition is A = U₁Σ₁V₁ᵀ with the numerical rank decided.
type Decomposition struct {
	Rows, Cols int
	Rank       int       // number of singular values above Tol
	Sigma      []float64 // [min(m, n)] all singular values, falling
	Tol        float64   // what counted as zero, in A's units

	u, v *mat.Dense // row i is uᵢᵀ (m entries) and vᵢᵀ (n entries)
}

// SigmaMax returns σ₁, or 0 for a zero matrix.
func (d *Decomposition) SigmaMax() float64 { return d.Sigma[0] }

// SigmaMin returns the smallest singular value that counts, σᵣ, or 0 for a zero matrix.
func (d *Decomposition) SigmaMin() float64 {
	if d.Rank == 0 {
		return 0
	}
	return d.Sigma[d.Rank-1]
}

// Cond returns κ = σ₁/σᵣ, or 1 for a zero matrix.
func (d *Decomposition) Cond() float64 {
	if d.Rank == 0 {
		return 1
	}
	return d.SigmaMax() / d.SigmaMin()
}

// FullRowRank tells whether every b can be reached, r = m.
func (d *Decomposition) FullRowRank() bool { return d.Rank == d.Rows }

// Apply returns A⁺b, the least-norm least-squares solution. b has m entries, the result n.
func (d *Decomposition) Apply(b []float64) []float64 {
	if len(b) != d.Rows {
		panic(fmt.Sprintf("leastnorm: Apply: b has %d entries for the %d rows of A", len(b), d.Rows))
	}
	x := make([]float64, d.Cols)
	for i := range d.Rank {
		// x ← x + (uᵢᵀb/σᵢ)vᵢ
		floats.AddScaled(x, floats.Dot(d.u.RawRowView(i), b)/d.Sigma[i], d.v.RawRowView(i))
	}
	return x
}

// Row returns V₁V₁ᵀx, the part of x in the row space of A. x has n entries and is left alone.
func (d *Decomposition) Row(x []float64) []float64 {
	p := make([]float64, d.Cols)
	for i, c := range d.coefficients(x) {
		floats.AddScaled(p, c, d.v.RawRowView(i))
	}
	return p
}

// Null returns V₂V₂ᵀx = x − V₁V₁ᵀx, the part of x in null(A), which A and gradient descent do not see.
// x has n entries and is left alone.
func (d *Decomposition) Null(x []float64) []float64 {
	p := d.Row(x)
	for i := range p {
		p[i] = x[i] - p[i]
	}
	return p
}

// coefficients returns V₁ᵀx.
func (d *Decomposition) coefficients(x []float64) []float64 {
	if len(x) != d.Cols {
		panic(fmt.Sprintf("leastnorm: x has %d entries for the %d columns of A", len(x), d.Cols))
	}
	c := make([]float64, d.Rank)
	for i := range c {
		c[i] = floats.Dot(d.v.RawRowView(i), x)
	}
	return c
}

// finite tells whether v is neither NaN nor infinite.
func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
