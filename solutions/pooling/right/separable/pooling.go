// Package pooling is solved here by axes: a maximum over a square is the maximum over rows of the maxima over columns, and so with sums
// and norms.
package pooling

import (
	"errors"
	"math"
)

var errBad = errors.New("pooling: shapes, sizes or numbers out of range")

func sound(x [][]float64) bool {
	if len(x) == 0 || len(x[0]) == 0 {
		return false
	}
	for _, row := range x {
		if len(row) != len(x[0]) {
			return false
		}
		for _, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return false
			}
		}
	}
	return true
}

func outputs(n, window, stride, pad int) int {
	if n < 1 || window < 1 || stride < 1 || pad < 0 || pad >= window || n+2*pad < window {
		return 0
	}
	return 1 + (n+2*pad-window)/stride
}

func turned(x [][]float64) [][]float64 {
	y := make([][]float64, len(x[0]))
	for j := range y {
		for i := range x {
			y[j] = append(y[j], x[i][j])
		}
	}
	return y
}

// along pools each row.
func along(x [][]float64, window, stride, pad int, f func(a []float64) float64) [][]float64 {
	n := len(x[0])
	y := make([][]float64, len(x))
	for i, row := range x {
		for j := range outputs(n, window, stride, pad) {
			lo := j*stride - pad
			y[i] = append(y[i], f(row[max(0, lo):min(n, lo+window)]))
		}
	}
	return y
}

func both(x [][]float64, window, stride, pad int, f func(a []float64) float64) ([][]float64, error) {
	if !sound(x) || outputs(len(x), window, stride, pad) == 0 || outputs(len(x[0]), window, stride, pad) == 0 {
		return nil, errBad
	}
	y := turned(along(turned(along(x, window, stride, pad, f)), window, stride, pad, f))
	if !sound(y) {
		return nil, errBad
	}
	return y, nil
}

// gather visits each pixel and the outputs that see it.
func gather(m, n int, dy [][]float64, window, stride, pad int, share func(r, c, i, j, size int) float64) ([][]float64, error) {
	h, w := outputs(m, window, stride, pad), outputs(n, window, stride, pad)
	if h == 0 || w == 0 || !sound(dy) || len(dy) != h || len(dy[0]) != w {
		return nil, errBad
	}
	span := func(i, n int) int { return min(n, i*stride-pad+window) - max(0, i*stride-pad) }
	dx := make([][]float64, m)
	for r := range dx {
		dx[r] = make([]float64, n)
		for c := range dx[r] {
			for i := range h {
				if d := r - (i*stride - pad); d < 0 || d >= window {
					continue
				}
				for j := range w {
					if d := c - (j*stride - pad); d >= 0 && d < window {
						dx[r][c] += dy[i][j] * share(r, c, i, j, span(i, m)*span(j, n))
					}
				}
			}
		}
	}
	return dx, nil
}

func top(a []float64) float64 {
	m := a[0]
	for _, v := range a {
		m = math.Max(m, v)
	}
	return m
}

func mean(a []float64) float64 {
	s := 0.0
	for _, v := range a {
		s += v
	}
	return s / float64(len(a))
}

func norm(a []float64) float64 {
	big := 0.0
	for _, v := range a {
		big = math.Max(big, math.Abs(v))
	}
	if big == 0 {
		return 0
	}
	s := 0.0
	for _, v := range a {
		s += v / big * (v / big)
	}
	return big * math.Sqrt(s)
}

// Max returns the largest entry of each window.
func Max(x [][]float64, window, stride int) ([][]float64, error) {
	return both(x, window, stride, 0, top)
}

// MaxBackward asks of each pixel whether it is the first maximum.
func MaxBackward(x, dy [][]float64, window, stride int) ([][]float64, error) {
	y, err := Max(x, window, stride)
	if err != nil {
		return nil, err
	}
	return gather(len(x), len(x[0]), dy, window, stride, 0, func(r, c, i, j, _ int) float64 {
		for a := i * stride; a < i*stride+window; a++ {
			for b := j * stride; b < j*stride+window; b++ {
				if x[a][b] == y[i][j] {
					if a == r && b == c {
						return 1
					}
					return 0
				}
			}
		}
		return 0
	})
}

// Mean returns the mean of each window.
func Mean(x [][]float64, window, stride, pad int) ([][]float64, error) {
	return both(x, window, stride, pad, mean)
}

// MeanBackward shares dy.
func MeanBackward(rows, cols int, dy [][]float64, window, stride, pad int) ([][]float64, error) {
	return gather(rows, cols, dy, window, stride, pad, func(_, _, _, _, size int) float64 { return 1 / float64(size) })
}

// L2 returns the norm of each window.
func L2(x [][]float64, window, stride int) ([][]float64, error) {
	return both(x, window, stride, 0, norm)
}

// L2Backward gives each entry dy·x/y.
func L2Backward(x, dy [][]float64, window, stride int) ([][]float64, error) {
	y, err := L2(x, window, stride)
	if err != nil {
		return nil, err
	}
	return gather(len(x), len(x[0]), dy, window, stride, 0, func(r, c, i, j, _ int) float64 {
		if y[i][j] == 0 {
			return 0
		}
		return x[r][c] / y[i][j]
	})
}

// Kept moves a spot in a picture of zeros and looks.
func Kept(window int) (counts []int, numerator, denominator int, err error) {
	if window < 1 || window > 100 {
		return nil, 0, 0, errBad
	}
	side := window + 2
	in := make([]bool, side*side) // with a frame of false
	for r := range window {
		for c := range window {
			in[(r+1)*side+c+1] = true
		}
	}
	for i, ok := range in {
		if !ok {
			continue
		}
		n := 0
		for _, d := range []int{1, -1, side, -side, side + 1, side - 1, -side + 1, -side - 1} {
			if in[i+d] {
				n++
			}
		}
		counts, numerator = append(counts, n), numerator+n
	}
	denominator = 8 * window * window
	for _, p := range []int{2, 2, 2, 2, 2, 2, 2, 2, 2, 2} {
		if numerator%p == 0 && denominator%p == 0 {
			numerator, denominator = numerator/p, denominator/p
		}
	}
	for p := 3; p <= denominator; p += 2 {
		for numerator%p == 0 && denominator%p == 0 {
			numerator, denominator = numerator/p, denominator/p
		}
	}
	if numerator == 0 {
		denominator = 1
	}
	return counts, numerator, denominator, nil
}
