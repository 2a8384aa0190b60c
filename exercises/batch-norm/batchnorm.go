// Package batchnorm is the exercise "Batch normalisation": its statement is README.md.
package batchnorm

import "errors"

var errTodo = errors.New("exercise batch-norm: not written yet")

// Forward normalises each column of x, [m][features]: in training with its own mean and variance (1/m), and the running
// averages move, r ← momentum·r + (1 − momentum)·new; at test time with the running averages mean and variance, which
// are returned as they are. Then y = γx̂ + β. It errs if x is empty or ragged, if lengths do not fit, if momentum is not in [0, 1) or
// epsilon not in (0, ∞), if a variance is negative, or if a number or a result is not finite.
func Forward(x [][]float64, gamma, beta, mean, variance []float64, momentum, epsilon float64, training bool) (y [][]float64, newMean, newVariance []float64, err error) {
	return nil, nil, nil, errTodo
}

// Backward gives the derivatives of ℓ by x, [m][features], γ and β, [features], from dy = ∂ℓ/∂y, [m][features], of a training
// step. It errs if x is empty or ragged, if shapes do not fit, if epsilon is not in (0, ∞), or if a number or a result is
// not finite.
func Backward(x, dy [][]float64, gamma []float64, epsilon float64) (dx [][]float64, dgamma, dbeta []float64, err error) {
	return nil, nil, nil, errTodo
}

// ChannelStatistics gives mean and variance (with one over the number) of each channel over all pictures and places,
// from images, [pictures][places][channels]. It errs if there is no picture, place or channel, if lengths differ, or if
// a number or a result is not finite.
func ChannelStatistics(images [][][]float64) (mean, variance []float64, err error) {
	return nil, nil, errTodo
}

// Affine gives the layer at test time as y = scale·x + shift, [features] each. It errs if there is no feature, if lengths
// differ, if epsilon is not in (0, ∞), if a variance is negative, or if a number or a result is not finite.
func Affine(gamma, beta, mean, variance []float64, epsilon float64) (scale, shift []float64, err error) {
	return nil, nil, errTodo
}
