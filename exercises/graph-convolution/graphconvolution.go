// Package graphconvolution is the exercise "Graph convolution": its statement is README.md.
package graphconvolution

import "errors"

var errTodo = errors.New("exercise graph-convolution: not written yet")

// Propagate returns [n][f], row j the sum of x_i/√(d_i·d_j) over the neighbours i of j. With loops every node is its own neighbour too, and
// counts itself in its degree. Without, a node that has no neighbour gets zeros. It errs as the statement's table says.
func Propagate(n int, u, v []int, x [][]float64, loops bool) ([][]float64, error) {
	return nil, errTodo
}

// Layer returns H = ÂXW + b [n][h], Â with loops, b added to each row; if relu, max(H, 0). It errs as the statement's table says.
func Layer(n int, u, v []int, x, w [][]float64, b []float64, relu bool) ([][]float64, error) {
	return nil, errTodo
}

// Gradient returns ∂J/∂W [f][h], ∂J/∂b [h] and ∂J/∂X [n][f] of a J that has g = ∂J/∂H [n][h] at H = Layer(n, u, v, x, w, b, relu).
// The ReLU's derivative at 0 is 0. It errs as the statement's table says.
func Gradient(n int, u, v []int, x, w [][]float64, b []float64, relu bool, g [][]float64) (dw [][]float64, db []float64, dx [][]float64, err error) {
	return nil, nil, nil, errTodo
}
