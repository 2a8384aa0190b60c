// Package lista is the exercise "LISTA": its statement is README.md.
package lista

import "errors"

var errTodo = errors.New("exercise lista: not written yet")

// Start returns ISTA's weights W_e = Wᵀ/L, [m][n], S = I − WᵀW/L, [m][m], θ = α/L, [m], for w [n][m]. It errs if w is empty, ragged or not finite, if α is
// negative, or if l is not positive and finite.
func Start(w [][]float64, alpha, l float64) (we, s [][]float64, theta []float64, err error) {
	return nil, nil, nil, errTodo
}

// Encode returns z_T, [m], for T = steps, we [m][n], s [m][m], theta [m], x [n]. It errs at wrong shapes, a negative θ, a number that is not finite, or steps < 0.
func Encode(we, s [][]float64, theta, x []float64, steps int) ([]float64, error) {
	return nil, errTodo
}

// Loss returns the mean of ½‖z_T − z*‖² over the rows of x [P][n] and z [P][m]. It errs as Encode does, and if x and z do not fit.
func Loss(we, s [][]float64, theta []float64, x, z [][]float64, steps int) (float64, error) {
	return 0, errTodo
}

// Gradient returns the gradient of Loss by we, s and theta. It errs as Loss does.
func Gradient(we, s [][]float64, theta []float64, x, z [][]float64, steps int) (dWe, dS [][]float64, dTheta []float64, err error) {
	return nil, nil, nil, errTodo
}
