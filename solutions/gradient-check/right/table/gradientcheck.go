// Package gradientcheck that measures first, all values in a table, and judges afterwards. It moves the caller's x and puts it back.
package gradientcheck

import (
	"fmt"
	"math"
)

// The verdicts of Check.
const (
	Agrees  = 0
	Differs = 1
	Within  = 2
	Outside = 3
)

// measure returns f at x shifted in coordinate i by each of the steps, rows by coordinate.
func measure(f func(x []float64) float64, x []float64, steps ...float64) ([][]float64, error) {
	if len(x) == 0 {
		return nil, fmt.Errorf("x is empty")
	}
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("x[%d] = %v", i, v)
		}
	}
	for _, s := range steps {
		if s == 0 || math.IsNaN(s) || math.IsInf(s, 0) {
			return nil, fmt.Errorf("a step of %v", s)
		}
	}
	table := make([][]float64, len(x))
	for i := range x {
		keep := x[i]
		for _, s := range steps {
			x[i] = keep + s
			v := f(x)
			x[i] = keep
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("f is %v beside x in coordinate %d", v, i)
			}
			table[i] = append(table[i], v)
		}
	}
	return table, nil
}

// Central takes two columns.
func Central(f func(x []float64) float64, x []float64, h float64) ([]float64, error) {
	if h < 0 {
		return nil, fmt.Errorf("a step of %v", h)
	}
	t, err := measure(f, x, h, -h)
	if err != nil {
		return nil, err
	}
	g := make([]float64, len(x))
	for i, row := range t {
		g[i] = 0.5 * (row[0] - row[1]) / h
	}
	return g, nil
}

// Slope is the central difference at 0 of t ↦ f(x + tu).
func Slope(f func(x []float64) float64, x, u []float64, h float64) (float64, error) {
	if len(u) != len(x) || len(x) == 0 {
		return 0, fmt.Errorf("%d and %d entries", len(x), len(u))
	}
	for i := range x {
		if v := x[i] + u[i]; math.IsNaN(v) || math.IsInf(x[i], 0) || math.IsInf(u[i], 0) {
			return 0, fmt.Errorf("entry %d is not finite", i)
		}
	}
	line := func(t []float64) float64 {
		y := make([]float64, len(x))
		for i := range y {
			y[i] = x[i] + t[0]*u[i]
		}
		return f(y)
	}
	g, err := Central(line, []float64{0}, h)
	if err != nil {
		return 0, err
	}
	return g[0], nil
}

// RelError sums nothing, it looks for the worst.
func RelError(a, b []float64) (float64, error) {
	if len(a) == 0 || len(a) != len(b) {
		return 0, fmt.Errorf("%d and %d entries", len(a), len(b))
	}
	worst := math.Inf(-1)
	for i, v := range a {
		w := b[i]
		if math.IsNaN(v+w) || math.IsInf(v, 0) || math.IsInf(w, 0) {
			return math.Inf(1), nil
		}
		e := math.Abs(v - w)
		if m := math.Max(math.Abs(v), math.Abs(w)); m > 1 {
			e /= m
		}
		worst = math.Max(worst, e)
	}
	return worst, nil
}

// Check judges rows of the table.
func Check(f func(x []float64) float64, claimed, x []float64, h, tol float64) ([]int, error) {
	if h < 0 || !(tol > 0 && tol <= math.MaxFloat64) || len(claimed) != len(x) {
		return nil, fmt.Errorf("h = %v, tol = %v, %d claims for %d coordinates", h, tol, len(claimed), len(x))
	}
	t, err := measure(f, x, -h, -h/2, h/2, h)
	if err != nil {
		return nil, err
	}
	f0 := f(x)
	if math.IsNaN(f0) || math.IsInf(f0, 0) {
		return nil, fmt.Errorf("f(x) = %v", f0)
	}
	verdicts := make([]int, len(x))
	for i, v := range t {
		verdicts[i] = judge((f0-v[0])/h, (v[3]-f0)/h, 2*(f0-v[1])/h, 2*(v[2]-f0)/h, claimed[i], tol)
	}
	return verdicts, nil
}

func judge(left, right, left2, right2, g, tol float64) int {
	inside := func(lo, hi, s float64) bool {
		return g >= lo-tol*s && g <= hi+tol*s && !math.IsInf(g, 0)
	}
	size := func(v ...float64) float64 {
		s := 1.0
		for _, x := range v {
			s = math.Max(s, math.Abs(x))
		}
		return s
	}
	if gap := math.Abs(right2 - left2); gap > tol*size(left2, right2) && gap > 0.75*math.Abs(right-left) {
		if inside(math.Min(left2, right2), math.Max(left2, right2), size(left2, right2)) {
			return Within
		}
		return Outside
	}
	d := (left + right) / 2
	if inside(d, d, size(g, d)) {
		return Agrees
	}
	return Differs
}
