// Package relunetwork is a solution that looks at the middles of the pieces, and interpolates from the right.
package relunetwork

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Network returns f(xᵢ) = c + Σⱼ vⱼ·max(0, wⱼxᵢ + bⱼ).
func Network(w, b, v []float64, c float64, x []float64) ([]float64, error) {
	if err := check(w, b, v); err != nil {
		return nil, err
	}
	if err := finite("c and x", append([]float64{c}, x...)); err != nil {
		return nil, err
	}
	y := make([]float64, len(x))
	for i := range x {
		y[i] = c
		for j := range w {
			y[i] += v[j] * max(0, w[j]*x[i]+b[j])
		}
	}
	return y, nil
}

// candidates lists the places where units bend, ascending, each once.
func candidates(w, b []float64) []float64 {
	var x []float64
	for j := range w {
		if w[j] != 0 {
			x = append(x, -b[j]/w[j])
		}
	}
	slices.Sort(x)
	return slices.CompactFunc(x, func(p, q float64) bool { return math.Abs(q-p) <= 1e-9*max(1, math.Abs(p)) })
}

// pieces returns the places where f bends and the slopes between them.
func pieces(w, b, v []float64) (x, s []float64) {
	scale := 0.0
	for j := range w {
		scale = max(scale, math.Abs(w[j]*v[j]))
	}
	all := candidates(w, b)
	slope := func(at float64) float64 { // of the units that are on there
		sum := 0.0
		for j := range w {
			if w[j] != 0 && (at > -b[j]/w[j]) == (w[j] > 0) {
				sum += w[j] * v[j]
			}
		}
		return sum
	}
	x = []float64{}
	s = []float64{slope(math.Inf(-1))}
	for i, p := range all {
		next := math.Inf(1)
		if i+1 < len(all) {
			next = p + (all[i+1]-p)/2
		}
		if after := slope(next); math.Abs(after-s[len(s)-1]) > 1e-9*scale {
			x, s = append(x, p), append(s, after)
		}
	}
	return x, s
}

// Breakpoints returns the places where the slope of f changes.
func Breakpoints(w, b, v []float64) ([]float64, error) {
	if err := check(w, b, v); err != nil {
		return nil, err
	}
	x, _ := pieces(w, b, v)
	return x, nil
}

// Slopes returns the slopes of f from left to right.
func Slopes(w, b, v []float64) ([]float64, error) {
	if err := check(w, b, v); err != nil {
		return nil, err
	}
	_, s := pieces(w, b, v)
	return s, nil
}

// Interpolant has the unit max(0, xᵢ − x) for each point.
func Interpolant(x, y []float64) (w, b, v []float64, c float64, err error) {
	if len(x) != len(y) {
		return nil, nil, nil, 0, fmt.Errorf("%d values of x, %d of y", len(x), len(y))
	}
	if len(x) == 0 {
		return nil, nil, nil, 0, errors.New("no point")
	}
	if err := finite("x and y", append(slices.Clone(x), y...)); err != nil {
		return nil, nil, nil, 0, err
	}
	for i := 1; i < len(x); i++ {
		if x[i] <= x[i-1] {
			return nil, nil, nil, 0, fmt.Errorf("x[%d] = %g does not follow x[%d] = %g", i, x[i], i-1, x[i-1])
		}
	}
	after := 0.0
	for i := len(x) - 1; i >= 0; i-- {
		slope := 0.0
		if i > 0 {
			slope = (y[i-1] - y[i]) / (x[i] - x[i-1]) // to the left
		}
		w, b, v = append(w, -1), append(b, x[i]), append(v, slope-after)
		after = slope
	}
	return w, b, v, y[len(y)-1], nil
}

func check(w, b, v []float64) error {
	if len(w) != len(b) || len(w) != len(v) {
		return fmt.Errorf("%d weights w, %d biases b, %d weights v", len(w), len(b), len(v))
	}
	for name, a := range map[string][]float64{"w": w, "b": b, "v": v} {
		if err := finite(name, a); err != nil {
			return err
		}
	}
	return nil
}

func finite(name string, a []float64) error {
	for i, x := range a {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("%s: entry %d is %v", name, i, x)
		}
	}
	return nil
}
