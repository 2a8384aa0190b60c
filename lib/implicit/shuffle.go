package implicit

import (
	"context"
	"fmt"
)

// MaxShuffled is the largest number of minibatches whose orders MeanEpoch enumerates: 9! = 362 880.
const MaxShuffled = 9

// Epoch takes a step w ← w − ε∇Lₖ(w) for each k of order, and returns the point where they end.
// An index outside 0…m−1 panics; a point that is not finite is an error.
func Epoch(parts []Loss, w0 []float64, rate float64, order []int) ([]float64, error) {
	mustParts("Epoch", parts)
	mustRate("Epoch", rate)
	w := append([]float64(nil), w0...)
	g := make([]float64, len(w))
	for j, k := range order {
		if k < 0 || k >= len(parts) {
			panic(fmt.Sprintf("implicit: Epoch: order[%d] is %d, there are %d minibatches", j, k, len(parts)))
		}
		parts[k].Gradient(g, w)
		addScaled(w, -rate, g)
		if i := notFinite(w); i >= 0 {
			return w, fmt.Errorf("implicit: Epoch: w[%d] is %v after step %d: take smaller steps than %v", i, w[i], j+1, rate)
		}
	}
	return w, nil
}

// MeanEpoch is the exact mean, over all m! orders, of the end of an epoch of m ≤ MaxShuffled minibatches from w0.
//
// Orders that begin alike share their beginning: a tree of about e·m! steps, not m·m!. It errs if a point is not finite,
// if m > MaxShuffled (draw orders at random then, and average Epoch), or if ctx ends.
func MeanEpoch(ctx context.Context, parts []Loss, w0 []float64, rate float64) ([]float64, error) {
	mustParts("MeanEpoch", parts)
	mustRate("MeanEpoch", rate)
	m, d := len(parts), len(w0)
	if m > MaxShuffled {
		return nil, fmt.Errorf("implicit: MeanEpoch: %d minibatches have too many orders: at most %d can be enumerated", m, MaxShuffled)
	}
	points := make([][]float64, m+1) // points[j]: after j steps of the order at hand
	for j := range points {
		points[j] = make([]float64, d)
	}
	copy(points[0], w0)
	sum, g := make([]float64, d), make([]float64, d)
	used := make([]bool, m)
	ends := 0
	var visit func(j int) error
	visit = func(j int) error {
		if j == m {
			ends++
			addScaled(sum, 1, points[m])
			return nil
		}
		if j == m/2 {
			if err := context.Cause(ctx); err != nil {
				return fmt.Errorf("implicit: MeanEpoch: stopped: %w", err)
			}
		}
		for k := range parts {
			if used[k] {
				continue
			}
			parts[k].Gradient(g, points[j])
			next := points[j+1]
			copy(next, points[j])
			addScaled(next, -rate, g)
			if i := notFinite(next); i >= 0 {
				return fmt.Errorf("implicit: MeanEpoch: w[%d] is %v after step %d: take smaller steps than %v", i, next[i], j+1, rate)
			}
			used[k] = true
			if err := visit(j + 1); err != nil {
				return err
			}
			used[k] = false
		}
		return nil
	}
	if err := visit(0); err != nil {
		return nil, err
	}
	for i := range sum {
		sum[i] /= float64(ends)
	}
	return sum, nil
}
