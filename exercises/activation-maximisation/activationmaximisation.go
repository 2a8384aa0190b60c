// Package activationmaximisation is the exercise "Activation maximisation": its statement is README.md.
package activationmaximisation

import "errors"

var errTodo = errors.New("exercise activation-maximisation: not written yet")

// Maximiser returns the input x of length at most radius that excites a unit of weights w most: radius·w/‖w‖₂.
func Maximiser(w []float64, radius float64) ([]float64, error) {
	return nil, errTodo
}

// Ascend takes steps of length rate along gradient/‖gradient‖₂ from x0, each brought back into the ball ‖x‖₂ ≤ radius. It returns all
// points, [steps+1][len(x0)], the first being x0, and calls gradient once a step.
func Ascend(gradient func(x []float64) []float64, x0 []float64, rate, radius float64, steps int) ([][]float64, error) {
	return nil, errTodo
}

// Shift moves a picture [H][W] by dy rows and dx columns, with wrap: out[(y+dy) mod H][(x+dx) mod W] = picture[y][x].
func Shift(picture [][]float64, dy, dx int) ([][]float64, error) {
	return nil, errTodo
}

// TotalVariation returns Σ (√(Δ_y² + Δ_x² + eps²) − eps) of a picture [H][W], and its gradient [H][W].
func TotalVariation(picture [][]float64, eps float64) (value float64, gradient [][]float64, err error) {
	return 0, nil, errTodo
}

// Objective returns J = score(Shift(picture, dy, dx)) − lambda·TV(picture), and its gradient by the picture, [H][W]. score and gradient take pictures
// row by row, as H·W numbers; each is called once.
func Objective(score func(x []float64) float64, gradient func(x []float64) []float64, picture [][]float64, dy, dx int, lambda, eps float64) (value float64, grad [][]float64, err error) {
	return 0, nil, errTodo
}
