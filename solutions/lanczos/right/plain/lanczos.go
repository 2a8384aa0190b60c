// Package lanczos without gonum: eigenvalues by Jacobi's rotations.
package lanczos

import (
	"errors"
	"math"
	"sort"
)

var errInput = errors.New("not an input of this exercise")

func bad(v ...float64) bool {
	for _, x := range v {
		if x-x != 0 {
			return true
		}
	}
	return false
}

func dot(x, y []float64) (s float64) {
	for i := range x {
		s += x[i] * y[i]
	}
	return s
}

func length(x []float64) float64 {
	top := 0.0
	for _, v := range x {
		top = math.Max(top, math.Abs(v))
	}
	if top == 0 {
		return 0
	}
	s := 0.0
	for _, v := range x {
		s += v / top * (v / top)
	}
	return top * math.Sqrt(s)
}

func over(x []float64, d float64) []float64 {
	y := make([]float64, len(x))
	for i := range x {
		y[i] = x[i] / d
	}
	return y
}

func apply(matvec func(v []float64) []float64, v []float64) ([]float64, error) {
	w := over(matvec(over(v, 1)), 1)
	if len(w) != len(v) || bad(w...) {
		return nil, errInput
	}
	return w, nil
}

// Lanczos keeps the row before the last in mind, and cleans with all rows.
func Lanczos(matvec func(v []float64) []float64, start []float64, k int) (alpha, beta []float64, q [][]float64, err error) {
	if bad(start...) || k < 1 || length(start) == 0 {
		return nil, nil, nil, errInput
	}
	next, scale := over(start, length(start)), 0.0
	for {
		q = append(q, next)
		w, err := apply(matvec, next)
		if err != nil {
			return nil, nil, nil, err
		}
		alpha = append(alpha, dot(next, w))
		scale = math.Max(scale, length(w))
		if len(alpha) == min(k, len(start)) {
			return alpha, beta, q, nil
		}
		for round := 0; round < 3; round++ {
			for i := len(q) - 1; i >= 0; i-- {
				c := dot(q[i], w)
				for j := range w {
					w[j] -= c * q[i][j]
				}
			}
		}
		b := length(w)
		if b <= 1e-10*scale {
			return alpha, beta, q, nil
		}
		beta = append(beta, b)
		next = over(w, b)
	}
}

// Quadrature rotates the matrix until it is diagonal, and the first unit vector with it.
func Quadrature(alpha, beta []float64) (nodes, weights []float64, err error) {
	m := len(alpha)
	if m == 0 || len(beta) != m-1 || bad(alpha...) || bad(beta...) {
		return nil, nil, errInput
	}
	size := math.Max(length(alpha), length(beta))
	if size == 0 {
		size = 1
	}
	t := make([][]float64, m)
	for i := range t {
		t[i] = make([]float64, m)
	}
	for i := range t {
		t[i][i] = alpha[i] / size
		if i+1 < m {
			t[i][i+1], t[i+1][i] = beta[i]/size, beta[i]/size
		}
	}
	e := make([]float64, m) // first entries of the eigenvectors
	e[0] = 1
	for sweep := 0; sweep < 60; sweep++ {
		for p := 0; p < m; p++ {
			for r := p + 1; r < m; r++ {
				if t[p][r] == 0 {
					continue
				}
				h := (t[r][r] - t[p][p]) / (2 * t[p][r])
				tan := 1 / (math.Abs(h) + math.Hypot(h, 1))
				if h < 0 {
					tan = -tan
				}
				c := 1 / math.Hypot(tan, 1)
				s := tan * c
				for i := range t {
					t[i][p], t[i][r] = c*t[i][p]-s*t[i][r], s*t[i][p]+c*t[i][r]
				}
				for i := range t {
					t[p][i], t[r][i] = c*t[p][i]-s*t[r][i], s*t[p][i]+c*t[r][i]
				}
				e[p], e[r] = c*e[p]-s*e[r], s*e[p]+c*e[r]
			}
		}
	}
	order := make([]int, m)
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(i, j int) bool { return t[order[i]][order[i]] < t[order[j]][order[j]] })
	for _, i := range order {
		nodes, weights = append(nodes, size*t[i][i]), append(weights, e[i]*e[i])
	}
	return nodes, weights, nil
}

func probesOK(probes [][]float64) bool {
	for _, z := range probes {
		if len(z) == 0 || len(z) != len(probes[0]) || bad(z...) {
			return false
		}
	}
	return len(probes) > 0
}

// Trace averages as it goes.
func Trace(matvec func(v []float64) []float64, probes [][]float64) (mean float64, err error) {
	if !probesOK(probes) {
		return 0, errInput
	}
	for i, z := range probes {
		w, err := apply(matvec, z)
		if err != nil {
			return 0, err
		}
		mean += (dot(z, w) - mean) / float64(i+1)
	}
	return mean, nil
}

// TraceOf averages as it goes.
func TraceOf(matvec func(v []float64) []float64, f func(x float64) float64, probes [][]float64, k int) (mean float64, err error) {
	if !probesOK(probes) {
		return 0, errInput
	}
	for i, z := range probes {
		alpha, beta, _, err := Lanczos(matvec, z, k)
		if err != nil {
			return 0, err
		}
		nodes, weights, err := Quadrature(alpha, beta)
		if err != nil {
			return 0, err
		}
		value := 0.0
		for j := range nodes {
			y := f(nodes[j])
			if bad(y) {
				return 0, errInput
			}
			value += weights[j] * y
		}
		l := length(z)
		mean += (l*l*value - mean) / float64(i+1)
	}
	return mean, nil
}
