// Package leastnormgd is the exercise "Least norm by gradient descent": its statement is README.md.
package leastnormgd

import "errors"

var errTodo = errors.New("exercise least-norm-gd: not written yet")

// LeastNorm returns the solution of Ax = y with the smallest ‖x‖₂: a is m×n (m rows), y has m entries, the result n.
// It errs if A has not full row rank, if shapes do not fit, or if an entry is NaN or infinite.
func LeastNorm(a [][]float64, y []float64) ([]float64, error) {
	return nil, errTodo
}

// StepLimit returns 2/σ₁², σ₁ the largest singular value of a: gradient descent converges for 0 < μ < 2/σ₁².
// It is +Inf for a zero matrix.
func StepLimit(a [][]float64) (float64, error) {
	return 0, errTodo
}

// GradientDescent returns the point after iters steps x ← x − step·Aᵀ(Ax − b) from x0: a is m×n of any rank, b has m
// entries, x0 and the result n. It leaves x0 as it is. It errs if step is not in (0, 2/σ₁²), or iters < 0.
func GradientDescent(a [][]float64, b, x0 []float64, step float64, iters int) ([]float64, error) {
	return nil, errTodo
}

// Limit returns V₂V₂ᵀx₀ + x_ln, where gradient descent from x0 ends; shapes and errors are those of LeastNorm, x0 has n entries.
func Limit(a [][]float64, b, x0 []float64) ([]float64, error) {
	return nil, errTodo
}
