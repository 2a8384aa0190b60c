// Package operatordiscovery is the exercise "Operator discovery": its statement is README.md.
package operatordiscovery

import "errors"

var errTodo = errors.New("exercise operator-discovery: not written yet")

// Library returns Θ, [n][terms], from d, [orders][n], with d[k] the k-th derivative of u: column j is u^power[j]·d[order[j]], and
// u^power[j] if order[j] is 0. It errs if d is empty or ragged, if there is no term or the lists' lengths differ, if a power is negative or an
// order not one of d's, or if a number or a result is not finite.
func Library(d [][]float64, power, order []int) ([][]float64, error) {
	return nil, errTodo
}

// LeastSquares returns the α, [terms], with the smallest ‖Θα − y‖, theta [n][terms], y [n]. It errs if theta is empty or
// ragged, if lengths do not fit, if there are fewer rows than terms, if the columns depend on each other, or if a number
// or a result is not finite.
func LeastSquares(theta [][]float64, y []float64) ([]float64, error) {
	return nil, errTodo
}

// STLSQ fits, drops the terms with |αⱼ| < threshold, and so on for at most steps rounds; then what is left is fitted once more. It
// errs as LeastSquares does on all terms, and if threshold or steps is negative.
func STLSQ(theta [][]float64, y []float64, threshold float64, steps int) ([]float64, error) {
	return nil, errTodo
}

// BestSubset returns the α, [terms], with the smallest λ‖α‖₀ + ‖Θα − y‖² of all subsets of the terms, and that number. It errs as
// LeastSquares does on all terms, and if lambda is negative.
func BestSubset(theta [][]float64, y []float64, lambda float64) ([]float64, float64, error) {
	return nil, 0, errTodo
}
