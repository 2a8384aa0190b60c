// Mistake: threshold-first: the threshold comes before the gradient step
package ista

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

var errInput = errors.New("exercise ista: the input has no result")

// numbers errs if an entry is not finite.
func numbers(v ...float64) error {
	for i, a := range v {
		if math.IsNaN(a) || math.IsInf(a, 0) {
			return fmt.Errorf("%w: number %d is %v", errInput, i, a)
		}
	}
	return nil
}

// dictionary errs if w is empty, ragged or not finite.
func dictionary(w [][]float64) error {
	if len(w) == 0 || len(w[0]) == 0 {
		return fmt.Errorf("%w: w is empty", errInput)
	}
	for i, row := range w {
		if len(row) != len(w[0]) {
			return fmt.Errorf("%w: row %d of w has %d entries, row 0 has %d", errInput, i, len(row), len(w[0]))
		}
		if err := numbers(row...); err != nil {
			return err
		}
	}
	return nil
}

// input errs unless w, x and alpha make a problem.
func input(w [][]float64, x []float64, alpha float64) error {
	if err := dictionary(w); err != nil {
		return err
	}
	if len(x) != len(w) {
		return fmt.Errorf("%w: x has %d entries, w %d rows", errInput, len(x), len(w))
	}
	if !(alpha >= 0) || math.IsInf(alpha, 0) {
		return fmt.Errorf("%w: α = %v", errInput, alpha)
	}
	return numbers(x...)
}

// SoftThreshold returns h_θ(v).
func SoftThreshold(v []float64, theta float64) ([]float64, error) {
	if !(theta >= 0) || math.IsInf(theta, 0) {
		return nil, fmt.Errorf("%w: θ = %v", errInput, theta)
	}
	if err := numbers(v...); err != nil {
		return nil, err
	}
	return threshold(slices.Clone(v), theta), nil
}

// threshold changes v into h_θ(v).
func threshold(v []float64, theta float64) []float64 {
	for i, a := range v {
		v[i] = math.Copysign(math.Max(math.Abs(a)-theta, 0), a)
	}
	return v
}

// residual is x − Wz.
func residual(w [][]float64, x, z []float64) []float64 {
	r := slices.Clone(x)
	for i, row := range w {
		r[i] -= floats.Dot(row, z)
	}
	return r
}

// Energy returns ½‖x − Wz‖² + α‖z‖₁.
func Energy(w [][]float64, x, z []float64, alpha float64) (float64, error) {
	if err := input(w, x, alpha); err != nil {
		return 0, err
	}
	if len(z) != len(w[0]) {
		return 0, fmt.Errorf("%w: z has %d entries, w %d columns", errInput, len(z), len(w[0]))
	}
	if err := numbers(z...); err != nil {
		return 0, err
	}
	return energy(w, x, z, alpha), nil
}

func energy(w [][]float64, x, z []float64, alpha float64) float64 {
	r := residual(w, x, z)
	return 0.5*floats.Dot(r, r) + alpha*floats.Norm(z, 1)
}

// Lipschitz returns λ_max(WᵀW).
func Lipschitz(w [][]float64) (float64, error) {
	if err := dictionary(w); err != nil {
		return 0, err
	}
	var svd mat.SVD
	if !svd.Factorize(mat.NewDense(len(w), len(w[0]), slices.Concat(w...)), mat.SVDNone) {
		return 0, fmt.Errorf("%w: no singular values", errInput)
	}
	s := svd.Values(nil)[0]
	return s * s, nil
}

// step is h_{α/L}(y + (1/L)Wᵀ(x − Wy)).
func step(w [][]float64, x, y []float64, alpha, l float64) []float64 {
	v := threshold(slices.Clone(y), alpha/l)
	y = slices.Clone(v)
	for i, r := range residual(w, x, y) {
		floats.AddScaled(v, r/l, w[i])
	}
	return v
}

// ISTA runs ISTA from 0.
func ISTA(w [][]float64, x []float64, alpha, l float64, steps int) (z, energies []float64, err error) {
	if z, energies, err = start(w, x, alpha, l, steps); err != nil {
		return nil, nil, err
	}
	for range steps {
		z = step(w, x, z, alpha, l)
		energies = append(energies, energy(w, x, z, alpha))
	}
	if err := numbers(energies...); err != nil {
		return nil, nil, err
	}
	return z, energies, nil
}

// start checks the arguments, and gives z₀ and its energy.
func start(w [][]float64, x []float64, alpha, l float64, steps int) (z, energies []float64, err error) {
	if err := input(w, x, alpha); err != nil {
		return nil, nil, err
	}
	if !(l > 0) || math.IsInf(l, 0) || steps < 0 {
		return nil, nil, fmt.Errorf("%w: L = %v, %d steps", errInput, l, steps)
	}
	z = make([]float64, len(w[0]))
	return z, []float64{energy(w, x, z, alpha)}, nil
}

// FISTA runs FISTA from 0.
func FISTA(w [][]float64, x []float64, alpha, l float64, steps int) (z, energies []float64, err error) {
	if z, energies, err = start(w, x, alpha, l, steps); err != nil {
		return nil, nil, err
	}
	y, t := slices.Clone(z), 1.0
	for range steps {
		before := z
		z = step(w, x, y, alpha, l)
		energies = append(energies, energy(w, x, z, alpha))
		after := (1 + math.Sqrt(1+4*t*t)) / 2
		// y = z + (t − 1)/t₊ · (z − before)
		y = slices.Clone(z)
		floats.AddScaled(y, (t-1)/after, z)
		floats.AddScaled(y, -(t-1)/after, before)
		t = after
	}
	if err := numbers(energies...); err != nil {
		return nil, nil, err
	}
	return z, energies, nil
}
