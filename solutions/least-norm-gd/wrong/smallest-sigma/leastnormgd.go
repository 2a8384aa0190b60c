// Mistake: smallest-sigma: the smallest singular value is taken for the largest

package leastnormgd

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// relTol tells a singular value from what rounding leaves of zero, relative to the largest one.
const relTol = 1e-12

// LeastNorm returns x_ln = Aᵀ(AAᵀ)⁻¹y = Σᵢ (uᵢᵀy/σᵢ)vᵢ.
func LeastNorm(a [][]float64, y []float64) ([]float64, error) {
	A, err := matrix(a)
	if err != nil {
		return nil, err
	}
	m, n := A.Dims()
	if err := vector("y", y, m); err != nil {
		return nil, err
	}
	if m > n {
		return nil, fmt.Errorf("a %d×%d matrix has no full row rank", m, n)
	}
	var svd mat.SVD
	if !svd.Factorize(A, mat.SVDThin) {
		return nil, fmt.Errorf("the SVD did not converge")
	}
	sigma := svd.Values(nil)
	if !(sigma[m-1] > relTol*sigma[0]) {
		return nil, fmt.Errorf("no full row rank: singular values from %g down to %g", sigma[0], sigma[m-1])
	}
	var u, v mat.Dense
	svd.UTo(&u)
	svd.VTo(&v)
	x := make([]float64, n)
	for i, s := range sigma {
		ui, vi := mat.Col(nil, i, &u), mat.Col(nil, i, &v)
		// x ← x + (uᵢᵀy/σᵢ)vᵢ
		floats.AddScaled(x, floats.Dot(ui, y)/s, vi)
	}
	return x, nil
}

// StepLimit returns 2/σ².
func StepLimit(a [][]float64) (float64, error) {
	A, err := matrix(a)
	if err != nil {
		return 0, err
	}
	var svd mat.SVD
	if !svd.Factorize(A, mat.SVDNone) {
		return 0, fmt.Errorf("the SVD did not converge")
	}
	values := svd.Values(nil)
	s := values[len(values)-1]
	return 2 / (s * s), nil
}

// GradientDescent takes iters steps x ← x − step·Aᵀ(Ax − b) from x0.
func GradientDescent(a [][]float64, b, x0 []float64, step float64, iters int) ([]float64, error) {
	if err := system(a, b, x0); err != nil {
		return nil, err
	}
	limit, err := StepLimit(a)
	if err != nil {
		return nil, err
	}
	if !(step > 0) || step >= limit {
		return nil, fmt.Errorf("step %g is outside (0, %g)", step, limit)
	}
	if iters < 0 {
		return nil, fmt.Errorf("%d iterations", iters)
	}
	x := append([]float64(nil), x0...)
	g := make([]float64, len(x0))
	for range iters {
		clear(g)
		for i, row := range a {
			// rᵢ = aᵢᵀx − bᵢ, g ← g + rᵢaᵢ
			floats.AddScaled(g, floats.Dot(row, x)-b[i], row)
		}
		// x ← x − μg
		floats.AddScaled(x, -step, g)
	}
	return x, nil
}

// Limit returns V₂V₂ᵀx₀ + x_ln = x₀ + A⁺(b − Ax₀).
func Limit(a [][]float64, b, x0 []float64) ([]float64, error) {
	if err := system(a, b, x0); err != nil {
		return nil, err
	}
	rest := make([]float64, len(b))
	for i, row := range a {
		rest[i] = b[i] - floats.Dot(row, x0)
	}
	x, err := LeastNorm(a, rest)
	if err != nil {
		return nil, err
	}
	floats.Add(x, x0)
	return x, nil
}

// matrix checks A and returns a copy of it.
func matrix(a [][]float64) (*mat.Dense, error) {
	if len(a) == 0 || len(a[0]) == 0 {
		return nil, fmt.Errorf("A is empty")
	}
	A := mat.NewDense(len(a), len(a[0]), nil)
	for i, row := range a {
		if err := vector(fmt.Sprintf("row %d of A", i), row, len(a[0])); err != nil {
			return nil, err
		}
		A.SetRow(i, row)
	}
	return A, nil
}

// vector checks the length and the entries of v.
func vector(name string, v []float64, n int) error {
	if len(v) != n {
		return fmt.Errorf("%s has %d entries, want %d", name, len(v), n)
	}
	for i, e := range v {
		if math.IsNaN(e) || math.IsInf(e, 0) {
			return fmt.Errorf("entry %d of %s is %v", i, name, e)
		}
	}
	return nil
}

// system checks A, b and x₀.
func system(a [][]float64, b, x0 []float64) error {
	A, err := matrix(a)
	if err != nil {
		return err
	}
	m, n := A.Dims()
	if err := vector("b", b, m); err != nil {
		return err
	}
	return vector("x₀", x0, n)
}
