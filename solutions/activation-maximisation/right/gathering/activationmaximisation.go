// Package activationmaximisation is the exercise "Activation maximisation", solved otherwise: each pixel gathers its part of TV's
// gradient, and lengths are taken after a division by the largest entry.
package activationmaximisation

import (
	"errors"
	"fmt"
	"math"
)

var errInput = errors.New("an argument is outside the statement's table")

func good(v []float64) bool {
	for _, x := range v {
		if x-x != 0 { // NaN or ±Inf
			return false
		}
	}
	return len(v) > 0
}

func picture(p [][]float64) bool {
	ok := len(p) > 0
	for _, row := range p {
		ok = ok && good(row) && len(row) == len(p[0])
	}
	return ok
}

func setting(v ...float64) bool {
	for _, x := range v {
		if !(x > 0 && x <= math.MaxFloat64) {
			return false
		}
	}
	return true
}

// unit is v/‖v‖₂ and ‖v‖₂; a zero vector stays zero.
func unit(v []float64) ([]float64, float64) {
	largest := 0.0
	for _, x := range v {
		largest = math.Max(largest, math.Abs(x))
	}
	u := make([]float64, len(v))
	if largest == 0 {
		return u, 0
	}
	sum := 0.0
	for j, x := range v {
		u[j] = x / largest
		sum += u[j] * u[j]
	}
	root := math.Sqrt(sum)
	for j := range u {
		u[j] /= root
	}
	return u, root * largest
}

// Maximiser returns radius·w/‖w‖₂.
func Maximiser(w []float64, radius float64) ([]float64, error) {
	u, n := unit(w)
	if !good(w) || !setting(radius) || n == 0 {
		return nil, errInput
	}
	for j := range u {
		u[j] *= radius
	}
	return u, nil
}

// Ascend is projected gradient ascent.
func Ascend(gradient func(x []float64) []float64, x0 []float64, rate, radius float64, steps int) ([][]float64, error) {
	if !good(x0) || !setting(rate, radius) || steps < 0 {
		return nil, errInput
	}
	rows := make([][]float64, 1, steps+1)
	rows[0] = append([]float64{}, x0...)
	for k := 1; k <= steps; k++ {
		last := rows[k-1]
		g := gradient(append([]float64{}, last...))
		if len(g) != len(x0) || !good(g) {
			return nil, fmt.Errorf("the gradient of step %d: %w", k, errInput)
		}
		d, _ := unit(g)
		next := make([]float64, len(x0))
		for j := range next {
			next[j] = last[j] + rate*d[j]
		}
		if u, n := unit(next); n > radius {
			for j := range next {
				next[j] = radius * u[j]
			}
		}
		rows = append(rows, next)
	}
	return rows, nil
}

// Shift asks of each place of the result where it came from.
func Shift(p [][]float64, dy, dx int) ([][]float64, error) {
	if !picture(p) {
		return nil, errInput
	}
	out := make([][]float64, len(p))
	for y := range out {
		out[y] = make([]float64, len(p[0]))
		for x := range out[y] {
			fy, fx := (y-dy)%len(p), (x-dx)%len(p[0])
			if fy < 0 {
				fy += len(p)
			}
			if fx < 0 {
				fx += len(p[0])
			}
			out[y][x] = p[fy][fx]
		}
	}
	return out, nil
}

// TotalVariation lets each pixel gather from up to three roots.
func TotalVariation(p [][]float64, eps float64) (value float64, gradient [][]float64, err error) {
	if !picture(p) || !setting(eps) {
		return 0, nil, errInput
	}
	// at gives the differences and the root of a place
	at := func(y, x int) (dy, dx, r float64) {
		if y < len(p)-1 {
			dy = p[y+1][x] - p[y][x]
		}
		if x < len(p[0])-1 {
			dx = p[y][x+1] - p[y][x]
		}
		return dy, dx, math.Hypot(math.Hypot(dy, dx), eps)
	}
	for y := range p {
		row := make([]float64, len(p[y]))
		for x := range row {
			dy, dx, r := at(y, x)
			value += r - eps
			row[x] = -(dy + dx) / r
			if y > 0 {
				up, _, r := at(y-1, x)
				row[x] += up / r
			}
			if x > 0 {
				_, left, r := at(y, x-1)
				row[x] += left / r
			}
		}
		gradient = append(gradient, row)
	}
	return value, gradient, nil
}

// Objective reads the gradient at the place to which each pixel was moved.
func Objective(score func(x []float64) float64, gradient func(x []float64) []float64, p [][]float64, dy, dx int, lambda, eps float64) (value float64, grad [][]float64, err error) {
	tv, penalty, err := TotalVariation(p, eps)
	if err != nil || !(lambda >= 0 && lambda <= math.MaxFloat64) {
		return 0, nil, errInput
	}
	moved, err := Shift(p, dy, dx)
	if err != nil {
		return 0, nil, err
	}
	var flat []float64
	for _, row := range moved {
		flat = append(flat, row...)
	}
	g := gradient(append([]float64{}, flat...))
	s := score(flat)
	if len(g) != len(flat) || !good(g) || !good([]float64{s}) {
		return 0, nil, errInput
	}
	h, w := len(p), len(p[0])
	for y := range p {
		row := make([]float64, w)
		for x := range row {
			ty, tx := ((y+dy)%h+h)%h, ((x+dx)%w+w)%w
			row[x] = g[ty*w+tx] - lambda*penalty[y][x]
		}
		grad = append(grad, row)
	}
	return s - lambda*tv, grad, nil
}
