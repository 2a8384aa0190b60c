// Package gradientcheck is the exercise "Gradient check": its statement is README.md.
package gradientcheck

import "errors"

var errTodo = errors.New("exercise gradient-check: not written yet")

// The verdicts of Check.
const (
	Agrees  = 0 // smooth, and the claim is right
	Differs = 1 // smooth, and the claim is wrong
	Within  = 2 // a kink, and the claim lies between the one-sided slopes
	Outside = 3 // a kink, and the claim does not
)

// Central returns (f(x + h·eᵢ) − f(x − h·eᵢ))/2h for each coordinate, [len(x)], with two calls of f each. x is as before
// afterwards. It errs if x is empty or not finite, if h is not in (0, ∞), or if a value of f is not finite.
func Central(f func(x []float64) float64, x []float64, h float64) ([]float64, error) {
	return nil, errTodo
}

// Slope returns (f(x + h·u) − f(x − h·u))/2h, which is ∇f(x)ᵀu up to h²; u has the length of x and need not be a unit
// vector. It calls f twice and errs as Central does, or if u does not fit or is not finite.
func Slope(f func(x []float64) float64, x, u []float64, h float64) (float64, error) {
	return 0, errTodo
}

// RelError returns the largest |aᵢ − bᵢ| / max(1, |aᵢ|, |bᵢ|), and +Inf if an entry of a or b is NaN or infinite. It errs
// if the lengths differ or are 0.
func RelError(a, b []float64) (float64, error) {
	return 0, errTodo
}

// Check judges each coordinate of the claimed gradient of f at x, [len(x)], by the rule of the statement and returns the
// verdicts. It calls f at most 4·len(x) + 1 times. A claim of NaN or infinity differs, or is outside. It errs as Central
// does, if claimed has another length than x, or if tol is not in (0, ∞).
func Check(f func(x []float64) float64, claimed, x []float64, h, tol float64) ([]int, error) {
	return nil, errTodo
}
