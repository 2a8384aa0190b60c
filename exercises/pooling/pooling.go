// Package pooling is the exercise "Pooling": its statement is README.md.
package pooling

import "errors"

var errTodo = errors.New("exercise pooling: not written yet")

// Max returns the largest entry of each window of x, [M][N] → [H][W], H = ⌊(M−window)/stride⌋ + 1. It errs if x is empty or
// ragged or holds a number that is not finite, if window or stride is below 1, or if no window fits.
func Max(x [][]float64, window, stride int) ([][]float64, error) {
	return nil, errTodo
}

// MaxBackward returns ∂J/∂x, [M][N], for y = Max(x, window, stride), given dy = ∂J/∂y, [H][W]. Of equal entries the first one, row after
// row, counts as the maximum. It errs as Max does, and if dy has not the shape of y or holds a number that is not finite.
func MaxBackward(x, dy [][]float64, window, stride int) ([][]float64, error) {
	return nil, errTodo
}

// Mean returns the mean of each window of x with pad places of padding on each side, which do not count: [M][N] → [H][W], H = ⌊(M+2·pad−window)/stride⌋ + 1.
// It errs as Max does, and if not 0 ≤ pad < window.
func Mean(x [][]float64, window, stride, pad int) ([][]float64, error) {
	return nil, errTodo
}

// MeanBackward returns ∂J/∂x, [rows][cols], for y = Mean(x, …) of a picture with so many rows and columns, given dy = ∂J/∂y. It errs as Mean does, if rows
// or cols is below 1, and if dy has not the shape of y or holds a number that is not finite.
func MeanBackward(rows, cols int, dy [][]float64, window, stride, pad int) ([][]float64, error) {
	return nil, errTodo
}

// L2 returns the root of the sum of squares of each window of x, [M][N] → [H][W]. It errs as Max does, and if a result is not finite.
func L2(x [][]float64, window, stride int) ([][]float64, error) {
	return nil, errTodo
}

// L2Backward returns ∂J/∂x, [M][N], for y = L2(x, window, stride), given dy = ∂J/∂y; a window of zeros gives 0. It errs as MaxBackward does.
func L2Backward(x, dy [][]float64, window, stride int) ([][]float64, error) {
	return nil, errTodo
}

// Kept returns, for a maximum at each place of a window, after how many of the eight one-pixel shifts it is still in the window,
// [window·window], row after row; and the mean of these numbers divided by 8, as a fraction in lowest terms. It errs if window is not in 1 … 100.
func Kept(window int) (counts []int, numerator, denominator int, err error) {
	return nil, 0, 0, errTodo
}
