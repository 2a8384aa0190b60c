// Package implicitregularisation is the exercise "Implicit regularisation": its statement is README.md.
package implicitregularisation

import "errors"

var errTodo = errors.New("exercise implicit-regularisation: not written yet")

// ModifiedGradient returns the gradient at w, [d], of L(w) + rate/4·‖∇L(w)‖², given the gradient, [d], and the Hessian,
// [d][d], of L. It errs if w is empty, if rate is not positive and finite, if gradient or Hessian have another shape, or if an entry is
// not finite, of w, of what is returned to you, or of the result.
func ModifiedGradient(gradient func(w []float64) []float64, hessian func(w []float64) [][]float64, w []float64, rate float64) ([]float64, error) {
	return nil, errTodo
}

// Penalties returns what gradient descent, rate/4·‖∇L‖², and what the shuffling of m minibatches, rate/(4m)·Σₖ‖∇Lₖ − ∇L‖²,
// add to the loss L = (1/m)ΣₖLₖ, given the gradients ∇Lₖ, [m][d]. It errs if there is no gradient, if they are empty or
// differ in length, if an entry or a result is not finite, or if rate is not positive and finite.
func Penalties(gradients [][]float64, rate float64) (gd, shuffling float64, err error) {
	return 0, 0, errTodo
}

// Flow follows dw/dt = −gradient(w) from w0 for a time by the given number of classical Runge-Kutta steps of equal
// length and returns all points, [steps+1][len(w0)], the start first. It calls gradient four times a step. It errs if w0 is empty or
// not finite, if time is negative or not finite, if steps < 1, if a gradient has not len(w0) entries, or as soon as a
// point is not finite.
func Flow(gradient func(w []float64) []float64, w0 []float64, time float64, steps int) ([][]float64, error) {
	return nil, errTodo
}

// EpochMean returns the mean, over all N! orders of the N samples, of the point where an epoch of SGD ends: N steps
// w ← w − rate·(aᵢᵀw − yᵢ)aᵢ from w0, each sample once. a is [N][d] with N ≤ 7, y has N entries, w0 has d. It errs
// if there is no sample or no feature, if N > 7, if shapes do not fit, if an entry or a point is not finite, or if rate is not positive and finite.
func EpochMean(a [][]float64, y, w0 []float64, rate float64) ([]float64, error) {
	return nil, errTodo
}
