// Package fourierfeatures is the exercise "Designed features": its statement is README.md.
package fourierfeatures

import "errors"

var errTodo = errors.New("exercise fourier-features: not written yet")

// DFT returns the real and the imaginary parts of X[k] = Σⱼ x[j]·e^(−2πijk/n), k = 0 … n−1. It errs as the statement's table says.
func DFT(x []float64) (re, im []float64, err error) {
	return nil, nil, errTodo
}

// Amplitudes returns the amplitudes of the ⌊n/2⌋+1 waves of x, slowest first. It errs as the statement's table says.
func Amplitudes(x []float64) ([]float64, error) {
	return nil, errTodo
}

// KeepLargest returns the sum of the k waves of x that have the most energy, and the share of the energy that they have. It errs as
// the statement's table says.
func KeepLargest(x []float64, k int) (y []float64, share float64, err error) {
	return nil, 0, errTodo
}

// Haar returns the orthonormal Haar transform of x, a_L | d_L | … | d_1. It errs as the statement's table says.
func Haar(x []float64, levels int) ([]float64, error) {
	return nil, errTodo
}

// InverseHaar returns the x with Haar(x, levels) = c. It errs as the statement's table says.
func InverseHaar(c []float64, levels int) ([]float64, error) {
	return nil, errTodo
}

// NearestMean returns for each row of test the class whose mean is nearest, features measured in deviations within the
// classes. It errs as the statement's table says.
func NearestMean(train [][]float64, labels []int, test [][]float64) ([]int, error) {
	return nil, errTodo
}
