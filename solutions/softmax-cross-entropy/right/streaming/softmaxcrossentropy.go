// Package softmaxcrossentropy solves the exercise in one pass a row: the largest score so far and the sum relative to
// it are kept together, and the sum is rescaled when a larger score comes.
package softmaxcrossentropy

import (
	"fmt"
	"math"
)

// pass returns the largest score m and Σe^(zⱼ−m).
func pass(z []float64) (m, sum float64, err error) {
	if len(z) == 0 {
		return 0, 0, fmt.Errorf("empty")
	}
	m = math.Inf(-1)
	for j, v := range z {
		switch {
		case v-v != 0:
			return 0, 0, fmt.Errorf("entry %d is %g", j, v)
		case v > m:
			sum = sum*math.Exp(m-v) + 1
			m = v
		default:
			sum += math.Exp(v - m)
		}
	}
	return m, sum, nil
}

// LogSumExp is m + log of the sum.
func LogSumExp(z []float64) (float64, error) {
	m, sum, err := pass(z)
	return m + math.Log(sum), err
}

// each maps every score.
func each(z []float64, f func(v, m, sum float64) float64) ([]float64, error) {
	m, sum, err := pass(z)
	if err != nil {
		return nil, err
	}
	r := make([]float64, 0, len(z))
	for _, v := range z {
		r = append(r, f(v, m, sum))
	}
	return r, nil
}

// Softmax divides by the sum.
func Softmax(z []float64) ([]float64, error) {
	return each(z, func(v, m, sum float64) float64 { return math.Exp(v-m) / sum })
}

// LogSoftmax takes the sum's logarithm off.
func LogSoftmax(z []float64) ([]float64, error) {
	return each(z, func(v, m, sum float64) float64 { return v - m - math.Log(sum) })
}

// Jacobian fills the upper triangle and mirrors it; the diagonal is what makes the rows sum to 0.
func Jacobian(z []float64) ([][]float64, error) {
	p, err := Softmax(z)
	if err != nil {
		return nil, err
	}
	jac := make([][]float64, len(p))
	for i := range jac {
		jac[i] = make([]float64, len(p))
	}
	for i := range p {
		for j := i + 1; j < len(p); j++ {
			v := p[i] * p[j]
			jac[i][j], jac[j][i] = -v, -v
			jac[i][i] += v
			jac[j][j] += v
		}
	}
	return jac, nil
}

// CrossEntropy is LSE(z) − yᵀz, as Σy = 1, with the largest score taken off z.
func CrossEntropy(y, z []float64) (float64, []float64, error) {
	m, sum, err := pass(z)
	if err != nil {
		return 0, nil, err
	}
	if len(y) != len(z) {
		return 0, nil, fmt.Errorf("%d and %d entries", len(y), len(z))
	}
	total, loss, g := 0.0, 0.0, make([]float64, len(z))
	for j, v := range y {
		if v < 0 || v != v {
			return 0, nil, fmt.Errorf("target %g", v)
		}
		total += v
		if v > 0 {
			loss += v * (m - z[j])
		}
		g[j] = math.Exp(z[j]-m)/sum - v
	}
	if math.Abs(total-1) > 1e-6 {
		return 0, nil, fmt.Errorf("targets sum to %g", total)
	}
	return loss + total*math.Log(sum), g, nil
}

// Batch averages.
func Batch(labels []int, z [][]float64) (float64, [][]float64, error) {
	if len(z) == 0 || len(z) != len(labels) {
		return 0, nil, fmt.Errorf("%d rows, %d labels", len(z), len(labels))
	}
	var loss float64
	var gradient [][]float64
	share := 1 / float64(len(z))
	for n, row := range z {
		if len(row) != len(z[0]) || labels[n] < 0 || labels[n] >= len(row) {
			return 0, nil, fmt.Errorf("row %d: %d scores, label %d", n, len(row), labels[n])
		}
		y := make([]float64, len(row))
		y[labels[n]] = 1
		l, g, err := CrossEntropy(y, row)
		if err != nil {
			return 0, nil, err
		}
		for j := range g {
			g[j] *= share
		}
		loss += share * l
		gradient = append(gradient, g)
	}
	return loss, gradient, nil
}
