// Package gradientdescent without loops over steps: the path is the start and the path from the next point.
package gradientdescent

import (
	"errors"
	"fmt"
	"math"
)

var errInput = errors.New("not an input of gradient descent")

func bad(v []float64) bool {
	for _, x := range v {
		if x-x != 0 {
			return true
		}
	}
	return false
}

// Descend appends the rest of the path to its start.
func Descend(grad func(x []float64) []float64, x0 []float64, rate float64, steps int) ([][]float64, error) {
	if len(x0) == 0 || bad(x0) || !(rate > 0) || math.IsInf(rate, 1) || steps < 0 {
		return nil, errInput
	}
	path := [][]float64{append([]float64{}, x0...)}
	if steps == 0 {
		return path, nil
	}
	g := grad(append([]float64{}, x0...))
	if len(g) != len(x0) {
		return nil, errInput
	}
	next := make([]float64, len(x0))
	for i := range next {
		next[i] = x0[i] - rate*g[i]
	}
	rest, err := Descend(grad, next, rate, steps-1)
	return append(path, rest...), err
}

// BatchGradient adds each sample's share, already divided by the size of the batch.
func BatchGradient(a [][]float64, y, w []float64, batch []int) ([]float64, error) {
	if len(a) < 1 || len(w) < 1 || len(y) != len(a) || len(batch) < 1 || bad(y) || bad(w) {
		return nil, errInput
	}
	for _, row := range a {
		if len(row) != len(w) || bad(row) {
			return nil, errInput
		}
	}
	g := make([]float64, len(w))
	for _, i := range batch {
		if i < 0 || len(a) <= i {
			return nil, fmt.Errorf("no sample %d", i)
		}
		share := 0.0
		for j := range w {
			share += a[i][j] * w[j]
		}
		share = (share - y[i]) / float64(len(batch))
		for j := range g {
			g[j] += share * a[i][j]
		}
	}
	return g, nil
}

// Epoch takes the first batch, and what is left is an epoch too.
func Epoch(a [][]float64, y, w0 []float64, order []int, size int, rate float64) ([][]float64, error) {
	if size < 1 || !(rate > 0) || math.IsInf(rate, 1) {
		return nil, errInput
	}
	if _, err := BatchGradient(a, y, w0, order); err != nil {
		return nil, err
	}
	first := min(size, len(order))
	step := func(w []float64) []float64 { g, _ := BatchGradient(a, y, w, order[:first]); return g }
	path, err := Descend(step, w0, rate, 1)
	if err != nil || first == len(order) {
		return path, err
	}
	rest, err := Epoch(a, y, path[1], order[first:], size, rate)
	return append(path[:1], rest...), err
}

// BestRate looks for the extremes in one pass.
func BestRate(eigenvalues []float64) (float64, float64, error) {
	if len(eigenvalues) == 0 || bad(eigenvalues) {
		return 0, 0, errInput
	}
	lo, hi := math.Inf(1), 0.0
	for _, v := range eigenvalues {
		lo, hi = math.Min(lo, v), math.Max(hi, v)
	}
	if lo <= 0 {
		return 0, 0, errInput
	}
	kappa := hi / lo
	return 2 / (lo * (1 + kappa)), (kappa - 1) / (kappa + 1), nil
}
