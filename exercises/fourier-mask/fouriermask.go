// Package fouriermask is the exercise "A mask on the spectrum": its statement is README.md.
package fouriermask

import "errors"

var errTodo = errors.New("exercise fourier-mask: not written yet")

// DFT2 returns the real and imaginary parts, [h][w], of the 2-D discrete Fourier transform of x [h][w]. It errs as the statement's table says.
func DFT2(x [][]float64) (re, im [][]float64, err error) {
	return nil, nil, errTodo
}

// Filter returns Re F⁻¹(M ⊙ Fx), [h][w], of x and a mask [h][w] with entries in [0, 1]. It errs as the statement's table says.
func Filter(x, mask [][]float64) ([][]float64, error) {
	return nil, errTodo
}

// Objective returns J(M) = 1/n Σ E((L(x̄) − L(x))²) + λ ΣM of a linear softmax classifier, weights [classes][h·w], bias [classes], on
// images [n][h·w], labels [n], and its gradient by the mask, [h][w]. It errs as the statement's table says.
func Objective(weights [][]float64, bias []float64, images [][]float64, labels []int, mask [][]float64, lambda float64) (value float64, gradient [][]float64, err error) {
	return 0, nil, errTodo
}

// Step returns clip(M − rate·gradient, 0, 1), [h][w]. It errs as the statement's table says.
func Step(mask, gradient [][]float64, rate float64) ([][]float64, error) {
	return nil, errTodo
}

// RadialMean returns the means of e [h][w], in the order of a transform, over rings: entry k is that of the frequencies whose distance
// from zero rounds to k. It errs as the statement's table says.
func RadialMean(e [][]float64) ([]float64, error) {
	return nil, errTodo
}
