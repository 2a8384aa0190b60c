// Mistake: nan-passes: does not look at the points

package momentum

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// HeavyBall keeps a sum of gradients, and the rate comes in afterwards.
func HeavyBall(grad func(x []float64) []float64, x0, rates []float64, momentum float64) ([][]float64, error) {
	if err := settings(x0, rates, momentum); err != nil {
		return nil, err
	}
	x := slices.Clone(x0)
	v := make([]float64, len(x))
	points := [][]float64{slices.Clone(x)}
	for k, rate := range rates {
		g := slices.Clone(grad(slices.Clone(x)))
		if len(g) != len(x) {
			return nil, fmt.Errorf("step %d: a gradient of %d entries for a point of %d", k, len(g), len(x))
		}
		for i := range x {
			// v ← ρv + ∇L(x)
			v[i] = momentum*v[i] + g[i]
			// x ← x − ηv
			x[i] -= rate * v[i]
		}
		if err := finite("the point", x0); err != nil {
			return nil, fmt.Errorf("step %d: diverged: %w", k, err)
		}
		points = append(points, slices.Clone(x))
	}
	return points, nil
}

// Nesterov asks for the gradient at y, ahead of x.
func Nesterov(grad func(x []float64) []float64, x0, rates []float64, momentum float64) ([][]float64, error) {
	if err := settings(x0, rates, momentum); err != nil {
		return nil, err
	}
	x := slices.Clone(x0)
	v := make([]float64, len(x))
	points := [][]float64{slices.Clone(x)}
	for k, rate := range rates {
		// y = x + ρv
		y := make([]float64, len(x))
		for i := range y {
			y[i] = x[i] + momentum*v[i]
		}
		g := slices.Clone(grad(y))
		if len(g) != len(x) {
			return nil, fmt.Errorf("step %d: a gradient of %d entries for a point of %d", k, len(g), len(x))
		}
		for i := range x {
			// v ← ρv − η∇L(y)
			v[i] = momentum*v[i] - rate*g[i]
			// x ← x + v
			x[i] += v[i]
		}
		if err := finite("the point", x0); err != nil {
			return nil, fmt.Errorf("step %d: diverged: %w", k, err)
		}
		points = append(points, slices.Clone(x))
	}
	return points, nil
}

// Limits is where a root of the characteristic polynomial reaches −1.
func Limits(eigenvalues []float64, momentum float64) (heavyBall, nesterov float64, err error) {
	_, hi, err := extremes(eigenvalues)
	if err != nil {
		return 0, 0, err
	}
	if !(momentum >= 0 && momentum < 1) {
		return 0, 0, fmt.Errorf("a momentum of %v", momentum)
	}
	heavyBall = 2 * (1 + momentum) / hi
	nesterov = 2 * (1 + momentum) / ((1 + 2*momentum) * hi)
	return heavyBall, nesterov, finite("the limits", []float64{heavyBall, nesterov})
}

// BestHeavyBall makes the roots double at both ends of the spectrum.
func BestHeavyBall(eigenvalues []float64) (rate, momentum, factor float64, err error) {
	lo, hi, err := extremes(eigenvalues)
	if err != nil {
		return 0, 0, 0, err
	}
	lo, hi = math.Sqrt(lo), math.Sqrt(hi)
	rate = 4 / ((lo + hi) * (lo + hi))
	factor = (hi - lo) / (hi + lo)
	momentum = factor * factor
	return rate, momentum, factor, finite("the rate", []float64{rate})
}

func settings(x0, rates []float64, momentum float64) error {
	if len(x0) == 0 {
		return errors.New("the start is empty")
	}
	if err := finite("x0", x0); err != nil {
		return err
	}
	for k, rate := range rates {
		if !(rate > 0) || math.IsInf(rate, 1) {
			return fmt.Errorf("rate %d is %v", k, rate)
		}
	}
	if !(momentum >= 0 && momentum < 1) {
		return fmt.Errorf("a momentum of %v", momentum)
	}
	return nil
}

func extremes(eigenvalues []float64) (lo, hi float64, err error) {
	if len(eigenvalues) == 0 {
		return 0, 0, errors.New("no eigenvalue")
	}
	if err := finite("the eigenvalues", eigenvalues); err != nil {
		return 0, 0, err
	}
	lo, hi = slices.Min(eigenvalues), slices.Max(eigenvalues)
	if lo <= 0 {
		return 0, 0, fmt.Errorf("an eigenvalue of %v", lo)
	}
	return lo, hi, nil
}

func finite(name string, v []float64) error {
	for i, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("entry %d of %s is %v", i, name, x)
		}
	}
	return nil
}
