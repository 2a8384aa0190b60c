package pooling

import (
	"fmt"
	"math"
)

// Lp returns the p-norm of each window of x, [n] → [Size(n)]. p = 2 is L2 pooling.
func Lp(x []float64, p float64, opt Options) []float64 { return Lp2D(row(x), p, one, opt)[0] }

// LpBackward returns ∂J/∂x, [n], given x and dy = ∂J/∂y, [Size(n)].
func LpBackward(x []float64, p float64, dy []float64, opt Options) []float64 {
	return Lp2DBackward(row(x), p, row(dy), one, opt)[0]
}

// Lp2D returns the p-norm of each window of x, [M][N], for 1 ≤ p < ∞:
//
//	y[i][j] = (Σ_{(r,c) ∈ W(i,j)} |x[r][c]|^p)^{1/p} = a (Σ (|x|/a)^p)^{1/p},   a = max |x|
//
// The second form neither overflows nor underflows where y does not. It is a sum over the window, not a mean. (PyTorch's LPPool leaves out
// the bars, which differs for odd p and negative x.) It panics if p is out of range, x is empty or ragged, or no window fits.
func Lp2D(x [][]float64, p float64, rows, cols Options) [][]float64 {
	checkP(p)
	m, n := shape("x", x)
	y := zeros(rows.Size(m), cols.Size(n))
	windows(m, n, rows, cols, func(i, j, r0, r1, c0, c1 int) {
		y[i][j] = norm(x, p, r0, r1, c0, c1)
	})
	return y
}

// Lp2DBackward returns ∂J/∂x, [M][N], given x and dy = ∂J/∂y:
//
//	∂y/∂x[r][c] = sgn(x[r][c]) (|x[r][c]| / y)^{p−1}
//
// Windows that overlap add up. Where y = 0 there is a kink, and 0, a subgradient, is taken; so it is for p = 1 at x[r][c] = 0.
// It panics where Lp2D does and if dy has not the shape of the pool.
func Lp2DBackward(x [][]float64, p float64, dy [][]float64, rows, cols Options) [][]float64 {
	checkP(p)
	m, n := shape("x", x)
	sameShape(dy, m, n, rows, cols)
	dx := zeros(m, n)
	windows(m, n, rows, cols, func(i, j, r0, r1, c0, c1 int) {
		y := norm(x, p, r0, r1, c0, c1)
		for r := r0; r < r1; r++ {
			for c := c0; c < c1; c++ {
				if x[r][c] != 0 {
					dx[r][c] += dy[i][j] * math.Copysign(math.Pow(math.Abs(x[r][c])/y, p-1), x[r][c])
				}
			}
		}
	})
	return dx
}

func norm(x [][]float64, p float64, r0, r1, c0, c1 int) float64 {
	a := 0.0
	for r := r0; r < r1; r++ {
		for _, v := range x[r][c0:c1] {
			a = math.Max(a, math.Abs(v)) // NaN stays
		}
	}
	if a == 0 || math.IsInf(a, 0) || math.IsNaN(a) {
		return a
	}
	sum := 0.0
	for r := r0; r < r1; r++ {
		for _, v := range x[r][c0:c1] {
			sum += math.Pow(math.Abs(v)/a, p)
		}
	}
	return a * math.Pow(sum, 1/p)
}

func checkP(p float64) {
	if !(p >= 1) || math.IsInf(p, 0) {
		panic(fmt.Sprintf("pooling: the p-norm for p = %v; want 1 ≤ p < ∞", p))
	}
}
