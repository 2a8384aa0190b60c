// Mistake: l2-overflows: the squares are summed as they are.

package pooling

import (
	"errors"
	"fmt"
	"math"
)

// spots are the windows on a picture of m×n pixels.
type spots struct {
	m, n, window, stride, pad int
	h, w                      int
}

func place(m, n, window, stride, pad int) (*spots, error) {
	switch {
	case m < 1 || n < 1:
		return nil, errors.New("pooling: an empty picture")
	case window < 1 || stride < 1:
		return nil, fmt.Errorf("pooling: window %d, stride %d: want at least 1", window, stride)
	case pad < 0 || pad >= window:
		return nil, fmt.Errorf("pooling: padding %d, want 0 … %d", pad, window-1)
	case min(m, n)+2*pad < window:
		return nil, fmt.Errorf("pooling: a window of %d does not fit on %d×%d", window, m, n)
	}
	return &spots{m, n, window, stride, pad, (m+2*pad-window)/stride + 1, (n+2*pad-window)/stride + 1}, nil
}

// each calls do with every output and the rows [r0, r1) and columns [c0, c1) of its window.
func (s *spots) each(do func(i, j, r0, r1, c0, c1 int)) {
	for i := range s.h {
		r := i*s.stride - s.pad
		for j := range s.w {
			c := j*s.stride - s.pad
			do(i, j, max(0, r), min(s.m, r+s.window), max(0, c), min(s.n, c+s.window))
		}
	}
}

// check returns rows and columns of a picture of finite numbers.
func check(a [][]float64) (m, n int, err error) {
	if len(a) == 0 || len(a[0]) == 0 {
		return 0, 0, errors.New("pooling: an empty picture")
	}
	for i, row := range a {
		if len(row) != len(a[0]) {
			return 0, 0, fmt.Errorf("pooling: row %d has %d entries, row 0 has %d", i, len(row), len(a[0]))
		}
		for j, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return 0, 0, fmt.Errorf("pooling: entry (%d, %d) is %v", i, j, v)
			}
		}
	}
	return len(a), len(a[0]), nil
}

func on(x [][]float64, window, stride, pad int) (*spots, error) {
	m, n, err := check(x)
	if err != nil {
		return nil, err
	}
	return place(m, n, window, stride, pad)
}

// fits errs unless dy has the shape of the output.
func (s *spots) fits(dy [][]float64) error {
	h, w, err := check(dy)
	if err == nil && (h != s.h || w != s.w) {
		err = fmt.Errorf("pooling: dy is %d×%d, the pool %d×%d", h, w, s.h, s.w)
	}
	return err
}

func zeros(m, n int) [][]float64 {
	a := make([][]float64, m)
	for i := range a {
		a[i] = make([]float64, n)
	}
	return a
}

func largest(x [][]float64, r0, r1, c0, c1 int) (r, c int) {
	r, c = r0, c0
	for i := r0; i < r1; i++ {
		for j := c0; j < c1; j++ {
			if x[i][j] > x[r][c] {
				r, c = i, j
			}
		}
	}
	return r, c
}

// Max returns the largest entry of each window.
func Max(x [][]float64, window, stride int) ([][]float64, error) {
	s, err := on(x, window, stride, 0)
	if err != nil {
		return nil, err
	}
	y := zeros(s.h, s.w)
	s.each(func(i, j, r0, r1, c0, c1 int) {
		r, c := largest(x, r0, r1, c0, c1)
		y[i][j] = x[r][c]
	})
	return y, nil
}

// MaxBackward sends dy to the places of the maxima.
func MaxBackward(x, dy [][]float64, window, stride int) ([][]float64, error) {
	s, err := on(x, window, stride, 0)
	if err == nil {
		err = s.fits(dy)
	}
	if err != nil {
		return nil, err
	}
	dx := zeros(s.m, s.n)
	s.each(func(i, j, r0, r1, c0, c1 int) {
		r, c := largest(x, r0, r1, c0, c1)
		dx[r][c] += dy[i][j]
	})
	return dx, nil
}

// Mean returns the mean of each window, without padding.
func Mean(x [][]float64, window, stride, pad int) ([][]float64, error) {
	s, err := on(x, window, stride, pad)
	if err != nil {
		return nil, err
	}
	y := zeros(s.h, s.w)
	s.each(func(i, j, r0, r1, c0, c1 int) {
		count := float64((r1 - r0) * (c1 - c0))
		for r := r0; r < r1; r++ {
			for c := c0; c < c1; c++ {
				y[i][j] += x[r][c] / count
			}
		}
	})
	return y, nil
}

// MeanBackward shares dy among the entries of its window.
func MeanBackward(rows, cols int, dy [][]float64, window, stride, pad int) ([][]float64, error) {
	s, err := place(rows, cols, window, stride, pad)
	if err == nil {
		err = s.fits(dy)
	}
	if err != nil {
		return nil, err
	}
	dx := zeros(rows, cols)
	s.each(func(i, j, r0, r1, c0, c1 int) {
		count := float64((r1 - r0) * (c1 - c0))
		for r := r0; r < r1; r++ {
			for c := c0; c < c1; c++ {
				dx[r][c] += dy[i][j] / count
			}
		}
	})
	return dx, nil
}

func norm(x [][]float64, r0, r1, c0, c1 int) float64 {
	a, sum := 0.0, 0.0
	for r := r0; r < r1; r++ {
		for _, v := range x[r][c0:c1] {
			a = math.Max(a, math.Abs(v))
		}
	}
	if a == 0 {
		return 0
	}
	for r := r0; r < r1; r++ {
		for _, v := range x[r][c0:c1] {
			sum += v * v
		}
	}
	return math.Sqrt(sum)
}

// L2 returns the root of the sum of squares of each window.
func L2(x [][]float64, window, stride int) ([][]float64, error) {
	s, err := on(x, window, stride, 0)
	if err != nil {
		return nil, err
	}
	y := zeros(s.h, s.w)
	s.each(func(i, j, r0, r1, c0, c1 int) { y[i][j] = norm(x, r0, r1, c0, c1) })
	_, _, err = check(y)
	return y, err
}

// L2Backward gives every entry of a window dy·x/y.
func L2Backward(x, dy [][]float64, window, stride int) ([][]float64, error) {
	s, err := on(x, window, stride, 0)
	if err == nil {
		err = s.fits(dy)
	}
	if err != nil {
		return nil, err
	}
	dx := zeros(s.m, s.n)
	s.each(func(i, j, r0, r1, c0, c1 int) {
		y := norm(x, r0, r1, c0, c1)
		if y == 0 {
			return
		}
		for r := r0; r < r1; r++ {
			for c := c0; c < c1; c++ {
				dx[r][c] += dy[i][j] * (x[r][c] / y)
			}
		}
	})
	return dx, nil
}

// Kept counts the shifts that keep a maximum in its window.
func Kept(window int) (counts []int, numerator, denominator int, err error) {
	if window < 1 || window > 100 {
		return nil, 0, 0, fmt.Errorf("pooling: window %d, want 1 … 100", window)
	}
	inside := func(i int) bool { return 0 <= i && i < window }
	for r := range window {
		for c := range window {
			n := 0
			for dr := -1; dr <= 1; dr++ {
				for dc := -1; dc <= 1; dc++ {
					if (dr != 0 || dc != 0) && inside(r+dr) && inside(c+dc) {
						n++
					}
				}
			}
			counts = append(counts, n)
			numerator += n
		}
	}
	denominator = 8 * window * window
	a, b := numerator, denominator
	for b > 0 {
		a, b = b, a%b
	}
	return counts, numerator / a, denominator / a, nil
}
