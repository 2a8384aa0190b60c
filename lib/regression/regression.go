// Package regression fits functions by least squares, one hypothesis space a file:
//
//	file           space                                          parameters
//	polynomial.go  H_p: f(x) = Σ_{k≤p} c_k x^k                    p + 1
//	kernelridge.go H_K: f(x) = Σ_i α_i K(x, x_i)                  one a training point
//	features.go    f(x) = Σ_j v_j φ(ω_j·x + b_j), ω, b drawn      N
//
// In each the unknown coefficients enter linearly, so that the best ones are the solution of a linear system and no
// iteration is needed. (Where ω is learnt as well, the fit is no longer linear: that is package mlp.)
package regression

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Model is a fitted function.
type Model interface {
	Predict(x []float64) float64 // x has the length of the training inputs
}

// MeanSquared returns the mean of (f(x_i) − y_i)². It panics if x and y differ in length or are empty.
func MeanSquared(m Model, x [][]float64, y []float64) float64 {
	if len(x) != len(y) || len(x) == 0 {
		panic(fmt.Sprintf("regression: MeanSquared of %d inputs and %d outputs", len(x), len(y)))
	}
	s := 0.0
	for i := range x {
		d := m.Predict(x[i]) - y[i]
		s += d * d
	}
	return s / float64(len(x))
}

// check refuses training data that no function can be fitted to: none, rows of different lengths, NaN and infinity.
func check(x [][]float64, y []float64) error {
	if len(x) == 0 || len(x) != len(y) {
		return fmt.Errorf("regression: %d inputs and %d outputs: give as many of both, and at least one", len(x), len(y))
	}
	for i, row := range x {
		if len(row) != len(x[0]) || len(row) == 0 {
			return fmt.Errorf("regression: input %d has %d coordinates, input 0 has %d", i, len(row), len(x[0]))
		}
		for j, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("regression: input %d, coordinate %d is %v", i, j, v)
			}
		}
		if math.IsNaN(y[i]) || math.IsInf(y[i], 0) {
			return fmt.Errorf("regression: output %d is %v", i, y[i])
		}
	}
	return nil
}

// Ridge solves min_c ‖Φc − y‖² + λ‖c‖² by the QR factorisation of [Φ; √λ I], which unlike ΦᵀΦ does not square the
// condition number. Φ is [n, p]; with λ = 0 it needs n ≥ p.
func Ridge(phi *mat.Dense, y []float64, lambda float64) ([]float64, error) {
	n, p := phi.Dims()
	if !(lambda >= 0) || math.IsInf(lambda, 0) {
		return nil, fmt.Errorf("regression: a ridge of %v: it must be finite and not negative", lambda)
	}
	rows := n
	if lambda > 0 {
		rows += p
	}
	if rows < p {
		return nil, fmt.Errorf("regression: %d coefficients for %d points: take more points, fewer coefficients, or a ridge over 0", p, n)
	}
	a, b := mat.NewDense(rows, p, nil), mat.NewVecDense(rows, nil)
	a.Slice(0, n, 0, p).(*mat.Dense).Copy(phi)
	for i, v := range y {
		b.SetVec(i, v)
	}
	for j := n; j < rows; j++ {
		a.Set(j, j-n, math.Sqrt(lambda))
	}
	var qr mat.QR
	qr.Factorize(a)
	var c mat.VecDense
	if err := qr.SolveVecTo(&c, false, b); err != nil {
		return nil, fmt.Errorf("regression: the coefficients are not determined (condition number %.1e): take fewer of them, or a ridge over 0", qr.Cond())
	}
	return c.RawVector().Data, nil
}
