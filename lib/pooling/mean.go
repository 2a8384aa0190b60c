package pooling

// Mean returns the mean of each window of x, [n] → [Size(n)].
func Mean(x []float64, opt Options) []float64 { return Mean2D(row(x), one, opt)[0] }

// MeanBackward returns ∂J/∂x, [n], given dy = ∂J/∂y, [Size(n)].
func MeanBackward(n int, dy []float64, opt Options) []float64 {
	return Mean2DBackward(1, n, row(dy), one, opt)[0]
}

// Mean2D returns the mean of each window of x, [M][N]:
//
//	y[i][j] = (1/|W|) Σ_{(r,c) ∈ W(i,j)} x[r][c]
//
// |W| counts entries of x, not padding. It panics if x is empty or ragged or no window fits.
func Mean2D(x [][]float64, rows, cols Options) [][]float64 {
	m, n := shape("x", x)
	y := zeros(rows.Size(m), cols.Size(n))
	windows(m, n, rows, cols, func(i, j, r0, r1, c0, c1 int) {
		sum := 0.0
		for r := r0; r < r1; r++ {
			for _, v := range x[r][c0:c1] {
				sum += v
			}
		}
		y[i][j] = sum / float64((r1-r0)*(c1-c0))
	})
	return y
}

// Mean2DBackward returns ∂J/∂x, [m][n], given dy = ∂J/∂y:
//
//	∂J/∂x[r][c] = Σ_{(i,j): (r,c) ∈ W(i,j)} ∂J/∂y[i][j] / |W(i,j)|
//
// It panics if dy has not the shape of the pool.
func Mean2DBackward(m, n int, dy [][]float64, rows, cols Options) [][]float64 {
	sameShape(dy, m, n, rows, cols)
	dx := zeros(m, n)
	windows(m, n, rows, cols, func(i, j, r0, r1, c0, c1 int) {
		share := dy[i][j] / float64((r1-r0)*(c1-c0))
		for r := r0; r < r1; r++ {
			for c := c0; c < c1; c++ {
				dx[r][c] += share
			}
		}
	})
	return dx
}
