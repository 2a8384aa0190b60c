// Package sparse explains a vector by few columns of a dictionary, and learns the dictionary.
//
// For x ∈ ℝⁿ and a dictionary W ∈ ℝⁿˣᵐ, whose columns are the atoms, the sparse code is
//
//	z* = argmin_z E(z),    E(z) = ½‖x − Wz‖² + α‖z‖₁,
//
// which statistics calls the Lasso. The first term is smooth, the second is not; its proximal operator is the soft threshold.
//
//   - SoftThreshold, the proximal operator of θ‖·‖₁, with Clip, its other half in Moreau's decomposition.
//   - ISTA: a gradient step of the first term, then the soft threshold. E − E* falls like 1/k.
//   - FISTA: the same from a point ahead. 1/k²; with Restart, linear in the end without oscillation.
//   - CoordinateDescent: one coordinate after the other, exactly: the reference, and the fastest of the three here.
//   - Alternating and Online learn W from many x.
//   - Patches cuts the x from pictures.
//   - LISTA is a network that guesses z* in a step or a few; package lista, below this one, trains it.
//
// # Rows
//
// The methods solve many problems with one W at a time: the rows of X [P, n] are the vectors x, the rows of Z [P, m] their codes.
// Rows know nothing of each other; one problem is P = 1. In this layout the gradient of the first term is (ZWᵀ − X)W.
package sparse

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Problem is what sparse coding needs besides x.
type Problem struct {
	W     *mat.Dense // the dictionary, [n, m], an atom a column; n, m ≥ 1, and finite
	Alpha float64    // α ≥ 0, the price of ‖z‖₁
}

// Lipschitz returns L = λ_max(WᵀW) = σ₁(W)², the Lipschitz constant of the gradient of ½‖x − Wz‖² by z.
// It errs if the singular value decomposition fails, or if W has an entry that is not finite.
func (p Problem) Lipschitz() (float64, error) {
	if err := finite("W", p.W); err != nil {
		return 0, err
	}
	var svd mat.SVD
	if !svd.Factorize(p.W, mat.SVDNone) {
		return 0, fmt.Errorf("sparse: the singular values of W could not be computed")
	}
	s := svd.Values(nil)[0]
	return s * s, nil
}

// Energy returns E of each row: x is [P, n], z is [P, m].
func (p Problem) Energy(x, z *mat.Dense) []float64 {
	r := p.residual(x, z)
	e := make([]float64, r.RawMatrix().Rows)
	for i := range e {
		// E = ½‖x − Wz‖² + α‖z‖₁
		row := r.RawRowView(i)
		e[i] = 0.5*floats.Dot(row, row) + p.Alpha*floats.Norm(z.RawRowView(i), 1)
	}
	return e
}

// AlphaMax returns, for each row of x, the smallest α whose code is zero: ‖Wᵀx‖∞.
func (p Problem) AlphaMax(x *mat.Dense) []float64 {
	var c mat.Dense
	c.Mul(x, p.W)
	a := make([]float64, c.RawMatrix().Rows)
	for i := range a {
		a[i] = floats.Norm(c.RawRowView(i), math.Inf(1))
	}
	return a
}

// Gap returns the duality gap of each row, an upper bound of E(z) − E* that needs no knowledge of z*. With r = x − Wz,
// shrunk until it is feasible for the dual problem, θ = r·min(1, α/‖Wᵀr‖∞),
//
//	gap = E(z) − D(θ),    D(θ) = ½‖x‖² − ½‖x − θ‖² ≤ E*.
//
// For α = 0 it bounds E − E* by E itself, unless Wᵀr is exactly 0.
func (p Problem) Gap(x, z *mat.Dense) []float64 {
	r := p.residual(x, z)
	var c mat.Dense
	c.Mul(r, p.W)
	gap := make([]float64, r.RawMatrix().Rows)
	for i := range gap {
		xi, ri := x.RawRowView(i), r.RawRowView(i)
		gap[i] = dualityGap(p.Alpha, floats.Norm(z.RawRowView(i), 1), floats.Dot(ri, ri), floats.Dot(xi, ri), floats.Norm(c.RawRowView(i), math.Inf(1)))
	}
	return gap
}

// dualityGap is E − D from ‖z‖₁, ‖r‖², xᵀr and ‖Wᵀr‖∞:
//
//	D(sr) = ½‖x‖² − ½‖x − sr‖² = s·xᵀr − ½s²‖r‖².
func dualityGap(alpha, l1, rr, xr, correlation float64) float64 {
	s := 1.0
	if correlation > alpha {
		s = alpha / correlation
	}
	return 0.5*rr + alpha*l1 - (s*xr - 0.5*s*s*rr)
}

// residual is X − ZWᵀ, [P, n].
func (p Problem) residual(x, z *mat.Dense) *mat.Dense {
	r := new(mat.Dense)
	r.Mul(z, p.W.T())
	r.Sub(x, r)
	return r
}

// check panics at a caller's bug and errs at numbers that are not finite. z may be nil.
func (p Problem) check(op string, x, z *mat.Dense) error {
	if p.W == nil || x == nil || p.W.IsEmpty() || x.IsEmpty() {
		panic("sparse: " + op + ": W and x must not be empty")
	}
	n, m := p.W.Dims()
	rows, columns := x.Dims()
	if columns != n {
		panic(fmt.Sprintf("sparse: %s: rows of x have %d entries, columns of W %d", op, columns, n))
	}
	if z != nil {
		if zr, zc := z.Dims(); zr != rows || zc != m {
			panic(fmt.Sprintf("sparse: %s: codes are [%d, %d], want [%d, %d]", op, zr, zc, rows, m))
		}
		if err := finite("the codes", z); err != nil {
			return err
		}
	}
	if !(p.Alpha >= 0) || math.IsInf(p.Alpha, 0) {
		panic(fmt.Sprintf("sparse: %s: α = %v, want a finite α ≥ 0", op, p.Alpha))
	}
	if err := finite("W", p.W); err != nil {
		return err
	}
	return finite("x", x)
}

// finite errs at the first entry that is NaN or infinite.
func finite(name string, a *mat.Dense) error {
	rows, _ := a.Dims()
	for i := range rows {
		for j, v := range a.RawRowView(i) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("sparse: entry (%d, %d) of %s is %v", i, j, name, v)
			}
		}
	}
	return nil
}
