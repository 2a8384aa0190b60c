// Package relunetwork is the exercise "A ReLU network on the line": its statement is README.md.
package relunetwork

import "errors"

var errTodo = errors.New("exercise relu-network: not written yet")

// Network returns f(xᵢ) = c + Σⱼ vⱼ·max(0, wⱼxᵢ + bⱼ) for each xᵢ: w, b, v have one entry a unit, x and the result one a point.
func Network(w, b, v []float64, c float64, x []float64) ([]float64, error) {
	return nil, errTodo
}

// Breakpoints returns the places where the slope of f changes, ascending, each once.
func Breakpoints(w, b, v []float64) ([]float64, error) {
	return nil, errTodo
}

// Slopes returns the slopes of f on its pieces from left to right: one more than there are breakpoints.
func Slopes(w, b, v []float64) ([]float64, error) {
	return nil, errTodo
}

// Interpolant returns a network of at most n units that goes through the n points (xᵢ, yᵢ), is affine between neighbours and constant
// to the left of the first and to the right of the last. The xᵢ ascend strictly.
func Interpolant(x, y []float64) (w, b, v []float64, c float64, err error) {
	return nil, nil, nil, 0, errTodo
}
