// Package ista solves the exercise with one loop for both methods, on gonum's matrices.
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

// ISTA runs ISTA from 0.
func ISTA(w [][]float64, x []float64, alpha, l float64, steps int) (z, energies []float64, err error) {
	return run(w, x, alpha, l, steps, func(t float64) float64 { return 1 })
}

// FISTA runs FISTA from 0.
func FISTA(w [][]float64, x []float64, alpha, l float64, steps int) (z, energies []float64, err error) {
	return run(w, x, alpha, l, steps, func(t float64) float64 { return 0.5 + math.Sqrt(0.25+t*t) })
}

// run takes the steps of both; t stays 1 for ISTA, and with it the momentum 0.
func run(w [][]float64, x []float64, alpha, l float64, steps int, grow func(t float64) float64) (z, energies []float64, err error) {
	if err := input(w, x, alpha); err != nil {
		return nil, nil, err
	}
	if !(l > 0 && l <= math.MaxFloat64) || steps < 0 {
		return nil, nil, fmt.Errorf("%w: L = %v, %d steps", errInput, l, steps)
	}
	n, m := len(w), len(w[0])
	dense, target := mat.NewDense(n, m, slices.Concat(w...)), mat.NewVecDense(n, x)
	zk, y := mat.NewVecDense(m, nil), mat.NewVecDense(m, nil)
	energies = append(energies, energy(w, x, zk.RawVector().Data, alpha))
	for t := 1.0; len(energies) <= steps; {
		var r, g, difference, next mat.VecDense
		r.MulVec(dense, y)
		r.SubVec(target, &r)
		g.MulVec(dense.T(), &r)
		next.AddScaledVec(y, 1/l, &g)
		threshold(next.RawVector().Data, alpha/l)
		energies = append(energies, energy(w, x, next.RawVector().Data, alpha))
		after := grow(t)
		difference.SubVec(&next, zk)
		y.AddScaledVec(&next, (t-1)/after, &difference)
		zk.CopyVec(&next)
		t = after
	}
	if err := numbers(energies...); err != nil {
		return nil, nil, err
	}
	return zk.RawVector().Data, energies, nil
}
