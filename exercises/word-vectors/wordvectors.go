// Package wordvectors is the exercise "Word vectors": its statement is README.md.
package wordvectors

import "errors"

var errTodo = errors.New("exercise word-vectors: not written yet")

// Cooccurrence counts, [n][n], how often word j stands at most window places before or after word i in a text of words 0 … n−1. It errs as the
// statement's table says.
func Cooccurrence(ids []int, n, window int) ([][]float64, error) {
	return nil, errTodo
}

// PPMI returns max(0, log p(i, j) / (p(i) p_α(j))) of a table of counts, 0 where a count is 0. It errs as the statement's table says.
func PPMI(counts [][]float64, alpha float64) ([][]float64, error) {
	return nil, errTodo
}

// Cosine returns u·v / (‖u‖ ‖v‖). It errs as the statement's table says.
func Cosine(u, v []float64) (float64, error) {
	return 0, errTodo
}

// Analogy returns the word other than a, b, c whose vector has the greatest cosine with b/‖b‖ − a/‖a‖ + c/‖c‖. It errs as the statement's table says.
func Analogy(vectors [][]float64, a, b, c int) (int, error) {
	return 0, errTodo
}
