// Package sample is the sample exercise's stub.
package sample

import "errors"

var errTodo = errors.New("exercise sample: not written yet")

// Scale returns c·v. It leaves v as it is, and errs if c is NaN.
func Scale(v []float64, c float64) ([]float64, error) { return nil, errTodo }

// Dot returns Σᵢ aᵢbᵢ. It errs if the lengths differ.
func Dot(a, b []float64) (float64, error) { return 0, errTodo }

// Minimum takes n steps x ← x − step·grad(x) from x0.
func Minimum(grad func(x []float64) []float64, x0 []float64, step float64, n int) ([]float64, error) {
	return nil, errTodo
}
