// Package fgsm is the exercise "FGSM and PGD": its statement is README.md.
package fgsm

import "errors"

var errTodo = errors.New("exercise fgsm: not written yet")

// FGSM returns x0 moved by eps in every entry along the sign of gradient(x0), against it if targeted, and then clipped into
// [lo, hi]. An entry whose gradient is 0 stays. It calls gradient once, at x0. It errs as the statement's table says.
func FGSM(gradient func(x []float64) []float64, x0 []float64, eps, lo, hi float64, targeted bool) ([]float64, error) {
	return nil, errTodo
}

// Project returns the point nearest to x of the ball of radius eps round x0, of the norm "l2" or "linf". It errs as the statement's table says.
func Project(norm string, x, x0 []float64, eps float64) ([]float64, error) {
	return nil, errTodo
}

// PGD takes steps of length step along the gradient (norm "l2": along gradient/‖gradient‖₂; "linf": along its sign), against it if targeted, each
// brought back into the ball of radius eps round x0 and then into [lo, hi]. It returns all points, [steps+1][len(x0)], of which
// the first is start, as it was handed in. It calls gradient once a step. It errs as the statement's table says.
func PGD(norm string, gradient func(x []float64) []float64, x0, start []float64, eps, step float64, steps int, lo, hi float64, targeted bool) ([][]float64, error) {
	return nil, errTodo
}
