// Package gradientdescent is the exercise "Gradient descent": its statement is README.md.
package gradientdescent

import "errors"

var errTodo = errors.New("exercise gradient-descent: not written yet")

// Descend takes steps x ← x − rate·grad(x) from x0 and returns all points, [steps+1][len(x0)], the start first. It calls
// grad once a step and leaves x0 as it is. It errs if x0 is empty or not finite, if rate is not positive and finite, if
// steps < 0, if a gradient has not len(x0) entries, or as soon as a point is not finite.
func Descend(grad func(x []float64) []float64, x0 []float64, rate float64, steps int) ([][]float64, error) {
	return nil, errTodo
}

// BatchGradient returns the gradient at w, [d], of the mean of ½(aᵢᵀw − yᵢ)² over the samples i in batch: a is [N][d],
// y has N entries, batch holds indices below N, of which each counts as often as it occurs.
// It errs if batch is empty or has an index outside 0..N−1, if shapes do not fit, or if an entry is not finite.
func BatchGradient(a [][]float64, y, w []float64, batch []int) ([]float64, error) {
	return nil, errTodo
}

// Epoch cuts order into batches of size, the last of which is smaller if size does not divide len(order), and takes for
// each, in turn, the step w ← w − rate·BatchGradient(a, y, w, batch). It returns all points, [batches+1][d], w0 first.
// It errs as BatchGradient does, if order is empty, if size < 1, or if rate is not positive and finite.
func Epoch(a [][]float64, y, w0 []float64, order []int, size int, rate float64) ([][]float64, error) {
	return nil, errTodo
}

// BestRate returns, for a quadratic loss whose Hessian has the given eigenvalues (in any order), the rate for which the
// largest factor max |1 − rate·λ| of a step is least, and that factor. It errs if there is no eigenvalue, or if one is
// not positive and finite.
func BestRate(eigenvalues []float64) (rate, factor float64, err error) {
	return 0, 0, errTodo
}
