// Mistake: gradient-mask: the gradient is that of full attention
package attention

import (
	"errors"
	"fmt"
	"math"
)

// Attend averages the values with the weights.
func Attend(q, k, v [][]float64, causal bool) (o, a [][]float64, err error) {
	if err := check(q, k, v, causal); err != nil {
		return nil, nil, err
	}
	a = weights(q, k, causal)
	o = table(len(q), len(v[0]))
	for i := range a {
		for j, w := range a[i] {
			for c := range v[j] {
				o[i][c] += w * v[j][c]
			}
		}
	}
	return o, a, nil
}

// weights is softmax(QKᵀ/√d), row by row, over what a place sees.
func weights(q, k [][]float64, causal bool) [][]float64 {
	a := table(len(q), len(k))
	root := math.Sqrt(float64(len(q[0])))
	for i, row := range a {
		sees := len(k)
		if causal {
			sees = i + 1
		}
		top := math.Inf(-1)
		for j := range sees {
			row[j] = dot(q[i], k[j]) / root
			top = math.Max(top, row[j])
		}
		sum := 0.0
		for j := range sees {
			row[j] = math.Exp(row[j] - top)
			sum += row[j]
		}
		for j := range sees {
			row[j] /= sum
		}
	}
	return a
}

// Gradient goes back through the three steps.
func Gradient(q, k, v [][]float64, causal bool, dO [][]float64) (dQ, dK, dV [][]float64, err error) {
	if err := check(q, k, v, causal); err != nil {
		return nil, nil, nil, err
	}
	if err := finite("dO", dO); err != nil {
		return nil, nil, nil, err
	}
	if len(dO) != len(q) || len(dO[0]) != len(v[0]) {
		return nil, nil, nil, fmt.Errorf("dO is %d×%d, O is %d×%d", len(dO), len(dO[0]), len(q), len(v[0]))
	}
	a := weights(q, k, false)
	root := math.Sqrt(float64(len(q[0])))
	dQ, dK, dV = table(len(q), len(q[0])), table(len(k), len(k[0])), table(len(v), len(v[0]))
	for i := range a {
		dA, mean := make([]float64, len(k)), 0.0
		for j := range dA {
			dA[j] = dot(dO[i], v[j])
			mean += a[i][j] * dA[j]
		}
		for j := range dA {
			dS := a[i][j] * (dA[j] - mean)
			for c := range dQ[i] {
				dQ[i][c] += dS * k[j][c] / root
				dK[j][c] += dS * q[i][c] / root
			}
			for c := range dV[j] {
				dV[j][c] += a[i][j] * dO[i][c]
			}
		}
	}
	return dQ, dK, dV, nil
}

// MultiHead calls Attend for each block of columns.
func MultiHead(q, k, v [][]float64, heads int, causal bool) ([][]float64, error) {
	if err := check(q, k, v, causal); err != nil {
		return nil, err
	}
	d, e := len(q[0]), len(v[0])
	if heads < 1 || d%heads != 0 || e%heads != 0 {
		return nil, fmt.Errorf("%d heads do not divide the widths %d and %d", heads, d, e)
	}
	out := table(len(q), e)
	for h := range heads {
		o, _, err := Attend(block(q, h, heads), block(k, h, heads), block(v, h, heads), causal)
		if err != nil {
			return nil, err
		}
		for i := range o {
			copy(out[i][h*e/heads:], o[i])
		}
	}
	return out, nil
}

// block is a view of block h of the columns.
func block(x [][]float64, h, heads int) [][]float64 {
	w := len(x[0]) / heads
	out := make([][]float64, len(x))
	for i, r := range x {
		out[i] = r[h*w : (h+1)*w]
	}
	return out
}

func check(q, k, v [][]float64, causal bool) error {
	for i, m := range [][][]float64{q, k, v} {
		if err := finite([]string{"Q", "K", "V"}[i], m); err != nil {
			return err
		}
	}
	switch {
	case len(q[0]) != len(k[0]):
		return fmt.Errorf("queries of width %d, keys of width %d", len(q[0]), len(k[0]))
	case len(k) != len(v):
		return fmt.Errorf("%d keys, %d values", len(k), len(v))
	case causal && len(q) != len(k):
		return fmt.Errorf("causal, with %d queries and %d keys", len(q), len(k))
	}
	return nil
}

func finite(name string, m [][]float64) error {
	if len(m) == 0 || len(m[0]) == 0 {
		return errors.New(name + " is empty")
	}
	for i, r := range m {
		if len(r) != len(m[0]) {
			return fmt.Errorf("%s: row %d has %d entries, row 0 has %d", name, i, len(r), len(m[0]))
		}
		for j, x := range r {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return fmt.Errorf("%s: entry (%d, %d) is %g", name, i, j, x)
			}
		}
	}
	return nil
}

func dot(u, v []float64) float64 {
	s := 0.0
	for j := range u {
		s += u[j] * v[j]
	}
	return s
}

func table(rows, columns int) [][]float64 {
	t := make([][]float64, rows)
	for i := range t {
		t[i] = make([]float64, columns)
	}
	return t
}
