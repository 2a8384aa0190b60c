// Package neurallanguagemodel is the exercise "Neural language model": its statement is README.md.
package neurallanguagemodel

import "errors"

var errTodo = errors.New("exercise neural-language-model: not written yet")

// Model holds the parameters, or the gradient with respect to them.
type Model struct {
	C [][]float64 // [V, m] row w is the vector of token w
	H [][]float64 // [h, n·m]
	D []float64   // [h]
	U [][]float64 // [V, h]
	B []float64   // [V]
}

// Logits returns z = U tanh(Hx + D) + B [V] for the vectors x of a context of n tokens, the oldest first. It errs as the statement's table says.
func (m Model) Logits(context []int) ([]float64, error) {
	return nil, errTodo
}

// Loss returns the mean of −log p over the tokens that have n before them, and e to that power. It errs as the statement's table says.
func (m Model) Loss(ids []int) (nats, perplexity float64, err error) {
	return 0, 0, errTodo
}

// Gradient returns that of the loss with respect to each parameter. It errs as the statement's table says.
func (m Model) Gradient(ids []int) (Model, error) {
	return Model{}, errTodo
}

// Sample returns the token that u draws, and the distribution p from which. It errs as the statement's table says.
func Sample(z []float64, temperature float64, topK int, u float64) (token int, p []float64, err error) {
	return 0, nil, errTodo
}
