// Mistake: empty: a group without rows is divided by 0
package messagepassing

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Aggregate collects the rows by index with "sum", "mean" or "max".
func Aggregate(kind string, n int, index []int, rows [][]float64, d int) ([][]float64, error) {
	if kind != "sum" && kind != "mean" && kind != "max" {
		return nil, fmt.Errorf("%q is neither sum, mean nor max", kind)
	}
	if n < 1 || d < 1 {
		return nil, fmt.Errorf("%d groups of %d columns", n, d)
	}
	if err := errors.Join(within("index", index, len(rows), n), table("rows", rows, len(rows), d)); err != nil {
		return nil, err
	}
	return aggregate(kind, n, index, rows, d), nil
}

func aggregate(kind string, n int, index []int, rows [][]float64, d int) [][]float64 {
	out, count := make([][]float64, n), make([]int, n)
	for v := range out {
		out[v] = make([]float64, d)
	}
	for e, row := range rows {
		v := index[e]
		for k, x := range row {
			if kind != "max" {
				out[v][k] += x
			} else if count[v] == 0 || x > out[v][k] {
				out[v][k] = x
			}
		}
		count[v]++
	}
	if kind == "mean" {
		for v := range out {
			for k := range out[v] {
				out[v][k] /= float64(count[v])
			}
		}
	}
	return out
}

// Attention returns softmax of the scores among the arcs with one head.
func Attention(n int, to []int, scores []float64) ([]float64, error) {
	if err := errors.Join(within("to", to, len(scores), n), finite("scores", scores)); err != nil {
		return nil, err
	}
	if n < 1 {
		return nil, fmt.Errorf("%d nodes", n)
	}
	// e ← exp(e − max)
	largest := make([]float64, n)
	for v := range largest {
		largest[v] = math.Inf(-1)
	}
	for e, v := range to {
		largest[v] = math.Max(largest[v], scores[e])
	}
	alpha, sum := make([]float64, len(to)), make([]float64, n)
	for e, v := range to {
		alpha[e] = math.Exp(scores[e] - largest[v])
		sum[v] += alpha[e]
	}
	// α = e/Σe
	for e, v := range to {
		alpha[e] /= sum[v]
	}
	return alpha, nil
}

// Step passes messages along the arcs once.
func Step(kind string, from, to []int, x, y [][]float64, message func(in []float64) []float64, d int, update func(in []float64) []float64) ([][]float64, error) {
	n := len(x)
	if n == 0 || d < 1 {
		return nil, fmt.Errorf("%d nodes, messages of %d", n, d)
	}
	if kind != "sum" && kind != "mean" && kind != "max" {
		return nil, fmt.Errorf("%q is neither sum, mean nor max", kind)
	}
	width := 0 // of y
	if len(y) > 0 {
		width = len(y[0])
	}
	if err := errors.Join(within("from", from, len(to), n), within("to", to, len(from), n), table("x", x, n, len(x[0])), table("y", y, len(to), width)); err != nil {
		return nil, err
	}
	var messages [][]float64
	for e, v := range to {
		m := message(slices.Concat(x[v], x[from[e]], y[e])) // ψ(x_v, x_u, y_uv)
		if err := table("a message", [][]float64{m}, 1, d); err != nil {
			return nil, err
		}
		messages = append(messages, slices.Clone(m))
	}
	out := make([][]float64, n)
	for v, all := range aggregate(kind, n, to, messages, d) {
		h := update(slices.Concat(x[v], all)) // φ(x_v, ⊕)
		if len(h) == 0 || v > 0 && len(h) != len(out[0]) {
			return nil, fmt.Errorf("node %d is updated to %d entries", v, len(h))
		}
		if err := finite("an update", h); err != nil {
			return nil, err
		}
		out[v] = slices.Clone(h)
	}
	return out, nil
}

// within says what is wrong with a list of so many indices below n.
func within(name string, index []int, m, n int) error {
	if len(index) != m {
		return fmt.Errorf("%s has %d entries, want %d", name, len(index), m)
	}
	for e, v := range index {
		if v < 0 || v >= n {
			return fmt.Errorf("%s[%d] is %d, want 0 … %d", name, e, v, n-1)
		}
	}
	return nil
}

// table says what is wrong with a table of so many rows and columns.
func table(name string, x [][]float64, rows, columns int) error {
	if len(x) != rows {
		return fmt.Errorf("%s has %d rows, want %d", name, len(x), rows)
	}
	for i, row := range x {
		if len(row) != columns || columns == 0 {
			return fmt.Errorf("%s, row %d: %d entries, want %d", name, i, len(row), columns)
		}
		if err := finite(name, row); err != nil {
			return err
		}
	}
	return nil
}

func finite(name string, x []float64) error {
	for j, value := range x {
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return fmt.Errorf("%s: entry %d is %v", name, j, value)
		}
	}
	return nil
}
