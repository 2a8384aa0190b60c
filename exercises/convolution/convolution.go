// Package convolution is the exercise "Convolution": its statement is README.md.
package convolution

import "errors"

var errTodo = errors.New("exercise convolution: not written yet")

// Correlate slides the kernel w, [m][n], as it is over the picture x, [M][N], and returns its value wherever all of it lies on x:
// y[i][j] = Σₐ Σᵦ w[a][b]·x[i+a][j+b], [M−m+1][N−n+1]. It errs if x or w is empty or ragged, if w is higher or wider
// than x, or if a number that comes in or goes out is not finite.
func Correlate(x, w [][]float64) ([][]float64, error) {
	return nil, errTodo
}

// Convolve is the true convolution: Correlate with the kernel flipped along both axes. It errs where Correlate does.
func Convolve(x, w [][]float64) ([][]float64, error) {
	return nil, errTodo
}

// Circulant returns C(w), [n][n], the matrix with C(w)x = w ∗ x, the circular convolution (w ∗ x)ᵢ = Σₖ w[k]·x[(i−k) mod n]
// of a signal x of n entries. w has at most n entries; those that are missing are zero. It errs if w is empty or longer than n,
// or if an entry is not finite.
func Circulant(w []float64, n int) ([][]float64, error) {
	return nil, errTodo
}

// KernelGradient returns ∂J/∂w for y = Correlate(x, w), given x, [M][N], and dy = ∂J/∂y, [M'][N']: the sum of what all places say,
// [M−M'+1][N−N'+1]. It errs if x or dy is empty or ragged, if dy is higher or wider than x, or if a number that comes in
// or goes out is not finite.
func KernelGradient(x, dy [][]float64) ([][]float64, error) {
	return nil, errTodo
}

// InputGradient returns ∂J/∂x for y = Correlate(x, w), given w, [m][n], and dy = ∂J/∂y, [M'][N']: [M'+m−1][N'+n−1]. It errs if w
// or dy is empty or ragged, or if a number that comes in or goes out is not finite.
func InputGradient(w, dy [][]float64) ([][]float64, error) {
	return nil, errTodo
}

// ReceptiveField returns how many inputs, along one axis, a unit at the end of a stack of layers sees, and how far apart in the input the
// fields of two neighbouring units begin. Layer l has a kernel (or pooling window) of kernels[l] entries and moves it by
// strides[l]. Without layers both are 1. It errs if the lengths differ, or if a kernel or a stride is less than 1.
func ReceptiveField(kernels, strides []int) (size, jump int, err error) {
	return 0, 0, errTodo
}
