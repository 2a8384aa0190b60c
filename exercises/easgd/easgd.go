// Package easgd is the exercise "Elastic averaging SGD": its statement is README.md.
package easgd

import "errors"

var errTodo = errors.New("exercise easgd: not written yet")

// Meet returns worker and centre after a meeting: x − α(x − x̃) and x̃ + α(x − x̃), both from x and x̃ before it. x and
// centre have the same length ≥ 1. It errs on other lengths, on an alpha outside [0, ∞), and on numbers that are not finite.
func Meet(x, centre []float64, alpha float64) (worker, middle []float64, err error) {
	return nil, nil, errTodo
}

// SyncStep returns the workers, [p][d], and the centre, [d], after one synchronous step: xⁱ − ηgⁱ − α(xⁱ − x̃) and
// x̃ + Σᵢα(xⁱ − x̃). x and gradients are [p][d], centre is [d]. It errs if there is no worker, if shapes do not fit, on a rate
// outside (0, ∞) or an alpha outside [0, ∞), and on numbers that are not finite.
func SyncStep(x, gradients [][]float64, centre []float64, rate, alpha float64) (workers [][]float64, middle []float64, err error) {
	return nil, nil, errTodo
}

// Elastic runs elastic averaging SGD with momentum (0 for none) from x0, [d], the workers taking turns: for every step t = 0, 1, …,
// steps−1, workers 0, 1, …, workers−1 one after another meet the centre, if period divides t, and take their step t. It calls
// gradient(i, x) once for each. It returns the centre at the start and after each round, [steps+1][d], and the workers' last points, [workers][d].
func Elastic(gradient func(worker int, x []float64) []float64, x0 []float64, workers, steps, period int, rate, alpha, momentum float64) (centres, points [][]float64, err error) {
	return nil, nil, errTodo
}

// Downpour runs DOWNPOUR in the same order and returns the centre at the start and after each round, [steps+1][d].
func Downpour(gradient func(worker int, x []float64) []float64, x0 []float64, workers, steps, period int, rate float64) (centres [][]float64, err error) {
	return nil, errTodo
}
