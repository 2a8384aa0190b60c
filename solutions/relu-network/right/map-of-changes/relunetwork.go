// Package relunetwork is a solution by a map of changes and by few units.
package relunetwork

import (
	"errors"
	"math"
	"sort"
)

var errInput = errors.New("lengths that differ, no point, points that do not ascend, NaN or infinity")

func valid(vs ...[]float64) bool {
	for _, v := range vs {
		for _, x := range v {
			if x-x != 0 {
				return false
			}
		}
	}
	return true
}

// Network adds unit by unit.
func Network(w, b, v []float64, c float64, x []float64) ([]float64, error) {
	if len(w) != len(b) || len(b) != len(v) || !valid(w, b, v, x, []float64{c}) {
		return nil, errInput
	}
	y := make([]float64, len(x))
	for i := range y {
		y[i] = c
	}
	for j := range w {
		for i, p := range x {
			if z := w[j]*p + b[j]; z > 0 {
				y[i] += v[j] * z
			}
		}
	}
	return y, nil
}

func bends(w, b, v []float64) (x, change []float64) {
	at := map[float64]float64{}
	var most float64
	for j := range w {
		if w[j] == 0 {
			continue
		}
		most = math.Max(most, math.Abs(w[j]*v[j]))
		p := -b[j] / w[j]
		for q := range at {
			if math.Abs(q-p) <= 1e-9*math.Max(1, math.Abs(p)) {
				p = q
				break
			}
		}
		if w[j] > 0 {
			at[p] += w[j] * v[j]
		} else {
			at[p] -= w[j] * v[j]
		}
	}
	x = []float64{}
	for p, d := range at {
		if math.Abs(d) > 1e-9*most {
			x = append(x, p)
		}
	}
	sort.Float64s(x)
	for _, p := range x {
		change = append(change, at[p])
	}
	return x, change
}

// Breakpoints returns the places where the slope of f changes.
func Breakpoints(w, b, v []float64) ([]float64, error) {
	if len(w) != len(b) || len(b) != len(v) || !valid(w, b, v) {
		return nil, errInput
	}
	x, _ := bends(w, b, v)
	return x, nil
}

// Slopes begins at the far right, where the units with w > 0 are on, and goes left.
func Slopes(w, b, v []float64) ([]float64, error) {
	if len(w) != len(b) || len(b) != len(v) || !valid(w, b, v) {
		return nil, errInput
	}
	_, change := bends(w, b, v)
	s := make([]float64, len(change)+1)
	for j := range w {
		if w[j] > 0 {
			s[len(change)] += w[j] * v[j]
		}
	}
	for i := len(change) - 1; i >= 0; i-- {
		s[i] = s[i+1] - change[i]
	}
	return s, nil
}

// Interpolant leaves out points where the slope does not change.
func Interpolant(x, y []float64) (w, b, v []float64, c float64, err error) {
	if len(x) != len(y) || len(x) == 0 || !valid(x, y) {
		return nil, nil, nil, 0, errInput
	}
	before := 0.0
	for i := range x {
		slope := 0.0
		if i+1 < len(x) {
			if !(x[i+1] > x[i]) {
				return nil, nil, nil, 0, errInput
			}
			slope = (y[i+1] - y[i]) / (x[i+1] - x[i])
		}
		if d := slope - before; d != 0 { // 2·max(0, (x − xᵢ)/2) is max(0, x − xᵢ)
			w, b, v = append(w, 0.5), append(b, -x[i]/2), append(v, 2*d)
		}
		before = slope
	}
	return w, b, v, y[0], nil
}
