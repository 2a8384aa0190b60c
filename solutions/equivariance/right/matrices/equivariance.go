// Everything by permutation matrices: P[i][g[i]] = 1, products of matrices, transposes for inverses.

package equivariance

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

type matrix [][]float64

func of(g []int) (matrix, error) {
	n := len(g)
	p, columns := zeros(n), make([]int, n)
	for i, from := range g {
		if from < 0 || from >= n {
			return nil, fmt.Errorf("entry %d out of range", from)
		}
		p[i][from] = 1
		columns[from]++
	}
	for _, c := range columns {
		if c != 1 {
			return nil, errors.New("no permutation")
		}
	}
	return p, nil
}

func zeros(n int) matrix {
	m := make(matrix, n)
	for i := range m {
		m[i] = make([]float64, n)
	}
	return m
}

func (a matrix) times(b matrix) matrix {
	c := zeros(len(a))
	for i := range c {
		for k, v := range a[i] {
			for j := range c {
				if v != 0 {
					c[i][j] += v * b[k][j]
				}
			}
		}
	}
	return c
}

func (a matrix) t() matrix {
	c := zeros(len(a))
	for i, r := range a {
		for j, v := range r {
			c[j][i] = v
		}
	}
	return c
}

func (a matrix) on(x []float64) []float64 {
	y := make([]float64, len(a))
	for i, r := range a {
		for j, v := range r {
			if v != 0 {
				y[i] += v * x[j]
			}
		}
	}
	return y
}

func (a matrix) in(list []matrix) int {
	return slices.IndexFunc(list, func(b matrix) bool { return slices.EqualFunc(a, b, slices.Equal[[]float64]) })
}

func all(maps [][]int) ([]matrix, error) {
	var list []matrix
	for _, g := range maps {
		p, err := of(g)
		if err != nil {
			return nil, err
		}
		if len(g) == 0 || len(g) != len(maps[0]) || p.in(list) >= 0 {
			return nil, errors.New("a map that does not belong")
		}
		list = append(list, p)
	}
	if len(list) == 0 {
		return nil, errors.New("no maps")
	}
	return list, nil
}

func Axioms(maps [][]int) (bool, bool, bool, error) {
	list, err := all(maps)
	if err != nil {
		return false, false, false, err
	}
	closure, identity, inverse := true, false, true
	for _, a := range list {
		identity = identity || a.times(a).in([]matrix{a}) == 0 // aa = a only for the identity
		inverse = inverse && a.t().in(list) >= 0
		for _, b := range list {
			closure = closure && a.times(b).in(list) >= 0
		}
	}
	return closure, identity, inverse, nil
}

func Features(maps [][]int, w, x []float64) ([]float64, error) {
	list, err := all(maps)
	if err != nil {
		return nil, err
	}
	if len(w) != len(x) || len(x) != len(maps[0]) || !finite(w) || !finite(x) {
		return nil, errors.New("w or x does not fit")
	}
	var out []float64
	for _, a := range list {
		s := 0.0
		for j, v := range a.t().on(x) {
			s += w[j] * v
		}
		out = append(out, s)
	}
	if !finite(out) {
		return nil, errors.New("overflow")
	}
	return out, nil
}

func group(maps [][]int) ([]matrix, error) {
	c, e, i, err := Axioms(maps)
	if err != nil {
		return nil, err
	}
	if !c || !e || !i {
		return nil, errors.New("no group")
	}
	return all(maps)
}

func Permutation(maps [][]int, k int) ([]int, error) {
	list, err := group(maps)
	if err != nil {
		return nil, err
	}
	if k < 0 || k >= len(list) {
		return nil, errors.New("no such element")
	}
	var p []int
	for _, a := range list {
		p = append(p, list[k].t().times(a).in(list))
	}
	return p, nil
}

func Symmetrise(f func(x []float64) []float64, maps [][]int, x []float64) ([]float64, error) {
	list, err := group(maps)
	if err != nil {
		return nil, err
	}
	if len(x) != len(maps[0]) || !finite(x) {
		return nil, errors.New("x does not fit")
	}
	sum := make([]float64, len(x))
	for _, a := range list {
		y := f(a.on(x))
		if len(y) != len(x) || !finite(y) {
			return nil, errors.New("f(gx) does not fit")
		}
		for i, v := range a.t().on(y) {
			sum[i] += v / float64(len(list))
		}
	}
	if !finite(sum) {
		return nil, errors.New("overflow")
	}
	return sum, nil
}

func Relabel(m [][]float64, p []int) ([][]float64, error) {
	a, err := of(p)
	if err != nil {
		return nil, err
	}
	if len(m) == 0 || len(m) != len(p) {
		return nil, errors.New("lengths differ")
	}
	for _, r := range m {
		if len(r) != len(m) || !finite(r) {
			return nil, errors.New("a row does not fit")
		}
	}
	// PM, then (PM)Pᵀ = (P(PM)ᵀ)ᵀ
	return a.times(a.times(m).t()).t(), nil
}

func finite(v []float64) bool {
	return !slices.ContainsFunc(v, func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) })
}
