// Mistake: arguments-pass: alpha = 0 is accepted
package naivebayes

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Gaussian returns log p(c | q) with p(q_j | c) = N(q_j; μ_cj, σ²_cj).
func Gaussian(x [][]float64, y []int, classes int, floor float64, queries [][]float64) ([][]float64, error) {
	n, err := examine(x, y, classes, floor, queries, func(float64) bool { return true })
	if err != nil {
		return nil, err
	}
	mean, variance := sums(x, y, classes), table(classes, len(x[0]))
	for c := range mean {
		for j := range mean[c] {
			mean[c][j] /= n[c]
		}
	}
	for i, row := range x {
		for j, v := range row {
			// σ²_cj = (1/n_c) Σ (x_j − μ_cj)² + floor
			dev := v - mean[y[i]][j]
			variance[y[i]][j] += dev * dev / n[y[i]]
		}
	}
	for c := range variance {
		for j := range variance[c] {
			variance[c][j] += floor
		}
	}
	return posteriors(n, queries, func(c, j int, v float64) float64 {
		dev := v - mean[c][j]
		return -(math.Log(2*math.Pi*variance[c][j]) + dev*dev/variance[c][j]) / 2
	}), nil
}

// Bernoulli returns log p(c | q) with p(q_j = 1 | c) = (n_cj + α)/(n_c + 2α).
func Bernoulli(x [][]float64, y []int, classes int, alpha float64, queries [][]float64) ([][]float64, error) {
	n, err := examine(x, y, classes, alpha, queries, func(v float64) bool { return v == 0 || v == 1 })
	if err != nil {
		return nil, err
	}
	yes := sums(x, y, classes)
	return posteriors(n, queries, func(c, j int, v float64) float64 {
		all := n[c] + 2*alpha
		if v == 1 {
			return math.Log((yes[c][j] + alpha) / all)
		}
		return math.Log((n[c] - yes[c][j] + alpha) / all)
	}), nil
}

// Multinomial returns log p(c | q) with θ_cj = (n_cj + α)/(Σ_k n_ck + αd).
func Multinomial(x [][]float64, y []int, classes int, alpha float64, queries [][]float64) ([][]float64, error) {
	n, err := examine(x, y, classes, alpha, queries, func(v float64) bool { return v >= 0 })
	if err != nil {
		return nil, err
	}
	times := sums(x, y, classes)
	words := make([]float64, classes)
	for c := range times {
		for _, v := range times[c] {
			words[c] += v
		}
	}
	return posteriors(n, queries, func(c, j int, v float64) float64 {
		return v * math.Log((times[c][j]+alpha)/(words[c]+alpha*float64(len(x[0]))))
	}), nil
}

// posteriors returns ℓ_c − log Σ_k exp ℓ_k of each query, ℓ_c = log(n_c/n) + Σ_j term(c, j, q_j).
func posteriors(n []float64, queries [][]float64, term func(c, j int, v float64) float64) [][]float64 {
	total := 0.0
	for _, v := range n {
		total += v
	}
	out := table(len(queries), len(n))
	for i, q := range queries {
		l := out[i]
		for c := range l {
			l[c] = math.Log(n[c] / total)
			for j, v := range q {
				l[c] += term(c, j, v)
			}
		}
		// log Σ eˡ = m + log Σ e^(ℓ−m)
		m, sum := slices.Max(l), 0.0
		for _, v := range l {
			sum += math.Exp(v - m)
		}
		for c := range l {
			l[c] -= m + math.Log(sum)
		}
	}
	return out
}

// sums returns Σ x_j over the examples of each class, [classes][d].
func sums(x [][]float64, y []int, classes int) [][]float64 {
	s := table(classes, len(x[0]))
	for i, row := range x {
		for j, v := range row {
			s[y[i]][j] += v
		}
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

// examine checks the arguments and counts the examples of each class.
func examine(x [][]float64, y []int, classes int, positive float64, queries [][]float64, allowed func(v float64) bool) ([]float64, error) {
	if len(x) == 0 || len(x[0]) == 0 || len(y) != len(x) {
		return nil, fmt.Errorf("%d examples with %d labels", len(x), len(y))
	}
	if classes < 1 {
		return nil, fmt.Errorf("%d classes", classes)
	}
	if !(positive >= 0) || math.IsInf(positive, 0) {
		return nil, fmt.Errorf("%v is not positive and finite", positive)
	}
	for _, rows := range [][][]float64{x, queries} {
		for i, row := range rows {
			if len(row) != len(x[0]) {
				return nil, fmt.Errorf("row %d has %d entries, want %d", i, len(row), len(x[0]))
			}
			for j, v := range row {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					return nil, fmt.Errorf("entry (%d, %d) is %v", i, j, v)
				}
				if !allowed(v) {
					return nil, fmt.Errorf("entry (%d, %d) is %v, which the model does not know", i, j, v)
				}
			}
		}
	}
	n := make([]float64, classes)
	for i, c := range y {
		if c < 0 || c >= classes {
			return nil, fmt.Errorf("label %d is %d, want one of %d classes", i, c, classes)
		}
		n[c]++
	}
	if slices.Contains(n, 0) {
		return nil, errors.New("a class has no example")
	}
	return n, nil
}
