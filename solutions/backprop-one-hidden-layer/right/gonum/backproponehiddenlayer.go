// Package backproponehiddenlayer solves "Backpropagation by hand" with gonum's matrices.
package backproponehiddenlayer

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Gradients holds the five derivatives of J.
type Gradients struct {
	U  [][]float64
	B2 []float64
	W  [][]float64
	B1 []float64
	X  []float64
}

var errInput = errors.New("shapes or numbers that cannot be")

func dense(m [][]float64, rows, cols int) (*mat.Dense, error) {
	if rows == 0 || cols == 0 || len(m) != rows {
		return nil, errInput
	}
	d := mat.NewDense(rows, cols, nil)
	for i, row := range m {
		v, err := vec(row, cols)
		if err != nil {
			return nil, err
		}
		d.SetRow(i, v.RawVector().Data)
	}
	return d, nil
}

func vec(v []float64, n int) (*mat.VecDense, error) {
	if n == 0 || len(v) != n || math.IsInf(floats.Norm(v, math.Inf(1)), 0) || floats.HasNaN(v) {
		return nil, errInput
	}
	return mat.NewVecDense(n, append([]float64(nil), v...)), nil
}

func rows(m *mat.Dense) [][]float64 {
	r, _ := m.Dims()
	list := make([][]float64, r)
	for i := range list {
		list[i] = mat.Row(nil, i, m)
	}
	return list
}

// Forward multiplies matrices.
func Forward(w [][]float64, b1 []float64, u [][]float64, b2, x []float64) (z, h, theta, yhat []float64, err error) {
	wd, err1 := dense(w, len(b1), len(x))
	ud, err2 := dense(u, len(b2), len(b1))
	c1, err3 := vec(b1, len(b1))
	c2, err4 := vec(b2, len(b2))
	xd, err5 := vec(x, len(x))
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return nil, nil, nil, nil, err
	}
	var zd, td mat.VecDense
	zd.MulVec(wd, xd)
	zd.AddVec(&zd, c1)
	z = zd.RawVector().Data
	h = make([]float64, len(z))
	for i := range z {
		if z[i] > 0 {
			h[i] = z[i]
		}
	}
	td.MulVec(ud, mat.NewVecDense(len(h), h))
	td.AddVec(&td, c2)
	theta = td.RawVector().Data
	yhat = make([]float64, len(theta))
	lse := floats.LogSumExp(theta)
	for c := range theta {
		yhat[c] = math.Exp(theta[c] - lse)
	}
	return z, h, theta, yhat, nil
}

// Deltas subtracts, multiplies and masks.
func Deltas(u [][]float64, z, yhat, y []float64) (delta1, delta2 []float64, err error) {
	ud, err1 := dense(u, len(yhat), len(z))
	_, err2 := vec(z, len(z))
	_, err3 := vec(yhat, len(yhat))
	_, err4 := vec(y, len(yhat))
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return nil, nil, err
	}
	if floats.Min(y) < 0 || math.Abs(floats.Sum(y)-1) > 1e-6 {
		return nil, nil, errInput
	}
	delta1 = floats.SubTo(make([]float64, len(y)), yhat, y)
	var back mat.VecDense
	back.MulVec(ud.T(), mat.NewVecDense(len(y), delta1))
	delta2 = make([]float64, len(z))
	for i, v := range z {
		if v > 0 {
			delta2[i] = back.AtVec(i)
		}
	}
	return delta1, delta2, nil
}

// Backward makes outer products of vectors.
func Backward(w [][]float64, b1 []float64, u [][]float64, b2, x, y []float64) (j float64, g Gradients, err error) {
	z, h, theta, yhat, err := Forward(w, b1, u, b2, x)
	if err != nil {
		return 0, g, err
	}
	d1, d2, err := Deltas(u, z, yhat, y)
	if err != nil {
		return 0, g, err
	}
	// −Σ y(θ − LSE) = LSE·Σy − yᵀθ
	lse := floats.LogSumExp(theta)
	for c := range y {
		j += y[c] * (lse - theta[c])
	}
	v1, v2 := mat.NewVecDense(len(d1), d1), mat.NewVecDense(len(d2), d2)
	var du, dw mat.Dense
	du.Outer(1, v1, mat.NewVecDense(len(h), h))
	dw.Outer(1, v2, mat.NewVecDense(len(x), append([]float64(nil), x...)))
	wd, _ := dense(w, len(b1), len(x))
	var dx mat.VecDense
	dx.MulVec(wd.T(), v2)
	return j, Gradients{rows(&du), d1, rows(&dw), d2, dx.RawVector().Data}, nil
}
