// Package leastnormgd solves the exercise with the QR factorisation of Aᵀ, the eigenvalues of AAᵀ, and matrix products.
package leastnormgd

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"
)

var (
	errShape = errors.New("shapes do not fit")
	errValue = errors.New("NaN or infinity in the input")
	errRank  = errors.New("not of full row rank")
	errStep  = errors.New("the step is not between 0 and 2/σ₁²")
)

// LeastNorm: with Aᵀ = QR, Ax = y is RᵀQᵀx = y, and x = QR⁻ᵀy lies in the row space.
func LeastNorm(a [][]float64, y []float64) ([]float64, error) {
	A, err := pack(a)
	if err != nil {
		return nil, err
	}
	Y, err := column(y, A.RawMatrix().Rows)
	if err != nil {
		return nil, err
	}
	m, n := A.Dims()
	if m > n {
		return nil, errRank
	}
	var qr mat.QR
	qr.Factorize(A.T())
	if !(qr.Cond() < 1e10) {
		return nil, errRank
	}
	var x mat.VecDense
	if err := qr.SolveVecTo(&x, true, Y); err != nil {
		return nil, err
	}
	return x.RawVector().Data, nil
}

// StepLimit: σ₁² is the largest eigenvalue of AAᵀ. A is scaled first, so that its squares stay in range.
func StepLimit(a [][]float64) (float64, error) {
	A, err := pack(a)
	if err != nil {
		return 0, err
	}
	top := max(mat.Max(A), -mat.Min(A))
	if top == 0 {
		return math.Inf(1), nil
	}
	m, _ := A.Dims()
	A.Scale(1/top, A)
	g := mat.NewSymDense(m, nil)
	g.SymOuterK(1, A)
	var e mat.EigenSym
	if !e.Factorize(g, false) {
		return 0, errors.New("no eigenvalues")
	}
	return 2 / e.Values(nil)[m-1] / top / top, nil
}

// GradientDescent with A and Aᵀ as gonum matrices.
func GradientDescent(a [][]float64, b, x0 []float64, step float64, iters int) ([]float64, error) {
	A, err := pack(a)
	if err != nil {
		return nil, err
	}
	m, n := A.Dims()
	B, err := column(b, m)
	if err != nil {
		return nil, err
	}
	x, err := column(x0, n)
	if err != nil {
		return nil, err
	}
	limit, err := StepLimit(a)
	if err != nil {
		return nil, err
	}
	if math.IsNaN(step) || step <= 0 || step >= limit || iters < 0 {
		return nil, errStep
	}
	var r, g mat.VecDense
	for k := 0; k < iters; k++ {
		r.MulVec(A, x)
		r.SubVec(&r, B)
		g.MulVec(A.T(), &r)
		x.AddScaledVec(x, -step, &g)
	}
	return x.RawVector().Data, nil
}

// Limit: x₀ without its row-space part, whose coordinates are the least-norm solution of Az = Ax₀, plus x_ln.
func Limit(a [][]float64, b, x0 []float64) ([]float64, error) {
	ln, err := LeastNorm(a, b)
	if err != nil {
		return nil, err
	}
	A, _ := pack(a)
	_, n := A.Dims()
	x, err := column(x0, n)
	if err != nil {
		return nil, err
	}
	var seen mat.VecDense
	seen.MulVec(A, x)
	row, err := LeastNorm(a, seen.RawVector().Data)
	if err != nil {
		return nil, err
	}
	x.SubVec(x, mat.NewVecDense(n, row))
	x.AddVec(x, mat.NewVecDense(n, ln))
	return x.RawVector().Data, nil
}

func pack(a [][]float64) (*mat.Dense, error) {
	if len(a) == 0 || len(a[0]) == 0 {
		return nil, errShape
	}
	var flat []float64
	for _, row := range a {
		if len(row) != len(a[0]) {
			return nil, errShape
		}
		flat = append(flat, row...)
	}
	return mat.NewDense(len(a), len(a[0]), flat), check(flat)
}

func column(v []float64, n int) (*mat.VecDense, error) {
	if len(v) != n {
		return nil, errShape
	}
	return mat.NewVecDense(n, append([]float64{}, v...)), check(v)
}

func check(v []float64) error {
	for _, e := range v {
		if e-e != 0 {
			return errValue
		}
	}
	return nil
}
