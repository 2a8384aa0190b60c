// Package schedules is the exercise "Schedules": its statement is README.md.
package schedules

import "errors"

var errTodo = errors.New("exercise schedules: not written yet")

// StepDecay returns the rates rate·factor^⌊k/every⌋ for k = 0 … steps−1. It errs unless rate is in (0, ∞), factor in (0, 1],
// every ≥ 1 and steps ≥ 0.
func StepDecay(rate, factor float64, every, steps int) ([]float64, error) {
	return nil, errTodo
}

// Exponential returns the rates rate·factorᵏ for k = 0 … steps−1. It errs unless rate is in (0, ∞), factor in (0, 1] and steps ≥ 0.
func Exponential(rate, factor float64, steps int) ([]float64, error) {
	return nil, errTodo
}

// Cosine returns the rates end + ½(rate − end)(1 + cos(πk/period)) for k < period, and end from then on, up to k = steps−1.
// It errs unless rate is in (0, ∞), end in [0, rate], period ≥ 1 and steps ≥ 0.
func Cosine(rate, end float64, period, steps int) ([]float64, error) {
	return nil, errTodo
}

// Inverse returns the rates rate/(1 + k/scale) for k = 0 … steps−1. It errs unless rate and scale are in (0, ∞) and steps ≥ 0.
func Inverse(rate, scale float64, steps int) ([]float64, error) {
	return nil, errTodo
}

// WarmUp returns climb rates rates[0]·(k + 1)/climb, and after them all of rates. It errs unless climb ≥ 0 and rates holds at least
// one number, all in [0, ∞).
func WarmUp(climb int, rates []float64) ([]float64, error) {
	return nil, errTodo
}

// StepLimit returns 2/λ_max, with λ_max the largest eigenvalue of the symmetric matrix h, [n][n], and +Inf where λ_max ≤ 0.
// It errs if h is empty, not square or not symmetric, or if an entry is not finite.
func StepLimit(h [][]float64) (float64, error) {
	return 0, errTodo
}

// Descend takes the steps x ← x − rates[k]·grad(x) from x0 and returns all points, [len(rates)+1][len(x0)], the start first. It calls
// grad once a step. It errs if x0 is empty or not finite, if a rate is not in [0, ∞), if a gradient has not len(x0) entries, or as soon as
// a point is not finite.
func Descend(grad func(x []float64) []float64, x0, rates []float64) ([][]float64, error) {
	return nil, errTodo
}
