// Package gradientcheck built on one function: the value of f at x + tu.
package gradientcheck

import (
	"errors"
	"math"
)

var errInput = errors.New("gradient check: the input has no result")

// The verdicts of Check.
const (
	Agrees = iota
	Differs
	Within
	Outside
)

type ray struct {
	f    func(x []float64) float64
	x, u []float64
	err  error
}

func (r *ray) at(t float64) float64 {
	y := make([]float64, len(r.x))
	for i := range y {
		y[i] = r.x[i] + t*r.u[i]
	}
	v := r.f(y)
	if v-v != 0 {
		r.err = errInput
	}
	return v
}

func usable(v []float64) bool {
	for _, x := range v {
		if x-x != 0 {
			return false
		}
	}
	return len(v) > 0
}

func positive(v float64) bool { return v > 0 && v < math.Inf(1) }

// Slope along u.
func Slope(f func(x []float64) float64, x, u []float64, h float64) (float64, error) {
	if !usable(x) || !usable(u) || len(u) != len(x) || !positive(h) {
		return 0, errInput
	}
	r := &ray{f: f, x: x, u: u}
	up := r.at(h)
	down := r.at(-h)
	return up/(2*h) - down/(2*h), r.err
}

func unit(n, i int) []float64 {
	e := make([]float64, n)
	e[i] = 1
	return e
}

// Central is Slope along each unit vector.
func Central(f func(x []float64) float64, x []float64, h float64) ([]float64, error) {
	if len(x) == 0 {
		return nil, errInput
	}
	g := make([]float64, len(x))
	var err error
	for i := range g {
		if g[i], err = Slope(f, x, unit(len(x), i), h); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// RelError lets one ratio after the other raise the maximum.
func RelError(a, b []float64) (float64, error) {
	if len(a) != len(b) || len(a) == 0 {
		return 0, errInput
	}
	worst := 0.0
	for i := range a {
		d := a[i] - b[i]
		if d-d != 0 {
			return math.Inf(1), nil
		}
		worst = max(worst, math.Abs(d)/max(1, math.Abs(a[i]), math.Abs(b[i])))
	}
	return worst, nil
}

// Check with four values around f(x).
func Check(f func(x []float64) float64, claimed, x []float64, h, tol float64) ([]int, error) {
	if !usable(x) || len(claimed) != len(x) || !positive(h) || !positive(tol) {
		return nil, errInput
	}
	middle := (&ray{f: f, x: x, u: make([]float64, len(x))}).at(0)
	if middle-middle != 0 {
		return nil, errInput
	}
	out := make([]int, len(x))
	for i, g := range claimed {
		r := &ray{f: f, x: x, u: unit(len(x), i)}
		l1, r1 := (middle-r.at(-h))/h, (r.at(h)-middle)/h
		l2, r2 := (middle-r.at(-h/2))/(h/2), (r.at(h/2)-middle)/(h/2)
		if r.err != nil {
			return nil, r.err
		}
		s := max(1, math.Abs(l2), math.Abs(r2))
		kink := math.Abs(r2-l2) > max(0.75*math.Abs(r1-l1), tol*s)
		var off, allowed float64
		if kink {
			off = max(0, min(l2, r2)-g, g-max(l2, r2))
			allowed = tol * s
		} else {
			d := (l1 + r1) / 2
			off = math.Abs(g - d)
			allowed = tol * max(1, math.Abs(g), math.Abs(d))
		}
		if !(off <= allowed) || math.IsInf(g, 0) {
			out[i]++
		}
		if kink {
			out[i] += 2
		}
	}
	return out, nil
}
