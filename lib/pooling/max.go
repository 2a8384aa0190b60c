package pooling

import "fmt"

// Max returns the largest entry of each window of x, [n], and its place in x: y[i] = x[arg[i]], [Size(n)]. For ties and NaN see Max2D.
func Max(x []float64, opt Options) (y []float64, arg []int) {
	pooled, where := Max2D(row(x), one, opt)
	for _, at := range where[0] {
		arg = append(arg, at[1])
	}
	return pooled[0], arg
}

// MaxBackward returns ∂J/∂x, [n], given the places arg of the maxima and dy = ∂J/∂y. It panics if the lengths differ or a place is out of range.
func MaxBackward(n int, arg []int, dy []float64) []float64 {
	at := make([][2]int, len(arg))
	for i, a := range arg {
		at[i] = [2]int{0, a}
	}
	return Max2DBackward(1, n, [][][2]int{at}, row(dy))[0]
}

// Max2D returns the largest entry of each window of x, [M][N], and its place in x:
//
//	y[i][j] = max_{(r,c) ∈ W(i,j)} x[r][c] = x[arg[i][j][0]][arg[i][j][1]]
//
// Among equal entries the place is the first one, row after row, as in PyTorch. A NaN counts as larger than everything, and
// the first NaN is the place. It panics if x is empty or ragged or no window fits.
func Max2D(x [][]float64, rows, cols Options) (y [][]float64, arg [][][2]int) {
	m, n := shape("x", x)
	y, arg = zeros(rows.Size(m), cols.Size(n)), make([][][2]int, rows.Size(m))
	for i := range arg {
		arg[i] = make([][2]int, cols.Size(n))
	}
	windows(m, n, rows, cols, func(i, j, r0, r1, c0, c1 int) {
		best, at := x[r0][c0], [2]int{r0, c0}
		for r := r0; r < r1; r++ {
			for c := c0; c < c1; c++ {
				if v := x[r][c]; v > best || v != v && best == best { // strictly greater: the first of equals stays
					best, at = v, [2]int{r, c}
				}
			}
		}
		y[i][j], arg[i][j] = best, at
	})
	return y, arg
}

// Max2DBackward returns ∂J/∂x, [m][n], given the places of the maxima and dy = ∂J/∂y:
//
//	∂J/∂x[r][c] = Σ_{(i,j): arg[i][j] = (r,c)} ∂J/∂y[i][j]
//
// Where windows overlap, one entry may be the maximum of several, and gets the sum. With ties y has no gradient; this is one
// of its subgradients (all on the first; equal shares would be another). It panics if the shapes differ or a place is outside.
func Max2DBackward(m, n int, arg [][][2]int, dy [][]float64) [][]float64 {
	if h, _ := shape("dy", dy); h != len(arg) {
		panic(fmt.Sprintf("pooling: dy has %d rows, arg %d", h, len(arg)))
	}
	dx := zeros(m, n)
	for i := range arg {
		if len(arg[i]) != len(dy[i]) {
			panic(fmt.Sprintf("pooling: row %d of dy has %d entries, of arg %d", i, len(dy[i]), len(arg[i])))
		}
		for j, at := range arg[i] {
			if at[0] < 0 || at[0] >= m || at[1] < 0 || at[1] >= n {
				panic(fmt.Sprintf("pooling: arg[%d][%d] is (%d, %d), x %d×%d", i, j, at[0], at[1], m, n))
			}
			// δx[arg] += δy
			dx[at[0]][at[1]] += dy[i][j]
		}
	}
	return dx
}
