// Package pooling is solved here by one function that lists the pixels of a window.
package pooling

import (
	"errors"
	"math"
	"slices"
)

type at struct{ r, c int }

var errInput = errors.New("pooling: the input does not fit the statement")

func good(a [][]float64) bool {
	for _, row := range a {
		for _, v := range row {
			if v-v != 0 { // NaN, ±Inf
				return false
			}
		}
		if len(row) == 0 || len(row) != len(a[0]) {
			return false
		}
	}
	return len(a) > 0
}

// pixels lists, for every output, the pixels in its window.
func pixels(m, n, window, stride, pad int) [][][]at {
	if m < 1 || n < 1 || window < 1 || stride < 1 || pad < 0 || pad >= window || m+2*pad < window || n+2*pad < window {
		return nil
	}
	var all [][][]at
	for r := -pad; r+window <= m+pad; r += stride {
		var row [][]at
		for c := -pad; c+window <= n+pad; c += stride {
			var in []at
			for i := range window * window {
				if p := (at{r + i/window, c + i%window}); p.r >= 0 && p.c >= 0 && p.r < m && p.c < n {
					in = append(in, p)
				}
			}
			row = append(row, in)
		}
		all = append(all, row)
	}
	return all
}

func pool(x [][]float64, window, stride, pad int, f func(in []at) float64) ([][]float64, error) {
	if !good(x) {
		return nil, errInput
	}
	all := pixels(len(x), len(x[0]), window, stride, pad)
	if all == nil {
		return nil, errInput
	}
	var y [][]float64
	for _, row := range all {
		var out []float64
		for _, in := range row {
			out = append(out, f(in))
		}
		y = append(y, out)
	}
	return y, nil
}

func back(m, n int, dy [][]float64, window, stride, pad int, f func(in []at, d float64, add func(p at, v float64))) ([][]float64, error) {
	all := pixels(m, n, window, stride, pad)
	if all == nil || !good(dy) || len(dy) != len(all) || len(dy[0]) != len(all[0]) {
		return nil, errInput
	}
	dx := make([][]float64, m)
	for i := range dx {
		dx[i] = make([]float64, n)
	}
	for i := range all {
		for j := range all[i] {
			f(all[i][j], dy[i][j], func(p at, v float64) { dx[p.r][p.c] += v })
		}
	}
	return dx, nil
}

func first(x [][]float64, in []at) at {
	best := slices.MaxFunc(in, func(a, b at) int {
		switch {
		case x[a.r][a.c] > x[b.r][b.c]:
			return 1
		case x[a.r][a.c] < x[b.r][b.c]:
			return -1
		}
		return 0 // MaxFunc gives the first of equals
	})
	return best
}

func hypot(x [][]float64, in []at) (n float64) {
	for _, p := range in {
		n = math.Hypot(n, x[p.r][p.c])
	}
	return n
}

// Max returns the largest entry of each window.
func Max(x [][]float64, window, stride int) ([][]float64, error) {
	return pool(x, window, stride, 0, func(in []at) float64 {
		p := first(x, in)
		return x[p.r][p.c]
	})
}

// MaxBackward sends dy to the places of the maxima.
func MaxBackward(x, dy [][]float64, window, stride int) ([][]float64, error) {
	if !good(x) {
		return nil, errInput
	}
	return back(len(x), len(x[0]), dy, window, stride, 0, func(in []at, d float64, add func(p at, v float64)) { add(first(x, in), d) })
}

// Mean returns the mean of each window.
func Mean(x [][]float64, window, stride, pad int) ([][]float64, error) {
	return pool(x, window, stride, pad, func(in []at) float64 {
		sum := 0.0
		for _, p := range in {
			sum += x[p.r][p.c]
		}
		return sum / float64(len(in))
	})
}

// MeanBackward shares dy.
func MeanBackward(rows, cols int, dy [][]float64, window, stride, pad int) ([][]float64, error) {
	return back(rows, cols, dy, window, stride, pad, func(in []at, d float64, add func(p at, v float64)) {
		for _, p := range in {
			add(p, d/float64(len(in)))
		}
	})
}

// L2 returns the norm of each window.
func L2(x [][]float64, window, stride int) ([][]float64, error) {
	y, err := pool(x, window, stride, 0, func(in []at) float64 { return hypot(x, in) })
	if err != nil || !good(y) {
		return nil, errInput
	}
	return y, nil
}

// L2Backward gives each entry dy·x/y.
func L2Backward(x, dy [][]float64, window, stride int) ([][]float64, error) {
	if !good(x) {
		return nil, errInput
	}
	return back(len(x), len(x[0]), dy, window, stride, 0, func(in []at, d float64, add func(p at, v float64)) {
		if y := hypot(x, in); y > 0 {
			for _, p := range in {
				add(p, d*(x[p.r][p.c]/y))
			}
		}
	})
}

// Kept counts along each axis: of the moves −1, 0, 1 an entry in the middle has 3 that stay, one at the border 2 (1 if it is alone).
func Kept(window int) (counts []int, numerator, denominator int, err error) {
	if window < 1 || window > 100 {
		return nil, 0, 0, errInput
	}
	moves := func(i int) int { return min(i, 1) + 1 + min(window-1-i, 1) }
	for r := range window {
		for c := range window {
			counts = append(counts, moves(r)*moves(c)-1)
			numerator += moves(r)*moves(c) - 1
		}
	}
	denominator = 8 * window * window
	for d := denominator; d > 1; d-- {
		if numerator%d == 0 && denominator%d == 0 {
			return counts, numerator / d, denominator / d, nil
		}
	}
	return counts, numerator, denominator, nil
}
