// Package naivebayes solves the exercise class by class: each class is fitted and asked on its own.
package naivebayes

import (
	"fmt"
	"math"
)

type density func(q []float64) float64 // log p(q | c)

func Gaussian(x [][]float64, y []int, classes int, floor float64, queries [][]float64) ([][]float64, error) {
	fit := func(rows [][]float64) density {
		return func(q []float64) float64 {
			sum := 0.0
			for j, v := range q {
				mean, square := 0.0, 0.0
				for k, row := range rows { // Welford's update
					d := row[j] - mean
					mean += d / float64(k+1)
					square += d * (row[j] - mean)
				}
				s2 := square/float64(len(rows)) + floor
				sum -= 0.5*math.Log(2*math.Pi) + 0.5*math.Log(s2) + (v-mean)*(v-mean)/(2*s2)
			}
			return sum
		}
	}
	return solve(x, y, classes, floor, queries, fit, -math.MaxFloat64, false)
}

func Bernoulli(x [][]float64, y []int, classes int, alpha float64, queries [][]float64) ([][]float64, error) {
	fit := func(rows [][]float64) density {
		return func(q []float64) float64 {
			sum := 0.0
			for j := range q {
				same := alpha // examples that agree with the query
				for _, row := range rows {
					if row[j] == q[j] {
						same++
					}
				}
				sum += math.Log(same) - math.Log(float64(len(rows))+2*alpha)
			}
			return sum
		}
	}
	return solve(x, y, classes, alpha, queries, fit, 0, true)
}

func Multinomial(x [][]float64, y []int, classes int, alpha float64, queries [][]float64) ([][]float64, error) {
	fit := func(rows [][]float64) density {
		count := make([]float64, len(x[0]))
		all := 0.0
		for j := range count {
			count[j] = alpha
			for _, row := range rows {
				count[j] += row[j]
			}
			all += count[j]
		}
		return func(q []float64) float64 {
			sum := 0.0
			for j, v := range q {
				sum += v * math.Log(count[j]/all)
			}
			return sum
		}
	}
	return solve(x, y, classes, alpha, queries, fit, 0, false)
}

func solve(x [][]float64, y []int, classes int, extra float64, queries [][]float64, fit func([][]float64) density, least float64, binary bool) ([][]float64, error) {
	if len(x) == 0 || len(y) != len(x) || classes < 1 || !(extra > 0 && extra <= math.MaxFloat64) || len(x[0]) == 0 {
		return nil, fmt.Errorf("naivebayes: %d examples, %d labels, %d classes, %v", len(x), len(y), classes, extra)
	}
	for _, row := range append(append([][]float64{}, x...), queries...) {
		if len(row) != len(x[0]) {
			return nil, fmt.Errorf("naivebayes: a row of %d entries", len(row))
		}
		for _, v := range row {
			if !(v >= least && v <= math.MaxFloat64) || binary && v != 0 && v != 1 {
				return nil, fmt.Errorf("naivebayes: the entry %v", v)
			}
		}
	}
	group := make([][][]float64, classes)
	for i, c := range y {
		if c < 0 || c >= classes {
			return nil, fmt.Errorf("naivebayes: the label %d", c)
		}
		group[c] = append(group[c], x[i])
	}
	p := make([]density, classes)
	for c, rows := range group {
		if len(rows) == 0 {
			return nil, fmt.Errorf("naivebayes: class %d is empty", c)
		}
		p[c] = fit(rows)
	}
	out := make([][]float64, 0, len(queries))
	for _, q := range queries {
		l := make([]float64, classes)
		for c := range l {
			l[c] = math.Log(float64(len(group[c]))) + p[c](q)
		}
		row := make([]float64, classes)
		for c := range row {
			// log p(c | q) = −log Σ_k exp(ℓ_k − ℓ_c)
			most := math.Inf(-1)
			for k := range l {
				most = math.Max(most, l[k]-l[c])
			}
			sum := 0.0
			for k := range l {
				sum += math.Exp(l[k] - l[c] - most)
			}
			row[c] = -most - math.Log(sum)
		}
		out = append(out, row)
	}
	return out, nil
}
