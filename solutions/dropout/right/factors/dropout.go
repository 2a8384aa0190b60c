// Right: one helper that multiplies, and a recursion over the units.
package dropout

import (
	"fmt"
	"math"
	"slices"
)

func ok(v float64) bool { return !math.IsNaN(v-v) && v-v == 0 }

func inRange(p float64) bool { return 0 < p && p <= 1 }

// Mask keeps where 1 − u ≤ p, which has probability p too.
func Mask(n int, keep float64, uniform func() float64) ([]float64, error) {
	if n < 1 || !inRange(keep) {
		return nil, fmt.Errorf("%d units, probability %v", n, keep)
	}
	var mask []float64
	for len(mask) < n {
		v := 0.0
		if 1-uniform() <= keep {
			v = 1
		}
		mask = append(mask, v)
	}
	return mask, nil
}

func multiply(x, mask []float64, keep, factor float64) ([]float64, error) {
	if !inRange(keep) || len(x) == 0 || len(x) != len(mask) {
		return nil, fmt.Errorf("%d numbers, %d entries of the mask, probability %v", len(x), len(mask), keep)
	}
	out := slices.Clone(x)
	for i, r := range mask {
		if r*r != r {
			return nil, fmt.Errorf("mask[%d] is %v", i, r)
		}
		out[i] *= r * factor
		if !ok(x[i]) || !ok(out[i]) {
			return nil, fmt.Errorf("entry %d: from %v comes %v", i, x[i], out[i])
		}
	}
	return out, nil
}

// Drop chooses the factor.
func Drop(x, mask []float64, keep float64, inverted, training bool) ([]float64, error) {
	factor := 1.0
	switch {
	case inverted && training:
		factor = 1 / keep
	case !inverted && !training:
		factor = keep
	}
	if !training {
		mask = slices.Repeat([]float64{1}, len(x))
	}
	return multiply(x, mask, keep, factor)
}

// DropGradient is the layer itself, on dy: it is linear and diagonal.
func DropGradient(dy, mask []float64, keep float64, inverted bool) ([]float64, error) {
	return Drop(dy, mask, keep, inverted, true)
}

// Expectation decides unit by unit.
func Expectation(f func(h []float64) float64, h []float64, keep float64) (float64, error) {
	if !inRange(keep) || len(h) == 0 || len(h) > 10 || slices.ContainsFunc(h, func(v float64) bool { return !ok(v) }) {
		return 0, fmt.Errorf("%v with probability %v", h, keep)
	}
	good := true
	var mean func(rest []float64, from int) float64
	mean = func(rest []float64, from int) float64 {
		if from == len(h) {
			v := f(slices.Clone(rest))
			good = good && ok(v)
			return v
		}
		with := mean(rest, from+1)
		without := slices.Clone(rest)
		without[from] = 0
		return keep*with + (1-keep)*mean(without, from+1)
	}
	m := mean(h, 0)
	if !good || !ok(m) {
		return 0, fmt.Errorf("a value is not finite")
	}
	return m, nil
}

// Survival counts down, and takes the sum of an arithmetic series.
func Survival(blocks int, last float64) (p []float64, expected float64, err error) {
	if blocks < 1 || !inRange(last) {
		return nil, 0, fmt.Errorf("%d blocks, probability %v", blocks, last)
	}
	L := float64(blocks)
	p = make([]float64, blocks)
	for i := range p {
		p[i] = ((L-float64(i+1))*1 + float64(i+1)*last) / L
	}
	return p, L - (L+1)*(1-last)/2, nil
}
