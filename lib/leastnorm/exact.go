package leastnorm

import (
	"errors"
	"fmt"
	"math/big"

	"gonum.org/v1/gonum/mat"
)

// Exact evaluates x_ln = Aᵀ(AAᵀ)⁻¹b in floating point of prec bits (at least 53; 0 means 512), by Gaussian elimination
// with row pivoting on AAᵀ. The input is taken as exact; the result is rounded to float64 once. With 512
// bits it is right to the last digit up to κ ≈ 10⁶⁰, so that it can judge the other methods. It is thousands of times slower.
//
// A is m×n, b has m entries. It panics if the shapes do not fit, and errs on NaN or infinity and if AAᵀ is exactly singular.
func Exact(a mat.Matrix, b []float64, prec uint) ([]float64, error) {
	checkDims("Exact", a, b, nil)
	if err := checkFinite("Exact", a, b, nil); err != nil {
		return nil, err
	}
	if prec == 0 {
		prec = 512
	}
	if prec < 53 {
		panic(fmt.Sprintf("leastnorm: Exact: %d bits, want at least 53", prec))
	}
	m, n := a.Dims()
	real := func(v float64) *big.Float { return new(big.Float).SetPrec(prec).SetFloat64(v) }
	product := func(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(prec).Mul(x, y) }

	// [AAᵀ | b]
	g := make([][]*big.Float, m)
	for i := range g {
		g[i] = make([]*big.Float, m+1)
		for j := range m {
			g[i][j] = real(0)
			for k := range n {
				g[i][j].Add(g[i][j], product(real(a.At(i, k)), real(a.At(j, k))))
			}
		}
		g[i][m] = real(b[i])
	}
	for c := range m {
		p := c
		for i := c + 1; i < m; i++ {
			if new(big.Float).Abs(g[i][c]).Cmp(new(big.Float).Abs(g[p][c])) > 0 {
				p = i
			}
		}
		if g[p][c].Sign() == 0 {
			return nil, errors.New("leastnorm: Exact: AAᵀ is singular, so A has not full row rank: use SVD")
		}
		g[c], g[p] = g[p], g[c]
		for i := c + 1; i < m; i++ {
			f := new(big.Float).SetPrec(prec).Quo(g[i][c], g[c][c])
			for j := c; j <= m; j++ {
				g[i][j].Sub(g[i][j], product(f, g[c][j]))
			}
		}
	}
	// AAᵀz = b
	z := make([]*big.Float, m)
	for i := m - 1; i >= 0; i-- {
		z[i] = g[i][m]
		for j := i + 1; j < m; j++ {
			z[i].Sub(z[i], product(g[i][j], z[j]))
		}
		z[i].Quo(z[i], g[i][i])
	}
	// x = Aᵀz
	x := make([]float64, n)
	for k := range x {
		sum := real(0)
		for i := range z {
			sum.Add(sum, product(real(a.At(i, k)), z[i]))
		}
		x[k], _ = sum.Float64()
	}
	return x, nil
}
