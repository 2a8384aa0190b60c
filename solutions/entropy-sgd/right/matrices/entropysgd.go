// Package entropysgd is the exercise "Entropy-SGD", written with gonum's vectors and products of factors.
package entropysgd

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/floats"
)

var errInput = errors.New("out of range")

func ok(v ...float64) bool {
	return !floats.HasNaN(v) && (len(v) == 0 || !math.IsInf(floats.Max(v), 0) && !math.IsInf(floats.Min(v), 0))
}

// Scope multiplies t times.
func Scope(gamma0, gamma1 float64, t int) (float64, error) {
	if !ok(gamma0, gamma1) || gamma0 <= 0 || gamma1 < 0 || t < 0 {
		return 0, errInput
	}
	for range t {
		gamma0 *= 1 + gamma1
	}
	if !ok(gamma0) {
		return 0, errInput
	}
	return gamma0, nil
}

// LocalEntropy integrates gap by gap.
func LocalEntropy(f, places []float64, x, gamma float64) (entropy, gradient float64, err error) {
	n := len(places)
	if n < 2 || len(f) != n || !ok(f...) || !ok(places...) || !ok(x, gamma) || gamma <= 0 {
		return 0, 0, errInput
	}
	logs := make([]float64, n)
	for j := range f {
		logs[j] = -(f[j] + gamma*math.Pow(x-places[j], 2)/2)
	}
	whole := floats.LogSumExp(logs)
	z, mean := 0.0, 0.0
	for j := range n - 1 {
		h := places[j+1] - places[j]
		if h <= 0 {
			return 0, 0, errInput
		}
		p, q := math.Exp(logs[j]-whole), math.Exp(logs[j+1]-whole)
		z += h * (p + q) / 2
		mean += h * (p*places[j] + q*places[j+1]) / 2
	}
	entropy, gradient = whole+math.Log(z), gamma*(x-mean/z)
	if !ok(entropy, gradient) {
		return 0, 0, errInput
	}
	return entropy, gradient, nil
}

// InnerLoop moves whole vectors.
func InnerLoop(gradient func(x []float64) []float64, x []float64, gamma, rate, noise, alpha float64, normal [][]float64) (mean, last []float64, err error) {
	d := len(x)
	if d == 0 || len(normal) == 0 || !ok(x...) || !ok(gamma, rate, noise, alpha) || gamma <= 0 || rate <= 0 || noise < 0 || alpha <= 0 || alpha > 1 {
		return nil, nil, errInput
	}
	mean, last = append([]float64{}, x...), append([]float64{}, x...)
	for _, row := range normal {
		if len(row) != d || !ok(row...) {
			return nil, nil, errInput
		}
		g := gradient(append([]float64{}, last...))
		if len(g) != d || !ok(g...) {
			return nil, nil, errInput
		}
		step := append([]float64{}, g...)
		floats.AddScaled(step, gamma, last)
		floats.AddScaled(step, -gamma, x)
		floats.AddScaled(last, -rate, step)
		floats.AddScaled(last, math.Sqrt(rate)*noise, row)
		floats.Scale(1-alpha, mean)
		floats.AddScaled(mean, alpha, last)
	}
	if !ok(mean...) || !ok(last...) {
		return nil, nil, errInput
	}
	return mean, last, nil
}

// EntropySGD interpolates between x and μ.
func EntropySGD(gradient func(x []float64) []float64, x0 []float64, gamma0, gamma1, eta, rate, noise, alpha float64, normal [][][]float64) ([][]float64, error) {
	if _, err := Scope(gamma0, gamma1, 0); err != nil {
		return nil, err
	}
	if len(x0) == 0 || !ok(x0...) || !ok(eta, rate, noise, alpha) || eta <= 0 || rate <= 0 || noise < 0 || alpha <= 0 || alpha > 1 {
		return nil, errInput
	}
	path := make([][]float64, 1, len(normal)+1)
	path[0] = append([]float64{}, x0...)
	for t := range normal {
		gamma, err := Scope(gamma0, gamma1, t)
		if err != nil {
			return nil, err
		}
		mu, _, err := InnerLoop(gradient, path[t], gamma, rate, noise, alpha, normal[t])
		if err != nil {
			return nil, err
		}
		next := append([]float64{}, path[t]...)
		floats.Scale(1-eta*gamma, next)
		floats.AddScaled(next, eta*gamma, mu)
		if !ok(next...) {
			return nil, errInput
		}
		path = append(path, next)
	}
	return path, nil
}
