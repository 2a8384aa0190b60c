package conv

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Circulant returns C(w), [n][n], whose first column is w (followed by zeros) and each further column the one before,
// turned down by one:
//
//	C[i][j] = w[(i − j) mod n]
//
// So C(w)x is the circular convolution, C(w)ᵀx the circular correlation, C(w)C(v) = C(v)C(w) = C(w ∗ v), and the Fourier
// vectors are its eigenvectors, Spectrum of w its eigenvalues. It panics unless 1 ≤ len(w) ≤ n.
func Circulant(w []float64, n int) *mat.Dense {
	if len(w) < 1 || len(w) > n {
		panic(fmt.Sprintf("conv: a circulant matrix of size %d of %d entries", n, len(w)))
	}
	c := mat.NewDense(n, n, nil)
	for j := range n {
		for k, v := range w {
			c.Set((j+k)%n, j, v) // i − j = k
		}
	}
	return c
}

// DoublyBlockCirculant returns the matrix, [M·N][M·N], of the circular 2-D convolution of pictures [M][N], stored row after
// row, with the kernel w [m][n]. It has M×M blocks, and block (i, k) is the circulant matrix of row (i − k) mod M of w.
// It panics if w is empty, ragged or larger than the picture.
func DoublyBlockCirculant(w [][]float64, rows, cols int) *mat.Dense {
	m, n := shape("the kernel", w)
	if m > rows || n > cols {
		panic(fmt.Sprintf("conv: a circulant kernel %d×%d on a picture of %d×%d", m, n, rows, cols))
	}
	c := mat.NewDense(rows*cols, rows*cols, nil)
	for a, row := range w {
		block := Circulant(row, cols)
		for k := range rows {
			i := (k + a) % rows
			c.Slice(i*cols, (i+1)*cols, k*cols, (k+1)*cols).(*mat.Dense).Copy(block)
		}
	}
	return c
}
