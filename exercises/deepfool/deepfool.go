// Package deepfool is the exercise "DeepFool": its statement is README.md.
package deepfool

import "errors"

var errTodo = errors.New("exercise deepfool: not written yet")

// Binary finds a small r (in the L2 norm) for which f(x0 + r) and f(x0) have opposite signs. f gives the classifier's value
// at x, grad its gradient [len(x)] there; x0 and r have equal length. iters is the number of steps taken. The overshoot η ≥ 0
// and the largest number of steps maxIter ≥ 1 are the caller's choice.
func Binary(f func(x []float64) float64, grad func(x []float64) []float64, x0 []float64, overshoot float64, maxIter int) (r []float64, iters int, err error) {
	return nil, 0, errTodo
}

// Multiclass finds a small r (in the L2 norm) for which the largest entry of logits(x0 + r) is no longer the one of label.
// logits gives [classes], jacobian [classes][len(x)] with the gradient of logit k in row k.
func Multiclass(logits func(x []float64) []float64, jacobian func(x []float64) [][]float64, x0 []float64, label int, overshoot float64, maxIter int) (r []float64, iters int, err error) {
	return nil, 0, errTodo
}

// MulticlassInf is Multiclass with the length of r measured by the L∞ norm, max|rᵢ|.
func MulticlassInf(logits func(x []float64) []float64, jacobian func(x []float64) [][]float64, x0 []float64, label int, overshoot float64, maxIter int) (r []float64, iters int, err error) {
	return nil, 0, errTodo
}
