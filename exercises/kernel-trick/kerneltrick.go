// Package kerneltrick is the exercise "The kernel trick": its statement is README.md.
package kerneltrick

import "errors"

var errTodo = errors.New("exercise kernel-trick: not written yet")

// Kernel returns k(x, z) for two points of d coordinates. kind is "linear", "quadratic", "rbf" or "lift"; p is the parameter of
// "quadratic" and "rbf".
func Kernel(kind string, p float64, x, z []float64) (float64, error) {
	return 0, errTodo
}

// Features returns a φ(x) for the quadratic kernel: φ(x)ᵀφ(z) = (xᵀz + p)².
func Features(p float64, x []float64) ([]float64, error) {
	return nil, errTodo
}

// Gram returns the n×n matrix K with K_ij = k(xᵢ, xⱼ) for n points.
func Gram(kind string, p float64, x [][]float64) ([][]float64, error) {
	return nil, errTodo
}

// IsPSD tells whether a symmetric matrix has no eigenvalue below zero, up to rounding.
func IsPSD(k [][]float64) (bool, error) {
	return false, errTodo
}

// Distances returns the n×n matrix of ‖φ(xᵢ) − φ(xⱼ)‖, from the n×n Gram matrix alone.
func Distances(k [][]float64) ([][]float64, error) {
	return nil, errTodo
}

// Perceptron runs the perceptron in the space of φ, from the n×n Gram matrix alone: y has n labels, each +1 or −1. It returns how often
// each point was corrected, and the number of mistakes in each epoch.
func Perceptron(k [][]float64, y []float64, epochs int) (counts, mistakes []int, err error) {
	return nil, nil, errTodo
}
