// Package dropout is the exercise "Dropout": its statement is README.md.
package dropout

import "errors"

var errTodo = errors.New("exercise dropout: not written yet")

// Mask draws a mask of n units, [n]: each entry is 1 with probability keep, else 0, independently. uniform gives a number
// in [0, 1) at each call. It errs if n < 1 or keep is not in (0, 1].
func Mask(n int, keep float64, uniform func() float64) ([]float64, error) {
	return nil, errTodo
}

// Drop is the dropout layer on x, [n]. In training it takes the mask, [n]: mask∘x, over keep if inverted. At test time it
// does not look at the mask: keep·x, or x if inverted. It errs if x is empty, if keep is not in (0, 1], in training if the
// mask has another length or an entry that is neither 0 nor 1, or if a number or a result is not finite.
func Drop(x, mask []float64, keep float64, inverted, training bool) ([]float64, error) {
	return nil, errTodo
}

// DropGradient gives ∂ℓ/∂x, [n], from dy = ∂ℓ/∂y, [n], of a training step with the mask. It errs as Drop does in training.
func DropGradient(dy, mask []float64, keep float64, inverted bool) ([]float64, error) {
	return nil, errTodo
}

// Expectation gives the mean of f(r∘h) over all 2ⁿ masks r of the n units h, each weighed by its probability. It errs if h is
// empty or has more than 10 entries, if keep is not in (0, 1], or if an entry, a value of f or the result is not finite.
func Expectation(f func(h []float64) float64, h []float64, keep float64) (float64, error) {
	return 0, errTodo
}

// Survival gives p_l = 1 − (l/L)(1 − last) for the blocks l = 1 … L, [L], and the expected number of blocks that take
// part in a training step. It errs if blocks < 1 or last is not in (0, 1].
func Survival(blocks int, last float64) (p []float64, expected float64, err error) {
	return nil, 0, errTodo
}
