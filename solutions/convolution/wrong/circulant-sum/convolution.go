// Mistake: circulant-sum: turns the rows the other way

package convolution

import (
	"errors"
	"fmt"
	"math"
)

// Correlate is y[i][j] = Σₐ Σᵦ w[a][b] x[i+a][j+b].
func Correlate(x, w [][]float64) ([][]float64, error) {
	if err := errors.Join(check("x", x), check("w", w)); err != nil {
		return nil, err
	}
	if len(w) > len(x) || len(w[0]) > len(x[0]) {
		return nil, fmt.Errorf("%d×%d does not fit on %d×%d", len(w), len(w[0]), len(x), len(x[0]))
	}
	y := zeros(len(x)-len(w)+1, len(x[0])-len(w[0])+1)
	for i := range y {
		for j := range y[i] {
			for a := range w {
				for b := range w[a] {
					y[i][j] += w[a][b] * x[i+a][j+b]
				}
			}
		}
	}
	return y, check("the result", y)
}

// Convolve is Correlate with the kernel turned by 180°.
func Convolve(x, w [][]float64) ([][]float64, error) {
	if err := check("w", w); err != nil {
		return nil, err
	}
	return Correlate(x, flip(w))
}

// Circulant is C[i][j] = w[(i − j) mod n].
func Circulant(w []float64, n int) ([][]float64, error) {
	if len(w) == 0 || len(w) > n {
		return nil, fmt.Errorf("%d entries for a circulant matrix of size %d", len(w), n)
	}
	if err := check("w", [][]float64{w}); err != nil {
		return nil, err
	}
	c := zeros(n, n)
	for j := range n {
		for k, v := range w {
			c[(n-j+k)%n][j] = v
		}
	}
	return c, nil
}

// KernelGradient is ∂J/∂w[a][b] = Σᵢ Σⱼ dy[i][j] x[i+a][j+b]: the correlation of x with dy.
func KernelGradient(x, dy [][]float64) ([][]float64, error) {
	return Correlate(x, dy)
}

// InputGradient is ∂J/∂x[r][c] = Σ w[a][b] dy[r−a][c−b]: the full convolution of dy with w.
func InputGradient(w, dy [][]float64) ([][]float64, error) {
	if err := errors.Join(check("w", w), check("dy", dy)); err != nil {
		return nil, err
	}
	dx := zeros(len(dy)+len(w)-1, len(dy[0])+len(w[0])-1)
	for i := range dy {
		for j, v := range dy[i] {
			for a := range w {
				for b := range w[a] {
					dx[i+a][j+b] += w[a][b] * v
				}
			}
		}
	}
	return dx, check("the result", dx)
}

// ReceptiveField is r ← r + (m − 1)·jump, jump ← jump·s.
func ReceptiveField(kernels, strides []int) (size, jump int, err error) {
	if len(kernels) != len(strides) {
		return 0, 0, fmt.Errorf("%d kernels and %d strides", len(kernels), len(strides))
	}
	size, jump = 1, 1
	for l, m := range kernels {
		if m < 1 || strides[l] < 1 {
			return 0, 0, fmt.Errorf("layer %d has the kernel %d and the stride %d", l, m, strides[l])
		}
		size += (m - 1) * jump
		jump *= strides[l]
	}
	return size, jump, nil
}

func flip(w [][]float64) [][]float64 {
	f := zeros(len(w), len(w[0]))
	for a := range w {
		for b, v := range w[a] {
			f[len(w)-1-a][len(w[0])-1-b] = v
		}
	}
	return f
}

// check wants a matrix of finite numbers with rows of one length.
func check(what string, a [][]float64) error {
	if len(a) == 0 || len(a[0]) == 0 {
		return fmt.Errorf("%s is empty", what)
	}
	for i, row := range a {
		if len(row) != len(a[0]) {
			return fmt.Errorf("row %d of %s has %d entries, row 0 has %d", i, what, len(row), len(a[0]))
		}
		for j, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("entry (%d, %d) of %s is %v", i, j, what, v)
			}
		}
	}
	return nil
}

func zeros(rows, cols int) [][]float64 {
	a := make([][]float64, rows)
	for i := range a {
		a[i] = make([]float64, cols)
	}
	return a
}
