// Package messagepassing is the exercise "Message passing": its statement is README.md.
package messagepassing

import "errors"

var errTodo = errors.New("exercise message-passing: not written yet")

// Aggregate returns [n][d]: row v collects the rows [m][d] whose index is v, entry by entry, as "sum", "mean" or "max"; zeros where there is
// none. It errs as the statement's table says.
func Aggregate(kind string, n int, index []int, rows [][]float64, d int) ([][]float64, error) {
	return nil, errTodo
}

// Attention returns [m]: exp of each arc's score over the sum of exp of the scores of all arcs with the same head, to[e] in 0 … n−1. It errs
// as the statement's table says.
func Attention(n int, to []int, scores []float64) ([]float64, error) {
	return nil, errTodo
}

// Step returns the new features of all nodes, x_v ← update(x_v, ⊕ over arcs e to v of message(x_v, x_from, y_e)), ⊕ by Aggregate; messages have d
// entries. It errs as the statement's table says.
func Step(kind string, from, to []int, x, y [][]float64, message func(in []float64) []float64, d int, update func(in []float64) []float64) ([][]float64, error) {
	return nil, errTodo
}
