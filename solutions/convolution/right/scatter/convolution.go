// Package convolution is a second solution of the exercise: every input goes to the outputs that see it.
package convolution

import (
	"errors"
	"math"
	"slices"
)

func Correlate(x, w [][]float64) ([][]float64, error) {
	if !good(x) || !good(w) {
		return nil, errors.New("a matrix is empty, ragged or not finite")
	}
	h, v := len(x)-len(w), len(x[0])-len(w[0])
	if h < 0 || v < 0 {
		return nil, errors.New("the kernel does not fit")
	}
	y := blank(h+1, v+1)
	for r := range x {
		for c := range x[r] {
			for i := max(0, r-len(w)+1); i <= min(h, r); i++ {
				for j := max(0, c-len(w[0])+1); j <= min(v, c); j++ {
					y[i][j] += x[r][c] * w[r-i][c-j]
				}
			}
		}
	}
	return finished(y)
}

func Convolve(x, w [][]float64) ([][]float64, error) { return Correlate(x, turn(w)) }

func KernelGradient(x, dy [][]float64) ([][]float64, error) { return Correlate(x, dy) }

// InputGradient pads dy with zeros all round and correlates with the turned kernel.
func InputGradient(w, dy [][]float64) ([][]float64, error) {
	if !good(w) || !good(dy) {
		return nil, errors.New("a matrix is empty, ragged or not finite")
	}
	m, n := len(w), len(w[0])
	padded := blank(len(dy)+2*m-2, len(dy[0])+2*n-2)
	for i, row := range dy {
		copy(padded[i+m-1][n-1:], row)
	}
	return Correlate(padded, turn(w))
}

// Circulant turns w down by one from column to column.
func Circulant(w []float64, n int) ([][]float64, error) {
	if len(w) == 0 || n < len(w) || !good([][]float64{w}) {
		return nil, errors.New("no entries, too many, or not finite")
	}
	column := append(slices.Clone(w), make([]float64, n-len(w))...)
	c := blank(n, n)
	for j := range n {
		for i := range n {
			c[i][j] = column[i]
		}
		column = append(column[n-1:], column[:n-1]...)
	}
	return c, nil
}

// ReceptiveField goes from the end to the input: a field of r units is one of (r − 1)s + m below.
func ReceptiveField(kernels, strides []int) (size, jump int, err error) {
	if len(kernels) != len(strides) {
		return 0, 0, errors.New("as many strides as kernels")
	}
	size, jump = 1, 1
	for l := len(kernels) - 1; l >= 0; l-- {
		if kernels[l] < 1 || strides[l] < 1 {
			return 0, 0, errors.New("kernels and strides are at least 1")
		}
		size = (size-1)*strides[l] + kernels[l]
		jump *= strides[l]
	}
	return size, jump, nil
}

func turn(w [][]float64) [][]float64 {
	t := slices.Clone(w)
	slices.Reverse(t)
	for i := range t {
		t[i] = slices.Clone(t[i])
		slices.Reverse(t[i])
	}
	return t
}

func good(a [][]float64) bool {
	if len(a) == 0 || len(a[0]) == 0 {
		return false
	}
	for _, row := range a {
		if len(row) != len(a[0]) {
			return false
		}
		for _, v := range row {
			if v-v != 0 {
				return false
			}
		}
	}
	return true
}

func finished(y [][]float64) ([][]float64, error) {
	for _, row := range y {
		for _, v := range row {
			if math.Abs(v) > math.MaxFloat64 || v != v {
				return nil, errors.New("the result overflows")
			}
		}
	}
	return y, nil
}

func blank(m, n int) [][]float64 {
	a := make([][]float64, m)
	for i := range a {
		a[i] = make([]float64, n)
	}
	return a
}
