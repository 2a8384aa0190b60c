// Mistake: nan-passes: NaN is a factor like any other.
package sample

import (
	"errors"
	"slices"
)

func Scale(v []float64, c float64) ([]float64, error) {
	r := make([]float64, len(v))
	for i, x := range v {
		r[i] = c * x
	}
	return r, nil
}

func Dot(a, b []float64) (float64, error) {
	if len(a) != len(b) {
		return 0, errors.New("two lengths")
	}
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
