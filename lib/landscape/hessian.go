package landscape

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Hessian measures the matrix of second derivatives at x from central differences of the gradient, made symmetric:
// 2n gradients, with the step ε^⅓·max(1, |xᵢ|).
func Hessian(grad func(dst, x []float64), x []float64) *mat.SymDense {
	n := len(x)
	y := append([]float64(nil), x...)
	up, down := make([]float64, n), make([]float64, n)
	full := mat.NewDense(n, n, nil)
	for i, xi := range x {
		h := math.Cbrt(0x1p-52) * math.Max(1, math.Abs(xi))
		y[i] = xi + h
		grad(up, y)
		y[i] = xi - h
		grad(down, y)
		y[i] = xi
		for j := range n {
			full.Set(i, j, (up[j]-down[j])/(2*h))
		}
	}
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			s.SetSym(i, j, (full.At(i, j)+full.At(j, i))/2)
		}
	}
	return s
}

// Eigenvalues returns the eigenvalues of h in ascending order: all positive is a strict local minimum, one negative is
// enough for a saddle (at a point where the gradient is zero).
func Eigenvalues(h mat.Symmetric) []float64 {
	var e mat.EigenSym
	if !e.Factorize(h, false) {
		panic("landscape: the eigenvalues did not converge")
	}
	return e.Values(nil)
}
