// Package momentum without velocities: each step looks at the last two points.
package momentum

import (
	"errors"
	"math"
	"sort"
)

var errInput = errors.New("not an input of this exercise")

func ok(v ...float64) bool {
	for _, x := range v {
		if x-x != 0 {
			return false
		}
	}
	return true
}

// path takes steps from the last two points; the point before the first is the first.
func path(x0, rates []float64, momentum float64, step func(k int, x, before []float64) []float64) ([][]float64, error) {
	if len(x0) == 0 || !ok(x0...) || !ok(rates...) || !(momentum >= 0) || momentum >= 1 {
		return nil, errInput
	}
	for _, r := range rates {
		if r <= 0 {
			return nil, errInput
		}
	}
	points := [][]float64{append([]float64{}, x0...)}
	for k := range rates {
		next := step(k, points[k], points[max(k-1, 0)])
		if next == nil || !ok(next...) {
			return nil, errInput
		}
		points = append(points, next)
	}
	return points, nil
}

// HeavyBall is x − η∇L(x) + ρ(η/η₋)(x − x₋), with η₋ the rate of the step before.
func HeavyBall(grad func(x []float64) []float64, x0, rates []float64, momentum float64) ([][]float64, error) {
	return path(x0, rates, momentum, func(k int, x, before []float64) []float64 {
		g := grad(append([]float64{}, x...))
		if len(g) != len(x) {
			return nil
		}
		next := make([]float64, len(x))
		carry := momentum * rates[k] / rates[max(k-1, 0)]
		for i := range x {
			next[i] = x[i] - rates[k]*g[i] + carry*(x[i]-before[i])
		}
		return next
	})
}

// Nesterov is y − η∇L(y) with y = x + ρ(x − x₋).
func Nesterov(grad func(x []float64) []float64, x0, rates []float64, momentum float64) ([][]float64, error) {
	return path(x0, rates, momentum, func(k int, x, before []float64) []float64 {
		y := make([]float64, len(x))
		for i := range x {
			y[i] = x[i] + momentum*(x[i]-before[i])
		}
		g := grad(append([]float64{}, y...))
		if len(g) != len(x) {
			return nil
		}
		for i := range y {
			y[i] -= rates[k] * g[i]
		}
		return y
	})
}

func sorted(v []float64) ([]float64, error) {
	s := append([]float64{}, v...)
	sort.Float64s(s)
	if len(s) == 0 || !ok(s...) || s[0] <= 0 {
		return nil, errInput
	}
	return s, nil
}

// Limits multiplies gradient descent's limit.
func Limits(eigenvalues []float64, momentum float64) (heavyBall, nesterov float64, err error) {
	s, err := sorted(eigenvalues)
	if err != nil || !(momentum >= 0) || momentum >= 1 {
		return 0, 0, errInput
	}
	gd := 2 / s[len(s)-1]
	heavyBall = gd * (1 + momentum)
	nesterov = heavyBall / (1 + 2*momentum)
	if !ok(heavyBall, nesterov) {
		return 0, 0, errInput
	}
	return heavyBall, nesterov, nil
}

// BestHeavyBall goes by the condition number.
func BestHeavyBall(eigenvalues []float64) (rate, momentum, factor float64, err error) {
	s, err := sorted(eigenvalues)
	if err != nil {
		return 0, 0, 0, err
	}
	root := math.Sqrt(s[len(s)-1] / s[0])
	factor = 1 - 2/(root+1)
	momentum = math.Pow(factor, 2)
	rate = math.Pow(2/(root+1), 2) / s[0]
	if !ok(rate) {
		return 0, 0, 0, errInput
	}
	return rate, momentum, factor, nil
}
