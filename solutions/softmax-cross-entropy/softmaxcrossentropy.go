// Package softmaxcrossentropy is the solution of the exercise "Softmax and cross entropy".
package softmaxcrossentropy

import (
	"errors"
	"fmt"
	"math"
)

// check errs unless z has an entry and all are finite.
func check(z []float64) error {
	if len(z) == 0 {
		return errors.New("no scores")
	}
	for j, v := range z {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("score %d is %v", j, v)
		}
	}
	return nil
}

// LogSumExp returns m + log Σ e^(zⱼ−m), m = max zⱼ: the exponents are ≤ 0, the sum is ≥ 1.
func LogSumExp(z []float64) (float64, error) {
	if err := check(z); err != nil {
		return 0, err
	}
	m := z[0]
	for _, v := range z {
		m = max(m, v)
	}
	sum := 0.0
	for _, v := range z {
		sum += math.Exp(v - m)
	}
	return m + math.Log(sum), nil
}

// LogSoftmax returns zⱼ − LSE(z).
func LogSoftmax(z []float64) ([]float64, error) {
	l, err := LogSumExp(z)
	if err != nil {
		return nil, err
	}
	log := make([]float64, len(z))
	for j, v := range z {
		log[j] = v - l
	}
	return log, nil
}

// Softmax returns e^(log pⱼ).
func Softmax(z []float64) ([]float64, error) {
	log, err := LogSoftmax(z)
	if err != nil {
		return nil, err
	}
	p := make([]float64, len(z))
	for j, v := range log {
		p[j] = math.Exp(v)
	}
	return p, nil
}

// Jacobian returns pᵢ(δᵢⱼ − pⱼ).
func Jacobian(z []float64) ([][]float64, error) {
	p, err := Softmax(z)
	if err != nil {
		return nil, err
	}
	jac := make([][]float64, len(p))
	for i := range p {
		jac[i] = make([]float64, len(p))
		for j := range p {
			jac[i][j] = -p[i] * p[j]
		}
		jac[i][i] += p[i]
	}
	return jac, nil
}

// CrossEntropy returns −Σ yⱼ log pⱼ and p − y.
func CrossEntropy(y, z []float64) (float64, []float64, error) {
	log, err := LogSoftmax(z)
	if err != nil {
		return 0, nil, err
	}
	if len(y) != len(z) {
		return 0, nil, fmt.Errorf("%d targets for %d scores", len(y), len(z))
	}
	total := 0.0
	for j, v := range y {
		if !(v >= 0) {
			return 0, nil, fmt.Errorf("target %d is %v", j, v)
		}
		total += v
	}
	if !(math.Abs(total-1) <= 1e-6) {
		return 0, nil, fmt.Errorf("the target sums to %v", total)
	}
	loss, g := 0.0, make([]float64, len(z))
	for j := range z {
		loss -= y[j] * log[j]
		g[j] = math.Exp(log[j]) - y[j]
	}
	return loss, g, nil
}

// Batch returns the mean over the rows; the gradient of a mean has the factor 1/N too.
func Batch(labels []int, z [][]float64) (float64, [][]float64, error) {
	if len(z) == 0 || len(labels) != len(z) {
		return 0, nil, fmt.Errorf("%d labels for %d rows", len(labels), len(z))
	}
	n := float64(len(z))
	mean, grads := 0.0, make([][]float64, len(z))
	for i, row := range z {
		if len(row) != len(z[0]) {
			return 0, nil, fmt.Errorf("row %d has %d scores, row 0 has %d", i, len(row), len(z[0]))
		}
		if labels[i] < 0 || labels[i] >= len(row) {
			return 0, nil, fmt.Errorf("label %d of row %d is not in 0…%d", labels[i], i, len(row)-1)
		}
		log, err := LogSoftmax(row)
		if err != nil {
			return 0, nil, fmt.Errorf("row %d: %w", i, err)
		}
		mean -= log[labels[i]] / n
		grads[i] = make([]float64, len(row))
		for j := range row {
			grads[i][j] = math.Exp(log[j]) / n
		}
		grads[i][labels[i]] -= 1 / n
	}
	return mean, grads, nil
}
