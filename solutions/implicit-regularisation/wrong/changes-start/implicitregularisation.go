// Mistake: changes-start: moves the caller's slice

package implicitregularisation

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// ModifiedGradient returns ∇L + ε/2 ∇²L ∇L at w.
func ModifiedGradient(gradient func(w []float64) []float64, hessian func(w []float64) [][]float64, w []float64, rate float64) ([]float64, error) {
	if len(w) == 0 {
		return nil, errors.New("w is empty")
	}
	if err := errors.Join(finite("w", w), goodRate(rate)); err != nil {
		return nil, err
	}
	g := gradient(slices.Clone(w))
	h := hessian(slices.Clone(w))
	if len(g) != len(w) || len(h) != len(w) {
		return nil, fmt.Errorf("gradient and Hessian have %d entries and %d rows for %d weights", len(g), len(h), len(w))
	}
	if err := finite("the gradient", g); err != nil {
		return nil, err
	}
	out := make([]float64, len(w))
	for i, row := range h {
		if len(row) != len(w) {
			return nil, fmt.Errorf("row %d of the Hessian has %d entries for %d weights", i, len(row), len(w))
		}
		if err := finite("the Hessian", row); err != nil {
			return nil, err
		}
		hg := 0.0 // entry i of ∇²L ∇L
		for j, v := range row {
			hg += v * g[j]
		}
		// ∇L + ε/2 ∇²L ∇L
		out[i] = g[i] + rate/2*hg
	}
	return out, finite("the result", out)
}

// Penalties returns ε/4 ‖∇L‖² and ε/(4m) Σₖ ‖∇Lₖ − ∇L‖².
func Penalties(gradients [][]float64, rate float64) (gd, shuffling float64, err error) {
	if len(gradients) == 0 || len(gradients[0]) == 0 {
		return 0, 0, errors.New("no gradients, or empty ones")
	}
	if err := goodRate(rate); err != nil {
		return 0, 0, err
	}
	m := float64(len(gradients))
	mean := make([]float64, len(gradients[0]))
	for k, g := range gradients {
		if len(g) != len(mean) {
			return 0, 0, fmt.Errorf("gradient %d has %d entries, gradient 0 has %d", k, len(g), len(mean))
		}
		if err := finite("a gradient", g); err != nil {
			return 0, 0, err
		}
		for i, v := range g {
			mean[i] += v / m
		}
	}
	zero := make([]float64, len(mean))
	variance := 0.0
	for _, g := range gradients {
		variance += squared(g, mean)
	}
	gd = rate / 4 * squared(mean, zero)
	shuffling = rate / (4 * m) * variance
	return gd, shuffling, finite("the penalties", []float64{gd, shuffling})
}

// Flow takes steps of the classical Runge-Kutta method.
func Flow(gradient func(w []float64) []float64, w0 []float64, time float64, steps int) ([][]float64, error) {
	if len(w0) == 0 {
		return nil, errors.New("the start is empty")
	}
	if err := errors.Join(finite("w0", w0), finite("time", []float64{time})); err != nil {
		return nil, err
	}
	if time < 0 || steps < 1 {
		return nil, fmt.Errorf("%d steps in the time %v", steps, time)
	}
	h := time / float64(steps)
	w := w0
	points := [][]float64{slices.Clone(w)}
	for range steps {
		var k [4][]float64
		for s, at := range []float64{0, h / 2, h / 2, h} {
			// kₛ = f(w + at·kₛ₋₁)
			p := slices.Clone(w)
			if s > 0 {
				for i := range p {
					p[i] += at * k[s-1][i]
				}
			}
			g := slices.Clone(gradient(p))
			if len(g) != len(w) {
				return nil, fmt.Errorf("a gradient of %d entries for a point of %d", len(g), len(w))
			}
			for i := range g {
				g[i] = -g[i]
			}
			k[s] = g
		}
		for i := range w {
			w[i] += h / 6 * (k[0][i] + 2*k[1][i] + 2*k[2][i] + k[3][i])
		}
		if err := finite("w", w); err != nil {
			return nil, fmt.Errorf("diverged: %w", err)
		}
		points = append(points, slices.Clone(w))
	}
	return points, nil
}

// EpochMean goes through the tree of all orders.
func EpochMean(a [][]float64, y, w0 []float64, rate float64) ([]float64, error) {
	if err := check(a, y, w0); err != nil {
		return nil, err
	}
	if err := goodRate(rate); err != nil {
		return nil, err
	}
	sum := make([]float64, len(w0))
	ends := 0
	used := make([]bool, len(a))
	var visit func(w []float64, left int) error
	visit = func(w []float64, left int) error {
		if left == 0 {
			ends++
			for j := range sum {
				sum[j] += w[j]
			}
			return nil
		}
		for i := range a {
			if used[i] {
				continue
			}
			r := -y[i]
			for j, v := range a[i] {
				r += v * w[j]
			}
			next := slices.Clone(w)
			for j, v := range a[i] {
				next[j] -= rate * r * v
			}
			if err := finite("w", next); err != nil {
				return fmt.Errorf("diverged: %w", err)
			}
			used[i] = true
			if err := visit(next, left-1); err != nil {
				return err
			}
			used[i] = false
		}
		return nil
	}
	if err := visit(w0, len(a)); err != nil {
		return nil, err
	}
	for j := range sum {
		sum[j] /= float64(ends)
	}
	return sum, finite("the mean", sum)
}

// check wants 1 to 7 samples whose shapes fit.
func check(a [][]float64, y, w []float64) error {
	if len(a) == 0 || len(a[0]) == 0 {
		return errors.New("no samples, or samples without entries")
	}
	if len(a) > 7 {
		return fmt.Errorf("%d samples have too many orders", len(a))
	}
	if len(y) != len(a) || len(w) != len(a[0]) {
		return fmt.Errorf("y has %d entries for %d samples, w %d for %d features", len(y), len(a), len(w), len(a[0]))
	}
	for i, row := range a {
		if len(row) != len(w) {
			return fmt.Errorf("sample %d has %d features, sample 0 has %d", i, len(row), len(w))
		}
		if err := finite("a", row); err != nil {
			return err
		}
	}
	return errors.Join(finite("y", y), finite("w", w))
}

// squared is ‖x − y‖².
func squared(x, y []float64) float64 {
	s := 0.0
	for i := range x {
		s += (x[i] - y[i]) * (x[i] - y[i])
	}
	return s
}

func goodRate(rate float64) error {
	if !(rate > 0) || math.IsInf(rate, 0) {
		return fmt.Errorf("a rate of %v", rate)
	}
	return nil
}

func finite(name string, v []float64) error {
	for i, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("entry %d of %s is %v", i, name, x)
		}
	}
	return nil
}
