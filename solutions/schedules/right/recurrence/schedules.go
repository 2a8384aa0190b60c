// Package schedules without formulas in k where a rate follows from the last one, and with power iteration.
package schedules

import (
	"errors"
	"math"
)

var errInput = errors.New("not an input of this exercise")

func inside(v, lo, hi float64) bool { return v > lo && v < hi }

// StepDecay multiplies once in every steps.
func StepDecay(rate, factor float64, every, steps int) ([]float64, error) {
	if !inside(rate, 0, math.Inf(1)) || !(inside(factor, 0, 1) || factor == 1) || every < 1 || steps < 0 {
		return nil, errInput
	}
	var out []float64
	left := every
	for len(out) < steps {
		if left == 0 {
			rate, left = rate*factor, every
		}
		out = append(out, rate)
		left--
	}
	return out, nil
}

// Exponential is a step decay at every step.
func Exponential(rate, factor float64, steps int) ([]float64, error) {
	return StepDecay(rate, factor, 1, steps)
}

// Cosine is the square of half the angle's cosine.
func Cosine(rate, end float64, period, steps int) ([]float64, error) {
	if !inside(rate, 0, math.Inf(1)) || !inside(end, -math.SmallestNonzeroFloat64, math.Nextafter(rate, math.Inf(1))) || period < 1 || steps < 0 {
		return nil, errInput
	}
	out := make([]float64, steps)
	for k := range out {
		c := math.Cos(math.Pi / 2 * float64(min(k, period)) / float64(period))
		out[k] = end*(1-c*c) + rate*c*c // ½(1 + cos 2a) = cos² a
	}
	return out, nil
}

// Inverse is rate·scale/(scale + k).
func Inverse(rate, scale float64, steps int) ([]float64, error) {
	if !inside(rate, 0, math.Inf(1)) || !inside(scale, 0, math.Inf(1)) || steps < 0 {
		return nil, errInput
	}
	out := make([]float64, steps)
	for k := range out {
		out[k] = rate * (scale / (scale + float64(k)))
	}
	return out, nil
}

func good(rates []float64) bool {
	for _, v := range rates {
		if !(v >= 0 && v <= math.MaxFloat64) {
			return false
		}
	}
	return true
}

// WarmUp fills one list.
func WarmUp(climb int, rates []float64) ([]float64, error) {
	if climb < 0 || len(rates) < 1 || !good(rates) {
		return nil, errInput
	}
	out := make([]float64, climb+len(rates))
	for k := range out {
		if k < climb {
			out[k] = rates[0] * (float64(k+1) / float64(climb))
		} else {
			out[k] = rates[k-climb]
		}
	}
	return out, nil
}

// StepLimit is by power iteration on H + cI, squared again and again: after 60 squarings every eigenvalue but the largest is gone.
func StepLimit(h [][]float64) (float64, error) {
	n, size := len(h), 0.0
	for _, row := range h {
		if len(row) != n {
			return 0, errInput
		}
		for _, v := range row {
			if v-v != 0 {
				return 0, errInput
			}
			size = max(size, math.Abs(v))
		}
	}
	if n == 0 {
		return 0, errInput
	}
	shift := 0.0
	for i := range h {
		sum := 0.0
		for j := range h {
			if math.Abs(h[i][j]-h[j][i]) > 1e-9*size {
				return 0, errInput
			}
			if size > 0 {
				sum += math.Abs(h[i][j] / size)
			}
		}
		shift = max(shift, sum)
	}
	if size == 0 {
		return math.Inf(1), nil
	}
	// P is a power of (H/size + cI), scaled to trace 1
	p := make([][]float64, n)
	for i := range p {
		p[i] = make([]float64, n)
		for j := range p[i] {
			p[i][j] = h[i][j] / size
		}
		p[i][i] += shift
	}
	for range 60 {
		trace := 0.0
		for i := range p {
			trace += p[i][i]
		}
		if trace == 0 {
			return math.Inf(1), nil // H = −cI
		}
		q := make([][]float64, n)
		for i := range q {
			q[i] = make([]float64, n)
			for j := range q[i] {
				for k := range p {
					q[i][j] += p[i][k] / trace * (p[k][j] / trace)
				}
			}
		}
		p = q
	}
	// the trace of PH over that of P is the mean of H's eigenvalues over the largest's space
	top, trace := 0.0, 0.0
	for i := range p {
		trace += p[i][i]
		for j := range p {
			top += p[i][j] * h[j][i] / size
		}
	}
	top *= size / trace
	if top <= 0 {
		return math.Inf(1), nil
	}
	return 2 / top, nil
}

// Descend calls itself for the rates that are left.
func Descend(grad func(x []float64) []float64, x0, rates []float64) ([][]float64, error) {
	x := append([]float64{}, x0...)
	for _, v := range x {
		if v-v != 0 {
			return nil, errInput
		}
	}
	if len(x) == 0 || !good(rates) {
		return nil, errInput
	}
	if len(rates) == 0 {
		return [][]float64{x}, nil
	}
	g := grad(append([]float64{}, x...))
	if len(g) != len(x) {
		return nil, errInput
	}
	next := make([]float64, len(x))
	for i := range next {
		next[i] = x[i] - rates[0]*g[i]
	}
	rest, err := Descend(grad, next, rates[1:])
	if err != nil {
		return nil, err
	}
	return append([][]float64{x}, rest...), nil
}
