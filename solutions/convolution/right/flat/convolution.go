// Package convolution is a third solution of the exercise: patches and matrix products.
package convolution

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// flat copies a into one slice and says what is wrong with it.
func flat(a [][]float64) (all []float64, rows, cols int, err error) {
	rows = len(a)
	if rows > 0 {
		cols = len(a[0])
	}
	for i, row := range a {
		if len(row) != cols {
			return nil, 0, 0, fmt.Errorf("row %d is ragged", i)
		}
		all = append(all, row...)
	}
	if len(all) == 0 {
		return nil, 0, 0, fmt.Errorf("a matrix is empty")
	}
	return all, rows, cols, finite(all)
}

func finite(v []float64) error {
	if math.IsNaN(floats.Dot(v, make([]float64, len(v)))) { // Inf·0 and NaN·0 are NaN
		return fmt.Errorf("not finite")
	}
	return nil
}

// patches is the matrix with a row for each place of an m×n window on x.
func patches(x []float64, rows, cols, m, n int) *mat.Dense {
	p := mat.NewDense((rows-m+1)*(cols-n+1), m*n, nil)
	for i := range rows - m + 1 {
		for j := range cols - n + 1 {
			for k := range m * n {
				p.Set(i*(cols-n+1)+j, k, x[(i+k/n)*cols+j+k%n])
			}
		}
	}
	return p
}

func correlate(x, w [][]float64, reverse bool) ([][]float64, error) {
	fx, rows, cols, err := flat(x)
	if err != nil {
		return nil, err
	}
	fw, m, n, err := flat(w)
	if err != nil {
		return nil, err
	}
	if m > rows || n > cols {
		return nil, fmt.Errorf("%d×%d is larger than %d×%d", m, n, rows, cols)
	}
	if reverse {
		floats.Reverse(fw)
	}
	var y mat.VecDense
	y.MulVec(patches(fx, rows, cols, m, n), mat.NewVecDense(m*n, fw))
	return unflat(y.RawVector().Data, cols-n+1)
}

func unflat(v []float64, cols int) (a [][]float64, err error) {
	for i := 0; i < len(v); i += cols {
		a = append(a, v[i:i+cols:i+cols])
	}
	return a, finite(v)
}

func Correlate(x, w [][]float64) ([][]float64, error)       { return correlate(x, w, false) }
func Convolve(x, w [][]float64) ([][]float64, error)        { return correlate(x, w, true) }
func KernelGradient(x, dy [][]float64) ([][]float64, error) { return correlate(x, dy, false) }

// InputGradient multiplies with the transposed matrix of the correlation.
func InputGradient(w, dy [][]float64) ([][]float64, error) {
	fw, m, n, err := flat(w)
	if err != nil {
		return nil, err
	}
	fy, p, q, err := flat(dy)
	if err != nil {
		return nil, err
	}
	rows, cols := m+p-1, n+q-1
	t := mat.NewDense(p*q, rows*cols, nil)
	for i := range p * q {
		for k := range m * n {
			t.Set(i, (i/q+k/n)*cols+i%q+k%n, fw[k])
		}
	}
	var x mat.VecDense
	x.MulVec(t.T(), mat.NewVecDense(p*q, fy))
	return unflat(x.RawVector().Data, cols)
}

func Circulant(w []float64, n int) ([][]float64, error) {
	if len(w) == 0 || len(w) > n {
		return nil, fmt.Errorf("%d entries for size %d", len(w), n)
	}
	long := make([]float64, n)
	copy(long, w)
	c := make([]float64, n*n)
	for i := range n {
		for j := range n {
			c[i*n+j] = long[((i-j)%n+n)%n]
		}
	}
	if err := finite(c); err != nil {
		return nil, err
	}
	return unflat(c, n)
}

func ReceptiveField(kernels, strides []int) (size, jump int, err error) {
	if len(kernels) != len(strides) {
		return 0, 0, fmt.Errorf("%d kernels, %d strides", len(kernels), len(strides))
	}
	size, jump = 1, 1
	for l := range kernels {
		if min(kernels[l], strides[l]) < 1 {
			return 0, 0, fmt.Errorf("layer %d", l)
		}
		size, jump = size+(kernels[l]-1)*jump, jump*strides[l]
	}
	return size, jump, nil
}
