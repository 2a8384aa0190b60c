// Package softmaxcrossentropy solves the exercise by shifting a copy of the scores once, so that the largest is 0, and
// with the textbook's formulas from then on.
package softmaxcrossentropy

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// shifted returns z − max z and max z.
func shifted(z []float64) ([]float64, float64, error) {
	if len(z) == 0 {
		return nil, 0, errors.New("z is empty")
	}
	if j := slices.IndexFunc(z, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }); j >= 0 {
		return nil, 0, fmt.Errorf("z[%d] = %v", j, z[j])
	}
	m, s := slices.Max(z), slices.Clone(z)
	for j := range s {
		s[j] -= m
	}
	return s, m, nil
}

// total returns Σe^sⱼ.
func total(s []float64) float64 {
	t := 0.0
	for _, v := range slices.Sorted(slices.Values(s)) { // the small ones first
		t += math.Exp(v)
	}
	return t
}

// LogSumExp adds the shift again.
func LogSumExp(z []float64) (float64, error) {
	s, m, err := shifted(z)
	if err != nil {
		return 0, err
	}
	return math.Log(total(s)) + m, nil
}

// Softmax is blind to the shift.
func Softmax(z []float64) ([]float64, error) {
	s, _, err := shifted(z)
	if err != nil {
		return nil, err
	}
	t := total(s)
	for j, v := range s {
		s[j] = math.Exp(v) / t
	}
	return s, nil
}

// LogSoftmax too.
func LogSoftmax(z []float64) ([]float64, error) {
	s, _, err := shifted(z)
	if err != nil {
		return nil, err
	}
	l := math.Log(total(s))
	for j := range s {
		s[j] -= l
	}
	return s, nil
}

// Jacobian is diag(p) − ppᵀ.
func Jacobian(z []float64) ([][]float64, error) {
	p, err := Softmax(z)
	if err != nil {
		return nil, err
	}
	var jac [][]float64
	for i := range p {
		row := slices.Clone(p)
		for j := range row {
			row[j] *= -p[i]
			if i == j {
				row[j] = p[i] * (1 - p[i])
			}
		}
		jac = append(jac, row)
	}
	return jac, nil
}

// CrossEntropy weighs the logarithms.
func CrossEntropy(y, z []float64) (loss float64, gradient []float64, err error) {
	if len(y) != len(z) {
		return 0, nil, fmt.Errorf("len(y) = %d, len(z) = %d", len(y), len(z))
	}
	sum := 0.0
	for _, v := range y {
		sum += v
	}
	if len(y) > 0 && !(slices.Min(y) >= 0 && math.Abs(sum-1) <= 1e-6) {
		return 0, nil, fmt.Errorf("y = %v is no distribution", y)
	}
	log, err := LogSoftmax(z)
	if err != nil {
		return 0, nil, err
	}
	for j := range log {
		loss -= y[j] * log[j]
		gradient = append(gradient, math.Exp(log[j])-y[j])
	}
	return loss, gradient, nil
}

// Batch sums, and divides at the end.
func Batch(labels []int, z [][]float64) (float64, [][]float64, error) {
	if len(z) == 0 || len(labels) != len(z) {
		return 0, nil, errors.New("no rows, or not as many labels")
	}
	sum, rows := 0.0, make([][]float64, len(z))
	for n := range z {
		if len(z[n]) != len(z[0]) {
			return 0, nil, fmt.Errorf("row %d has %d scores", n, len(z[n]))
		}
		if labels[n] < 0 || labels[n] > len(z[n])-1 {
			return 0, nil, fmt.Errorf("label %d", labels[n])
		}
		log, err := LogSoftmax(z[n])
		if err != nil {
			return 0, nil, err
		}
		sum += log[labels[n]]
		p, _ := Softmax(z[n])
		p[labels[n]]--
		rows[n] = p
	}
	for _, row := range rows {
		for j := range row {
			row[j] /= float64(len(z))
		}
	}
	return -sum / float64(len(z)), rows, nil
}
