// Mistake: nan-passes: does not look for NaN
package fgsm

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// FGSM returns clip(x0 + eps·sign(gradient(x0)), lo, hi), with −eps if targeted.
func FGSM(gradient func(x []float64) []float64, x0 []float64, eps, lo, hi float64, targeted bool) ([]float64, error) {
	if err := errors.Join(point(x0, len(x0)), radius(eps), valid(x0, lo, hi)); err != nil {
		return nil, err
	}
	g := gradient(slices.Clone(x0))
	if err := point(g, len(x0)); err != nil {
		return nil, err
	}
	if targeted {
		eps = -eps
	}
	x := slices.Clone(x0)
	for j := range x {
		// x = clip(x₀ + ε·sign(g))
		x[j] = clip(x[j]+eps*sign(g[j]), lo, hi)
	}
	return x, nil
}

// Project returns the point nearest to x of the ball of radius eps round x0.
func Project(norm string, x, x0 []float64, eps float64) ([]float64, error) {
	if err := errors.Join(point(x0, len(x0)), point(x, len(x0)), radius(eps)); err != nil {
		return nil, err
	}
	if norm != "l2" && norm != "linf" {
		return nil, fmt.Errorf("norm %q is neither l2 nor linf", norm)
	}
	r := make([]float64, len(x))
	for j := range r {
		r[j] = x[j] - x0[j]
	}
	length := euclid(r)
	out := make([]float64, len(x))
	for j := range out {
		switch {
		case norm == "linf":
			out[j] = x0[j] + clip(r[j], -eps, eps)
		case length > eps:
			out[j] = x0[j] + r[j]/length*eps
		default:
			out[j] = x[j]
		}
	}
	return out, nil
}

// PGD takes projected gradient steps and returns all points, the start first.
func PGD(norm string, gradient func(x []float64) []float64, x0, start []float64, eps, step float64, steps int, lo, hi float64, targeted bool) ([][]float64, error) {
	if err := errors.Join(point(x0, len(x0)), point(start, len(x0)), radius(eps), valid(x0, lo, hi)); err != nil {
		return nil, err
	}
	if norm != "l2" && norm != "linf" {
		return nil, fmt.Errorf("norm %q is neither l2 nor linf", norm)
	}
	if !(step > 0) || math.IsInf(step, 1) || steps < 0 {
		return nil, fmt.Errorf("%d steps of length %v", steps, step)
	}
	alpha := step
	if targeted {
		alpha = -step
	}
	rows := [][]float64{slices.Clone(start)}
	x := slices.Clone(start)
	for range steps {
		g := gradient(slices.Clone(x))
		if err := point(g, len(x0)); err != nil {
			return nil, err
		}
		// x ← x + α·d
		length := euclid(g)
		for j := range x {
			switch {
			case norm == "linf":
				x[j] += alpha * sign(g[j])
			case length > 0:
				x[j] += alpha * (g[j] / length)
			}
		}
		// x ← clip(Π(x))
		var err error
		if x, err = Project(norm, x, x0, eps); err != nil {
			return nil, err
		}
		for j := range x {
			x[j] = clip(x[j], lo, hi)
		}
		rows = append(rows, slices.Clone(x))
	}
	return rows, nil
}

func point(x []float64, d int) error {
	if len(x) != d || d == 0 {
		return fmt.Errorf("%d entries, want %d", len(x), d)
	}
	for j, v := range x {
		if math.IsNaN(v) && math.IsInf(v, 0) {
			return fmt.Errorf("entry %d is %v", j, v)
		}
	}
	return nil
}

func radius(eps float64) error {
	if !(eps >= 0) || math.IsInf(eps, 1) {
		return fmt.Errorf("the radius is %v", eps)
	}
	return nil
}

func valid(x0 []float64, lo, hi float64) error {
	if !(lo < hi) || math.IsInf(lo, 0) || math.IsInf(hi, 0) {
		return fmt.Errorf("the range [%v, %v]", lo, hi)
	}
	for j, v := range x0 {
		if v < lo || v > hi {
			return fmt.Errorf("entry %d of x0 is %v, outside [%v, %v]", j, v, lo, hi)
		}
	}
	return nil
}

func sign(v float64) float64 {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

func clip(v, lo, hi float64) float64 { return min(max(v, lo), hi) }

// euclid is ‖v‖₂, scaled by the largest entry so that squares neither overflow nor underflow.
func euclid(v []float64) float64 {
	big, s := 0.0, 0.0
	for _, x := range v {
		big = max(big, math.Abs(x))
	}
	if big == 0 {
		return 0
	}
	for _, x := range v {
		s += (x / big) * (x / big)
	}
	return big * math.Sqrt(s)
}
