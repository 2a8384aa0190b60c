// Package minnormattack is the exercise "Minimum-norm attacks": its statement is README.md.
package minnormattack

import "errors"

var errTodo = errors.New("exercise min-norm-attack: not written yet")

// MinL2 returns (1 + overshoot)·r, where r is the shortest perturbation in L2 that brings x, [n], onto the boundary
// wᵀx + b = 0, w being [n]. A point on the boundary has r = 0. It errs if w is zero or empty, if x has not n entries, if overshoot
// is negative or not finite, or if a number given or found is not finite.
func MinL2(w []float64, b float64, x []float64, overshoot float64) ([]float64, error) {
	return nil, errTodo
}

// MinInf is MinL2 for the norm ‖r‖_∞ = max|rᵢ|. Where wᵢ = 0, any |rᵢ| ≤ (1 + overshoot)·‖r‖_∞ will do.
func MinInf(w []float64, b float64, x []float64, overshoot float64) ([]float64, error) {
	return nil, errTodo
}

// MaxAllowable returns the perturbation with ‖r‖_∞ ≤ eta that moves g(x) = wᵀx + b as far as possible towards the other
// sign, and whether g(x + r) has the other sign. It errs as MinL2 does (for eta in the place of overshoot), and if g(x) = 0.
func MaxAllowable(w []float64, b float64, x []float64, eta float64) (r []float64, flips bool, err error) {
	return nil, false, errTodo
}

// OneVsAll returns (1 + overshoot)·r and a class, the rival, for the classifier that answers the class of the largest
// logit Wx + b, the first among equals. W is [classes][n], b is [classes]. r is the shortest perturbation of x, in L∞ if inf is
// true and else in L2, that brings x onto the boundary of the region of its answer; the rival is the class beyond.
// It errs if there are fewer than two classes, if W, b and x do not fit, if all other classes have the answer's weights,
// if overshoot is negative or not finite, or if a number given or found is not finite.
func OneVsAll(W [][]float64, b, x []float64, inf bool, overshoot float64) (r []float64, rival int, err error) {
	return nil, 0, errTodo
}
