// Package vae is the exercise "Variational autoencoder": its statement is README.md.
package vae

import "errors"

var errTodo = errors.New("exercise vae: not written yet")

// KL returns KL(N(mean, diag e^logVar) ‖ N(0, I)) in nats. It errs as the statement's table says.
func KL(mean, logVar []float64) (float64, error) {
	return 0, errTodo
}

// Reparameterise returns z = μ + σ ⊙ ε.
func Reparameterise(mean, logVar, eps []float64) ([]float64, error) {
	return nil, errTodo
}

// Score returns the derivatives of log N(z; μ, diag σ²) by μ and by log σ², with z held fixed.
func Score(mean, logVar, z []float64) (dMean, dLogVar []float64, err error) {
	return nil, nil, errTodo
}

// ELBO returns the evidence lower bound of the examples x [m][d] with the noise eps [m][k], and its KL, both means over the examples, in nats.
// a and b [k][d] give mean and log variance of the code, v [d][k] the logits.
func ELBO(x, eps, a, b, v [][]float64) (elbo, kl float64, err error) {
	return 0, 0, errTodo
}

// Gradient returns the derivatives of the ELBO by a, b and v, in their shapes.
func Gradient(x, eps, a, b, v [][]float64) (da, db, dv [][]float64, err error) {
	return nil, nil, nil, errTodo
}
