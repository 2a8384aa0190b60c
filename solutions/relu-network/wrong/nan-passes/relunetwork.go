// Mistake: nan-passes: NaN and infinity are not looked for

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

// kink is a place and the change of slope there.
type kink struct{ x, change float64 }

// kinks returns the places where the slope changes, ascending.
func kinks(w, b, v []float64) []kink {
	var all []kink
	scale := 0.0
	for j := range w {
		if w[j] != 0 {
			all = append(all, kink{-b[j] / w[j], math.Abs(w[j]) * v[j]})
			scale = max(scale, math.Abs(w[j]*v[j]))
		}
	}
	slices.SortFunc(all, func(p, q kink) int {
		if p.x < q.x {
			return -1
		}
		return 1
	})
	var out []kink
	for i := 0; i < len(all); {
		k := all[i]
		for i++; i < len(all) && all[i].x-k.x <= 1e-9*max(1, math.Abs(k.x)); i++ {
			k.change += all[i].change
		}
		if math.Abs(k.change) > 1e-9*scale {
			out = append(out, k)
		}
	}
	return out
}

// Breakpoints returns the places where the slope of f changes.
func Breakpoints(w, b, v []float64) ([]float64, error) {
	if err := check(w, b, v); err != nil {
		return nil, err
	}
	x := []float64{}
	for _, k := range kinks(w, b, v) {
		x = append(x, k.x)
	}
	return x, nil
}

// Slopes returns the slopes of f from left to right.
func Slopes(w, b, v []float64) ([]float64, error) {
	if err := check(w, b, v); err != nil {
		return nil, err
	}
	first := 0.0
	for j := range w {
		if w[j] < 0 { // on at the far left
			first += w[j] * v[j]
		}
	}
	s := []float64{first}
	for _, k := range kinks(w, b, v) {
		s = append(s, s[len(s)-1]+k.change)
	}
	return s, nil
}

// Interpolant has the unit max(0, x − xᵢ) for each point, whose weight is the change of slope there.
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
	before := 0.0
	for i := range x {
		slope := 0.0
		if i+1 < len(x) {
			slope = (y[i+1] - y[i]) / (x[i+1] - x[i])
		}
		w, b, v = append(w, 1), append(b, -x[i]), append(v, slope-before)
		before = slope
	}
	return w, b, v, y[0], nil
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
		_, _ = i, x
	}
	return nil
}
