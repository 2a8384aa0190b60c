// Package activationmaximisation is the exercise "Activation maximisation", solved.
package activationmaximisation

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Maximiser returns radius·w/‖w‖₂.
func Maximiser(w []float64, radius float64) ([]float64, error) {
	if err := errors.Join(vector(w, len(w)), positive("the radius", radius)); err != nil {
		return nil, err
	}
	n := length(w)
	if n == 0 {
		return nil, errors.New("w is zero: every input excites the unit alike")
	}
	x := make([]float64, len(w))
	for j := range x {
		x[j] = w[j] / n * radius
	}
	return x, nil
}

// Ascend is projected gradient ascent with steps of one length.
func Ascend(gradient func(x []float64) []float64, x0 []float64, rate, radius float64, steps int) ([][]float64, error) {
	if err := errors.Join(vector(x0, len(x0)), positive("the rate", rate), positive("the radius", radius)); err != nil {
		return nil, err
	}
	if steps < 0 {
		return nil, fmt.Errorf("%d steps", steps)
	}
	x := slices.Clone(x0)
	rows := [][]float64{slices.Clone(x)}
	for range steps {
		g := gradient(slices.Clone(x))
		if err := vector(g, len(x)); err != nil {
			return nil, fmt.Errorf("the gradient: %w", err)
		}
		// x ← x + α·g/‖g‖₂
		if n := length(g); n > 0 {
			for j := range x {
				x[j] += rate * (g[j] / n)
			}
		}
		// x ← x·min(1, R/‖x‖₂)
		if n := length(x); n > radius {
			for j := range x {
				x[j] *= radius / n
			}
		}
		rows = append(rows, slices.Clone(x))
	}
	return rows, nil
}

// Shift moves a picture with wrap.
func Shift(picture [][]float64, dy, dx int) ([][]float64, error) {
	if err := matrix(picture); err != nil {
		return nil, err
	}
	h, w := len(picture), len(picture[0])
	out := blank(h, w)
	for y := range h {
		for x := range w {
			out[modulo(y+dy%h, h)][modulo(x+dx%w, w)] = picture[y][x]
		}
	}
	return out, nil
}

// TotalVariation goes over the roots once; each adds to the pixels that it depends on.
func TotalVariation(picture [][]float64, eps float64) (value float64, gradient [][]float64, err error) {
	if err := errors.Join(matrix(picture), positive("ε", eps)); err != nil {
		return 0, nil, err
	}
	h, w := len(picture), len(picture[0])
	gradient = blank(h, w)
	for y := range h {
		for x := range w {
			var dy, dx float64
			if y+1 < h {
				dy = picture[y+1][x] - picture[y][x]
			}
			if x+1 < w {
				dx = picture[y][x+1] - picture[y][x]
			}
			r := math.Sqrt(dy*dy + dx*dx + eps*eps)
			value += r - eps
			gradient[y][x] -= (dy + dx) / r
			if y+1 < h {
				gradient[y+1][x] += dy / r
			}
			if x+1 < w {
				gradient[y][x+1] += dx / r
			}
		}
	}
	return value, gradient, nil
}

// Objective is S(Shift(x)) − λ·TV(x) and its gradient.
func Objective(score func(x []float64) float64, gradient func(x []float64) []float64, picture [][]float64, dy, dx int, lambda, eps float64) (value float64, grad [][]float64, err error) {
	if !(lambda >= 0) || math.IsInf(lambda, 1) {
		return 0, nil, fmt.Errorf("λ = %v is not finite and at least 0", lambda)
	}
	tv, penalty, err := TotalVariation(picture, eps)
	if err != nil {
		return 0, nil, err
	}
	shifted, err := Shift(picture, dy, dx)
	if err != nil {
		return 0, nil, err
	}
	h, w := len(picture), len(picture[0])
	flat := slices.Concat(shifted...)
	s := score(slices.Clone(flat))
	g := gradient(flat)
	if err := errors.Join(vector([]float64{s}, 1), vector(g, h*w)); err != nil {
		return 0, nil, fmt.Errorf("score or gradient: %w", err)
	}
	rows := make([][]float64, h)
	for y := range rows {
		rows[y] = g[y*w : (y+1)*w]
	}
	// ∂S(Shift(x))/∂x is the gradient at the shifted picture, shifted back
	grad, err = Shift(rows, -dy, -dx)
	if err != nil {
		return 0, nil, err
	}
	for y := range grad {
		for x := range grad[y] {
			grad[y][x] -= lambda * penalty[y][x]
		}
	}
	return s - lambda*tv, grad, nil
}

// length is ‖v‖₂, without squares that leave float64's range.
func length(v []float64) float64 {
	n := 0.0
	for _, x := range v {
		n = math.Hypot(n, x)
	}
	return n
}

func modulo(a, n int) int { return (a%n + n) % n }

func blank(h, w int) [][]float64 {
	m := make([][]float64, h)
	for y := range m {
		m[y] = make([]float64, w)
	}
	return m
}

func positive(what string, v float64) error {
	if !(v > 0) || math.IsInf(v, 1) {
		return fmt.Errorf("%s is %v, not positive and finite", what, v)
	}
	return nil
}

func vector(v []float64, n int) error {
	if len(v) == 0 || len(v) != n {
		return fmt.Errorf("%d entries, want %d, at least one", len(v), n)
	}
	for j, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("entry %d is %v", j, x)
		}
	}
	return nil
}

func matrix(m [][]float64) error {
	if len(m) == 0 {
		return errors.New("a picture without rows")
	}
	for y, row := range m {
		if err := vector(row, len(m[0])); err != nil {
			return fmt.Errorf("row %d: %w", y, err)
		}
	}
	return nil
}
