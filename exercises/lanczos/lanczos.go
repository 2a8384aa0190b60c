// Package lanczos is the exercise "Lanczos": its statement is README.md.
package lanczos

import "errors"

var errTodo = errors.New("exercise lanczos: not written yet")

// Lanczos takes k steps of Lanczos' method, fewer if it breaks down, on the symmetric n×n matrix A behind
// matvec(v) = Av, from start, [n]. It returns the diagonal α, [m], and the positive side diagonal β, [m−1], of the
// tridiagonal QAQᵀ, and Q, [m][n], whose rows are orthonormal, the first along start. It orthogonalises each new row
// against all earlier ones, twice, and calls matvec m times. It breaks down, which is no error, once
// βⱼ ≤ 10⁻¹⁰·maxᵢ≤ⱼ‖Aqᵢ‖. It errs if start is empty or zero, if k < 1, if a product has not n entries, or if an entry
// is not finite.
func Lanczos(matvec func(v []float64) []float64, start []float64, k int) (alpha, beta []float64, q [][]float64, err error) {
	return nil, nil, nil, errTodo
}

// Quadrature returns the eigenvalues, rising, of the symmetric tridiagonal matrix with diagonal alpha, [m], and side diagonal
// beta, [m−1], and the squares of the first entries of its unit eigenvectors. It errs if alpha is empty, if
// beta has not one entry less, or if an entry is not finite.
func Quadrature(alpha, beta []float64) (nodes, weights []float64, err error) {
	return nil, nil, errTodo
}

// Trace returns the mean of zᵀAz over the probes z, [P][n], with one call of matvec each. It errs if there are no probes,
// if they are empty or differ in length, if a product has not n entries, or if an entry is not finite.
func Trace(matvec func(v []float64) []float64, probes [][]float64) (float64, error) {
	return 0, errTodo
}

// TraceOf returns the mean over the probes z, [P][n], of ‖z‖² Σᵢ weightᵢ f(nodeᵢ), with the quadrature from k steps of
// Lanczos from z. It errs where Lanczos or Trace err, and if f gives NaN or an infinity.
func TraceOf(matvec func(v []float64) []float64, f func(x float64) float64, probes [][]float64, k int) (float64, error) {
	return 0, errTodo
}
