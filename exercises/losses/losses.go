// Package losses is the exercise "The loss table": its statement is README.md.
//
// Every function takes a target y and the scores o of a network, K numbers each, and returns the loss and its
// gradient ∂F/∂o, K numbers in a new slice. σ is softmax(o).
package losses

import "errors"

var errTodo = errors.New("exercise losses: not written yet")

// L1 returns ‖y − o‖₁ and its gradient; where oⱼ = yⱼ the entry is 0.
func L1(y, o []float64) (float64, []float64, error) {
	return 0, nil, errTodo
}

// L2 returns ‖y − o‖₂², without a root and without a ½, and its gradient.
func L2(y, o []float64) (float64, []float64, error) {
	return 0, nil, errTodo
}

// Hinge returns Σⱼ max(0, ½ − ŷⱼoⱼ)^power, ŷ = 2y − 1, and its gradient, 0 at the corner. It errs unless power is 1, 2 or 3.
func Hinge(y, o []float64, power int) (float64, []float64, error) {
	return 0, nil, errTodo
}

// Expectation returns ‖y − σ‖₁ and its gradient.
func Expectation(y, o []float64) (float64, []float64, error) {
	return 0, nil, errTodo
}

// RegularisedExpectation returns ‖y − σ‖₂² and its gradient.
func RegularisedExpectation(y, o []float64) (float64, []float64, error) {
	return 0, nil, errTodo
}

// Chebyshev returns maxⱼ |σⱼ − yⱼ| and its gradient, that of a largest entry.
func Chebyshev(y, o []float64) (float64, []float64, error) {
	return 0, nil, errTodo
}

// Log returns −Σⱼ yⱼ log σⱼ and its gradient.
func Log(y, o []float64) (float64, []float64, error) {
	return 0, nil, errTodo
}

// SquaredLog returns +Σⱼ (yⱼ log σⱼ)² and its gradient.
func SquaredLog(y, o []float64) (float64, []float64, error) {
	return 0, nil, errTodo
}

// Tanimoto returns −Σσy / (‖σ‖² + ‖y‖² − Σσy) and its gradient.
func Tanimoto(y, o []float64) (float64, []float64, error) {
	return 0, nil, errTodo
}

// CauchySchwarz returns −log(Σσy / (‖σ‖‖y‖)) and its gradient.
func CauchySchwarz(y, o []float64) (float64, []float64, error) {
	return 0, nil, errTodo
}
