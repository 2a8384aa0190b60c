package conv

import "gonum.org/v1/gonum/mat"

// Toeplitz returns the matrix T, [opt.Size(n, len(w))][n], of the convolution: T x = Convolve(x, w, opt) for every x of n
// entries. At stride 1 each diagonal of it holds one number,
//
//	T[i][j] = w[i + q − j],
//
// zero outside w: a band of len(w) diagonals. The matrix of Correlate is that of Flip(w), in all modes but Circular, where it is
// the transpose. It panics where Size does.
func Toeplitz(w []float64, n int, opt Options) *mat.Dense {
	t := mat.NewDense(opt.Size(n, len(w)), n, nil)
	s, d, q := opt.stride(), opt.dilation(), opt.flipped(len(w))
	rows, _ := t.Dims()
	for i := range rows {
		for k, v := range w {
			if j, ok := opt.at(i*s+q-k*d, n); ok {
				t.Set(i, j, v)
			}
		}
	}
	return t
}

// DoublyBlockToeplitz returns the matrix, [M'·N'][M·N], of Convolve2D on pictures [M][N], stored row after row: blocks
// along the diagonals of a Toeplitz pattern, each block a Toeplitz matrix of one row of w. It panics where Convolve2D does.
func DoublyBlockToeplitz(w [][]float64, rows, cols int, opt Options) *mat.Dense {
	m, n := shape("the kernel", w)
	high, wide := opt.Size(rows, m), opt.Size(cols, n)
	t := mat.NewDense(high*wide, rows*cols, nil)
	s, d, p := opt.stride(), opt.dilation(), opt.flipped(m)
	for a, row := range w {
		block := Toeplitz(row, cols, opt)
		for i := range high {
			if r, ok := opt.at(i*s+p-a*d, rows); ok {
				t.Slice(i*wide, (i+1)*wide, r*cols, (r+1)*cols).(*mat.Dense).Copy(block)
			}
		}
	}
	return t
}
