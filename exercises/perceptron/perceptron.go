// Package perceptron is the exercise "The perceptron": its statement is README.md.
package perceptron

import "errors"

var errTodo = errors.New("exercise perceptron: not written yet")

// Loss returns (1/n) Σ max(0, −yᵢ(wᵀxᵢ + b)): w has d entries, x is n×d (n points), y has n labels, each +1 or −1.
func Loss(w []float64, b float64, x [][]float64, y []float64) (float64, error) {
	return 0, errTodo
}

// Train runs the perceptron from w = 0, b = 0 and returns w (d entries), b and the number of mistakes in each epoch. It takes the points in
// their order, and ends after the first epoch without a mistake, else after the given number of epochs.
func Train(x [][]float64, y []float64, epochs int) (w []float64, b float64, mistakes []int, err error) {
	return nil, 0, nil, errTodo
}

// Bound returns Novikoff's bound (R/γ)² on the number of mistakes, which the separating hyperplane (w, b) proves.
// It errs if (w, b) does not separate the points.
func Bound(w []float64, b float64, x [][]float64, y []float64) (float64, error) {
	return 0, errTodo
}
