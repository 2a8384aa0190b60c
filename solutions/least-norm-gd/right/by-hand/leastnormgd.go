// Package leastnormgd solves the exercise with slices alone: Cholesky factorisation of AAᵀ, its largest eigenvalue by
// Jacobi rotations, gradient descent that ends once a step changes nothing any more.
package leastnormgd

import (
	"errors"
	"fmt"
	"math"
)

// LeastNorm solves AAᵀz = y and returns Aᵀz.
func LeastNorm(a [][]float64, y []float64) ([]float64, error) {
	if err := check(a); err != nil {
		return nil, err
	}
	if len(y) != len(a) || bad(y) {
		return nil, fmt.Errorf("y = %v does not fit %d rows", y, len(a))
	}
	if len(a) > len(a[0]) {
		return nil, errors.New("more equations than unknowns")
	}
	s := scale(a)
	if s == 0 {
		return nil, errors.New("the matrix is zero")
	}
	L := gram(a, s)
	m := len(L)
	tol := 0.0
	for i := range m {
		tol = max(tol, 1e-12*L[i][i]) // 10⁻¹² on squares is 10⁻⁶ on singular values
	}
	for j := range m {
		for k := range j {
			L[j][j] -= L[j][k] * L[j][k]
		}
		if !(L[j][j] > tol) {
			return nil, fmt.Errorf("equation %d depends on those before it", j)
		}
		L[j][j] = math.Sqrt(L[j][j])
		for i := j + 1; i < m; i++ {
			for k := range j {
				L[i][j] -= L[i][k] * L[j][k]
			}
			L[i][j] /= L[j][j]
		}
	}
	z := make([]float64, m)
	for i := range m {
		z[i] = y[i] / s
		for k := range i {
			z[i] -= L[i][k] * z[k]
		}
		z[i] /= L[i][i]
	}
	for i := m - 1; i >= 0; i-- {
		for k := i + 1; k < m; k++ {
			z[i] -= L[k][i] * z[k]
		}
		z[i] /= L[i][i]
	}
	x := make([]float64, len(a[0]))
	for i := range a {
		for j := range x {
			x[j] += a[i][j] / s * z[i]
		}
	}
	return x, nil
}

// StepLimit diagonalises AAᵀ by cyclic Jacobi rotations.
func StepLimit(a [][]float64) (float64, error) {
	if err := check(a); err != nil {
		return 0, err
	}
	s := scale(a)
	if s == 0 {
		return math.Inf(1), nil
	}
	G := gram(a, s)
	m := len(G)
	for range 60 {
		off := 0.0
		for p := range m {
			for q := p + 1; q < m; q++ {
				if G[p][q] == 0 {
					continue
				}
				off += math.Abs(G[p][q])
				h := (G[q][q] - G[p][p]) / (2 * G[p][q])
				t := 1 / (math.Abs(h) + math.Hypot(h, 1))
				if h < 0 {
					t = -t
				}
				c := 1 / math.Hypot(t, 1)
				d := t * c
				for k := range m {
					G[k][p], G[k][q] = c*G[k][p]-d*G[k][q], d*G[k][p]+c*G[k][q]
				}
				for k := range m {
					G[p][k], G[q][k] = c*G[p][k]-d*G[q][k], d*G[p][k]+c*G[q][k]
				}
			}
		}
		if off < 1e-15 {
			break
		}
	}
	top := 0.0
	for i := range m {
		top = max(top, G[i][i])
	}
	return 2 / top / s / s, nil
}

// GradientDescent computes the whole residual first, then one coordinate after the other.
func GradientDescent(a [][]float64, b, x0 []float64, step float64, iters int) ([]float64, error) {
	limit, err := StepLimit(a)
	if err != nil {
		return nil, err
	}
	switch {
	case len(b) != len(a) || bad(b):
		return nil, fmt.Errorf("b = %v does not fit %d rows", b, len(a))
	case len(x0) != len(a[0]) || bad(x0):
		return nil, fmt.Errorf("x0 = %v does not fit %d columns", x0, len(a[0]))
	case !(0 < step && step < limit):
		return nil, fmt.Errorf("gradient descent needs a step between 0 and %v, not %v", limit, step)
	case iters < 0:
		return nil, fmt.Errorf("%d steps", iters)
	}
	x := make([]float64, len(x0))
	copy(x, x0)
	r := make([]float64, len(b))
	for moved := true; moved && iters > 0; iters-- {
		for i := range a {
			r[i] = -b[i]
			for j := range x {
				r[i] += a[i][j] * x[j]
			}
		}
		moved = false
		for j := range x {
			g := 0.0
			for i := range a {
				g += a[i][j] * r[i]
			}
			next := x[j] - step*g
			moved = moved || next != x[j]
			x[j] = next
		}
	}
	return x, nil
}

// Limit adds to x₀ the shortest correction that makes it a solution.
func Limit(a [][]float64, b, x0 []float64) ([]float64, error) {
	if err := check(a); err != nil {
		return nil, err
	}
	if len(b) != len(a) || len(x0) != len(a[0]) || bad(x0) {
		return nil, errors.New("b or x0 does not fit A")
	}
	lack := make([]float64, len(b))
	for i := range a {
		lack[i] = b[i]
		for j := range x0 {
			lack[i] -= a[i][j] * x0[j]
		}
	}
	x, err := LeastNorm(a, lack)
	for j := range x {
		x[j] += x0[j]
	}
	return x, err
}

// scale returns the largest |aᵢⱼ|.
func scale(a [][]float64) (s float64) {
	for _, row := range a {
		for _, v := range row {
			s = max(s, math.Abs(v))
		}
	}
	return s
}

// gram returns (A/s)(A/s)ᵀ.
func gram(a [][]float64, s float64) [][]float64 {
	g := make([][]float64, len(a))
	for i := range a {
		g[i] = make([]float64, len(a))
		for j := range a {
			for k := range a[i] {
				g[i][j] += a[i][k] / s * (a[j][k] / s)
			}
		}
	}
	return g
}

func check(a [][]float64) error {
	if len(a) == 0 || len(a[0]) == 0 {
		return errors.New("the matrix is empty")
	}
	for _, row := range a {
		if len(row) != len(a[0]) || bad(row) {
			return fmt.Errorf("row %v is of another length or not finite", row)
		}
	}
	return nil
}

func bad(v []float64) bool {
	for _, e := range v {
		if math.IsNaN(e) || math.IsInf(e, 0) {
			return true
		}
	}
	return false
}
