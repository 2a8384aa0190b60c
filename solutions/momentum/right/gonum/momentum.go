// Package momentum on gonum's vectors, both methods in one loop.
package momentum

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/floats"
)

type gradient func(x []float64) []float64

func good(v []float64) bool {
	for _, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return true
}

// roll takes the steps; push brings v and x up to date.
func roll(x0, rates []float64, rho float64, push func(x, v []float64, rate float64) error) ([][]float64, error) {
	switch {
	case len(x0) == 0 || !good(x0):
		return nil, errors.New("bad start")
	case !good(rates) || len(rates) > 0 && floats.Min(rates) <= 0:
		return nil, errors.New("bad rates")
	case math.IsNaN(rho) || rho < 0 || rho >= 1:
		return nil, errors.New("bad momentum")
	}
	points := make([][]float64, len(rates)+1)
	points[0] = append(points[0], x0...)
	v := make([]float64, len(x0))
	for k, rate := range rates {
		x := append([]float64(nil), points[k]...)
		if err := push(x, v, rate); err != nil {
			return nil, err
		}
		if !good(x) {
			return nil, errors.New("diverged")
		}
		points[k+1] = x
	}
	return points, nil
}

// HeavyBall scales, adds, moves.
func HeavyBall(grad func(x []float64) []float64, x0, rates []float64, momentum float64) ([][]float64, error) {
	return roll(x0, rates, momentum, func(x, v []float64, rate float64) error {
		g := gradient(grad)(append([]float64(nil), x...))
		if len(g) != len(x) {
			return errors.New("bad gradient")
		}
		floats.Scale(momentum, v)
		floats.Add(v, g)
		floats.AddScaled(x, -rate, v)
		return nil
	})
}

// Nesterov moves by ρv first, then by the gradient there.
func Nesterov(grad func(x []float64) []float64, x0, rates []float64, momentum float64) ([][]float64, error) {
	return roll(x0, rates, momentum, func(x, v []float64, rate float64) error {
		floats.Scale(momentum, v)
		floats.Add(x, v)
		g := grad(append([]float64(nil), x...))
		if len(g) != len(x) {
			return errors.New("bad gradient")
		}
		floats.AddScaled(v, -rate, g)
		floats.AddScaled(x, -rate, g)
		return nil
	})
}

func spectrum(e []float64) (lo, hi float64, err error) {
	if len(e) == 0 || !good(e) || floats.Min(e) <= 0 {
		return 0, 0, errors.New("bad eigenvalues")
	}
	return floats.Min(e), floats.Max(e), nil
}

// Limits solves for η λ_max.
func Limits(eigenvalues []float64, momentum float64) (heavyBall, nesterov float64, err error) {
	_, hi, err := spectrum(eigenvalues)
	if err != nil {
		return 0, 0, err
	}
	if math.IsNaN(momentum) || momentum < 0 || momentum >= 1 {
		return 0, 0, errors.New("bad momentum")
	}
	out := []float64{(2 + 2*momentum) / hi, (1 + 1/(1+2*momentum)) / hi}
	if !good(out) {
		return 0, 0, errors.New("overflow")
	}
	return out[0], out[1], nil
}

// BestHeavyBall solves √(ηλ_min) = 1 − √ρ, √(ηλ_max) = 1 + √ρ.
func BestHeavyBall(eigenvalues []float64) (rate, momentum, factor float64, err error) {
	lo, hi, err := spectrum(eigenvalues)
	if err != nil {
		return 0, 0, 0, err
	}
	eta := 2 / (math.Sqrt(lo) + math.Sqrt(hi)) // √η
	factor = math.Abs(1 - eta*math.Sqrt(lo))
	if !good([]float64{eta * eta}) {
		return 0, 0, 0, errors.New("overflow")
	}
	return eta * eta, factor * factor, factor, nil
}
