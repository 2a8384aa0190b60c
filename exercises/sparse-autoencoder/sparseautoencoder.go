// Package sparseautoencoder is the exercise "Sparse autoencoder": its statement is README.md.
package sparseautoencoder

import "errors"

var errTodo = errors.New("exercise sparse-autoencoder: not written yet")

// Penalty returns Σ_j KL(ρ‖ρ̂_j) in nats. It errs as the statement's table says.
func Penalty(rho float64, rhoHat []float64) (float64, error) {
	return 0, errTodo
}

// Slope returns ∂KL(ρ‖ρ̂_j)/∂ρ̂_j of each j.
func Slope(rho float64, rhoHat []float64) ([]float64, error) {
	return nil, errTodo
}

// Loss returns J of the examples x [m][d] with the weights w1 [h][d], w2 [d][h] and the biases b1 [h], b2 [d].
func Loss(x, w1 [][]float64, b1 []float64, w2 [][]float64, b2 []float64, rho, beta, decay float64) (float64, error) {
	return 0, errTodo
}

// Gradient returns the derivatives of J by w1, b1, w2 and b2, in their shapes.
func Gradient(x, w1 [][]float64, b1 []float64, w2 [][]float64, b2 []float64, rho, beta, decay float64) (dw1 [][]float64, db1 []float64, dw2 [][]float64, db2 []float64, err error) {
	return nil, nil, nil, nil, errTodo
}

// Step returns the weights and biases after one step of gradient descent.
func Step(x, w1 [][]float64, b1 []float64, w2 [][]float64, b2 []float64, rho, beta, decay, rate float64) (v1 [][]float64, c1 []float64, v2 [][]float64, c2 []float64, err error) {
	return nil, nil, nil, nil, errTodo
}
