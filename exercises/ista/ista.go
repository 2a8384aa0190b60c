// Package ista is the exercise "ISTA and FISTA": its statement is README.md.
package ista

import "errors"

var errTodo = errors.New("exercise ista: not written yet")

// SoftThreshold returns h_θ(v), [m]: sign(vᵢ) max(|vᵢ| − θ, 0). It errs if θ is negative, or if a number is not finite.
func SoftThreshold(v []float64, theta float64) ([]float64, error) {
	return nil, errTodo
}

// Energy returns ½‖x − Wz‖² + α‖z‖₁ for w [n][m], x [n], z [m]. It errs at wrong shapes, a negative α, or a number that is not finite.
func Energy(w [][]float64, x, z []float64, alpha float64) (float64, error) {
	return 0, errTodo
}

// Lipschitz returns the largest eigenvalue of WᵀW for w [n][m], to a relative error of 1e-9.
// It errs if w is empty or ragged, or if an entry is not finite.
func Lipschitz(w [][]float64) (float64, error) {
	return 0, errTodo
}

// ISTA takes so many steps z ← h_{α/L}(z + (1/L)Wᵀ(x − Wz)) from z = 0, for w [n][m], x [n]. It returns the last z, [m], and E(z₀), E(z₁), …,
// [steps+1]. It errs as Energy does, if l is not positive and finite, if steps < 0, or if an energy is not finite.
func ISTA(w [][]float64, x []float64, alpha, l float64, steps int) (z, energies []float64, err error) {
	return nil, nil, errTodo
}

// FISTA does the same with the steps of FISTA: results and errors are those of ISTA.
func FISTA(w [][]float64, x []float64, alpha, l float64, steps int) (z, energies []float64, err error) {
	return nil, nil, errTodo
}
