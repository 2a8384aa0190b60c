// Package attention is the exercise "Attention": its statement is README.md.
package attention

import "errors"

var errTodo = errors.New("exercise attention: not written yet")

// Attend returns O = AV [n, e] and A = softmax(QKᵀ/√d) [n, m]; causal: place i sees the places 0 … i. It errs as the statement's table says.
func Attend(q, k, v [][]float64, causal bool) (o, a [][]float64, err error) {
	return nil, nil, errTodo
}

// Gradient returns ∂J/∂Q, ∂J/∂K and ∂J/∂V from dO = ∂J/∂O. It errs as the statement's table says.
func Gradient(q, k, v [][]float64, causal bool, dO [][]float64) (dQ, dK, dV [][]float64, err error) {
	return nil, nil, nil, errTodo
}

// MultiHead returns the outputs of the heads side by side, [n, e]; head h attends with block h of the columns of Q, K and V. It errs as the
// statement's table says.
func MultiHead(q, k, v [][]float64, heads int, causal bool) ([][]float64, error) {
	return nil, errTodo
}
