// Package softmaxcrossentropy is the exercise "Softmax and cross entropy": its statement is README.md.
package softmaxcrossentropy

import "errors"

var errTodo = errors.New("exercise softmax-cross-entropy: not written yet")

// LogSumExp returns log Σⱼ e^zⱼ, for scores from −1000 to 1000. It errs if z is empty or has a NaN or an infinity.
func LogSumExp(z []float64) (float64, error) {
	return 0, errTodo
}

// Softmax returns the K probabilities pⱼ = e^zⱼ/Σᵢe^zᵢ in a new slice; errors as LogSumExp.
func Softmax(z []float64) ([]float64, error) {
	return nil, errTodo
}

// LogSoftmax returns the K numbers log pⱼ in a new slice, finite also where pⱼ is too small for a float64; errors as LogSumExp.
func LogSoftmax(z []float64) ([]float64, error) {
	return nil, errTodo
}

// Jacobian returns the K×K matrix whose row i has the derivatives ∂pᵢ/∂zⱼ; errors as LogSumExp.
func Jacobian(z []float64) ([][]float64, error) {
	return nil, errTodo
}

// CrossEntropy returns −Σⱼ yⱼ log pⱼ and its gradient ∂/∂z, K numbers in a new slice. It errs like LogSumExp, and unless
// y has K entries, none negative, that sum to 1.
func CrossEntropy(y, z []float64) (float64, []float64, error) {
	return 0, nil, errTodo
}

// Batch returns the mean over N samples of the cross entropy of the scores z[n] for the right class labels[n], counted
// from 0, and its gradient with respect to z, N×K. It errs unless there are N ≥ 1 rows of one length K ≥ 1, all finite, and N
// labels from 0 to K − 1.
func Batch(labels []int, z [][]float64) (float64, [][]float64, error) {
	return 0, nil, errTodo
}
