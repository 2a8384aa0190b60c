// Mistake: dot-ignores-length: two lengths are taken.
package sample

import (
	"errors"
	"math"
	"slices"
)

func Scale(v []float64, c float64) ([]float64, error) {
	if math.IsNaN(c) {
		return nil, errors.New("c is NaN")
	}
	r := make([]float64, len(v))
	for i, x := range v {
		r[i] = c * x
	}
	return r, nil
}

func Dot(a, b []float64) (float64, error) {
	s := 0.0
	for i := range a {
		s += a[i] * b[i]
	}
	return s, nil
}

func Minimum(grad func(x []float64) []float64, x0 []float64, step float64, n int) ([]float64, error) {
	x := slices.Clone(x0)
	for range n {
		for i, g := range grad(x) {
			x[i] -= step * g
		}
	}
	return x, nil
}
