// Package momentum is the exercise "Momentum": its statement is README.md.
package momentum

import "errors"

var errTodo = errors.New("exercise momentum: not written yet")

// HeavyBall takes the steps v ← momentum·v + grad(x), x ← x − rates[k]·v for k = 0, 1, …, from x0 and v = 0, and returns
// all points, [len(rates)+1][len(x0)], the start first. It calls grad once a step and changes nothing that is passed in. It
// errs if x0 is empty or not finite, if a rate is not positive and finite, if momentum is not in [0, 1), if a gradient has not
// len(x0) entries, or as soon as a point is not finite.
func HeavyBall(grad func(x []float64) []float64, x0, rates []float64, momentum float64) ([][]float64, error) {
	return nil, errTodo
}

// Nesterov takes the steps y = x + momentum·v, v ← momentum·v − rates[k]·grad(y), x ← x + v for k = 0, 1, …, from x0 and
// v = 0, and returns all points x. Shapes, calls and errors are those of HeavyBall.
func Nesterov(grad func(x []float64) []float64, x0, rates []float64, momentum float64) ([][]float64, error) {
	return nil, errTodo
}

// Limits returns, for a quadratic loss whose Hessian has the given eigenvalues (in any order), the constant rate below
// which the heavy ball converges with this momentum, and that for Nesterov. It errs if there is no eigenvalue, if one is not
// positive and finite, or if momentum is not in [0, 1).
func Limits(eigenvalues []float64, momentum float64) (heavyBall, nesterov float64, err error) {
	return 0, 0, errTodo
}

// BestHeavyBall returns, for such a loss, the rate and the momentum for which the heavy ball's error shrinks fastest in the
// long run along the eigenvector where it is slowest, and the factor a step by which it then shrinks. It errs if there is no
// eigenvalue, or if one is not positive and finite.
func BestHeavyBall(eigenvalues []float64) (rate, momentum, factor float64, err error) {
	return 0, 0, 0, errTodo
}
