// Package cam is the exercise "Class activation maps": its statement is README.md.
package cam

import "errors"

var errTodo = errors.New("exercise cam: not written yet")

// CAM returns M_c(x, y) = Σ_k w_k^c f_k(x, y) as m[y][x], H×W: features[y][x][k] is H×W×K, weights[k][c] is K×C, and
// class is c. It errs if something is empty, ragged, NaN or infinite, if shapes do not fit, or if there is no such class.
func CAM(features [][][]float64, weights [][]float64, class int) ([][]float64, error) {
	return nil, errTodo
}

// GradCAM returns L_c(x, y) = max(0, Σ_k α_k f_k(x, y)) with α_k the mean of gradients[y][x][k] over all places:
// features and gradients are H×W×K, the result is H×W. It errs if something is empty, ragged, NaN or infinite, or
// if the shapes differ.
func GradCAM(features, gradients [][][]float64) ([][]float64, error) {
	return nil, errTodo
}

// Upsample returns m, H×W, at height×width by bilinear interpolation between the centres of places: pixel j of
// width reads at (j+½)·W/width − ½, moved into [0, W−1]; rows likewise. It errs if m is empty, ragged, NaN or
// infinite, or if height or width is below 1.
func Upsample(m [][]float64, height, width int) ([][]float64, error) {
	return nil, errTodo
}

// Normalise returns (m − min)/(max − min), or zeros if m is constant. It errs if m is empty, ragged, NaN or infinite.
func Normalise(m [][]float64) ([][]float64, error) {
	return nil, errTodo
}

// Box returns x0, y0, x1, y1 of the smallest rectangle that holds all pixels with m ≥ threshold·max(m); x1 and y1
// are one past the last. It is 0, 0, 0, 0 if no value is positive. It errs if m is empty, ragged, NaN or infinite,
// or if threshold is not in (0, 1].
func Box(m [][]float64, threshold float64) ([]int, error) {
	return nil, errTodo
}
