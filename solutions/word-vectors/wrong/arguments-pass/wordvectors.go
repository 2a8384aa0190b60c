// Mistake: arguments-pass: α may be anything
package wordvectors

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Cooccurrence counts each pair of places once in both directions.
func Cooccurrence(ids []int, n, window int) ([][]float64, error) {
	if n < 1 || window < 1 {
		return nil, fmt.Errorf("n = %d and window = %d must be at least 1", n, window)
	}
	for t, i := range ids {
		if i < 0 || i >= n {
			return nil, fmt.Errorf("the word at place %d is %d, not in 0 … %d", t, i, n-1)
		}
	}
	counts := table(n, n)
	for t, i := range ids {
		for d := 1; d <= window && t+d < len(ids); d++ {
			j := ids[t+d]
			counts[i][j]++
			counts[j][i]++
		}
	}
	return counts, nil
}

// PPMI works on counts divided by the largest, so that no product leaves the range.
func PPMI(counts [][]float64, alpha float64) ([][]float64, error) {
	most, err := check(counts)
	if err != nil {
		return nil, err
	}
	if alpha > 2 {
		return nil, fmt.Errorf("α = %g is not in (0, 1]", alpha)
	}
	if slices.ContainsFunc(counts, func(r []float64) bool { return slices.Min(r) < 0 }) {
		return nil, errors.New("a count is negative")
	}
	if most == 0 {
		return nil, errors.New("all counts are 0")
	}
	rows, columns, all := make([]float64, len(counts)), make([]float64, len(counts[0])), 0.0
	for i, r := range counts {
		for j, v := range r {
			rows[i] += v / most
			columns[j] += v / most
			all += v / most
		}
	}
	smooth := 0.0 // Σ_k N_·k^α
	for _, v := range columns {
		smooth += math.Pow(v, alpha)
	}
	out := table(len(rows), len(columns))
	for i, r := range counts {
		for j, v := range r {
			if v > 0 {
				// log p(i, j) − log p(i) − log p_α(j)
				pmi := math.Log(v/most/all) - math.Log(rows[i]/all) - math.Log(math.Pow(columns[j], alpha)/smooth)
				out[i][j] = math.Max(0, pmi)
			}
		}
	}
	return out, nil
}

// Cosine is the product of the unit vectors.
func Cosine(u, v []float64) (float64, error) {
	if _, err := check([][]float64{u, v}); err != nil {
		return 0, err
	}
	a, ok := unit(u)
	b, ok2 := unit(v)
	if !ok || !ok2 {
		return 0, errors.New("a vector is zero")
	}
	return dot(a, b), nil
}

// Analogy compares each word's unit vector with the sum; the sum's own length changes no order.
func Analogy(vectors [][]float64, a, b, c int) (int, error) {
	if _, err := check(vectors); err != nil {
		return 0, err
	}
	sum := make([]float64, len(vectors[0]))
	for k, w := range []int{a, b, c} {
		if w < 0 || w >= len(vectors) {
			return 0, fmt.Errorf("there is no word %d", w)
		}
		u, ok := unit(vectors[w])
		if !ok {
			return 0, fmt.Errorf("the vector of word %d is zero", w)
		}
		sign := []float64{-1, 1, 1}[k]
		for j := range sum {
			sum[j] += sign * u[j]
		}
	}
	best, at := math.Inf(-1), -1
	for d, v := range vectors {
		if d == a || d == b || d == c {
			continue
		}
		if u, ok := unit(v); ok && dot(u, sum) > best {
			best, at = dot(u, sum), d
		}
	}
	if at < 0 {
		return 0, errors.New("no word is left")
	}
	return at, nil
}

// check gives the largest magnitude of a table, and an error if it is no table of finite numbers.
func check(x [][]float64) (most float64, err error) {
	if len(x) == 0 || len(x[0]) == 0 {
		return 0, errors.New("an empty table")
	}
	for i, r := range x {
		if len(r) != len(x[0]) {
			return 0, fmt.Errorf("row %d has %d entries, row 0 has %d", i, len(r), len(x[0]))
		}
		for j, v := range r {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return 0, fmt.Errorf("entry (%d, %d) is %g", i, j, v)
			}
			most = math.Max(most, math.Abs(v))
		}
	}
	return most, nil
}

// unit is v/‖v‖; not ok if v is zero.
func unit(v []float64) (u []float64, ok bool) {
	most := 0.0
	for _, x := range v {
		most = math.Max(most, math.Abs(x))
	}
	u = slices.Clone(v)
	if most == 0 {
		return u, false
	}
	for j := range u {
		u[j] /= most
	}
	n := math.Sqrt(dot(u, u))
	for j := range u {
		u[j] /= n
	}
	return u, true
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
