// Package dropout is the reference solution of the exercise dropout.
package dropout

import (
	"errors"
	"fmt"
	"math"
)

// Mask draws n zeros and ones.
func Mask(n int, keep float64, uniform func() float64) ([]float64, error) {
	if n < 1 {
		return nil, fmt.Errorf("a mask of %d units", n)
	}
	if err := probability(keep); err != nil {
		return nil, err
	}
	mask := make([]float64, n)
	for i := range mask {
		u := uniform()
		if u < keep { // P(u < p) = p
			mask[i] = 1
		}
	}
	return mask, nil
}

// Drop is the layer in training and at test time.
func Drop(x, mask []float64, keep float64, inverted, training bool) ([]float64, error) {
	if err := errors.Join(finite("x", x), probability(keep)); err != nil {
		return nil, err
	}
	// the factor:        training   test
	//   the lecture's       1        p
	//   inverted           1/p       1
	y := make([]float64, len(x))
	if !training {
		for i := range x {
			y[i] = x[i]
			if !inverted {
				y[i] = keep * x[i]
			}
		}
		return y, nil
	}
	if err := goodMask(mask, len(x)); err != nil {
		return nil, err
	}
	for i := range x {
		y[i] = mask[i] * x[i]
		if inverted {
			y[i] /= keep
		}
	}
	return y, finite("the result", y)
}

// DropGradient takes the derivative through the same mask and factor.
func DropGradient(dy, mask []float64, keep float64, inverted bool) ([]float64, error) {
	if err := errors.Join(finite("dy", dy), probability(keep)); err != nil {
		return nil, err
	}
	if err := goodMask(mask, len(dy)); err != nil {
		return nil, err
	}
	dx := make([]float64, len(dy))
	for i := range dy {
		dx[i] = mask[i] * dy[i]
		if inverted {
			dx[i] /= keep
		}
	}
	return dx, finite("the result", dx)
}

// Expectation visits all masks.
func Expectation(f func(h []float64) float64, h []float64, keep float64) (float64, error) {
	if err := errors.Join(finite("h", h), probability(keep)); err != nil {
		return 0, err
	}
	if len(h) > 10 {
		return 0, fmt.Errorf("%d units, at most 10", len(h))
	}
	mean := 0.0
	for b := range 1 << len(h) {
		thin, prob := make([]float64, len(h)), 1.0
		for i := range h {
			if b>>i&1 == 1 {
				thin[i] = h[i]
				prob *= keep
			} else {
				prob *= 1 - keep
			}
		}
		v := f(thin)
		if err := finite("a value of f", []float64{v}); err != nil {
			return 0, err
		}
		mean += prob * v // E f = Σ_r P(r) f(r∘h)
	}
	return mean, finite("the mean", []float64{mean})
}

// Survival is the linear rule.
func Survival(blocks int, last float64) (p []float64, expected float64, err error) {
	if blocks < 1 {
		return nil, 0, fmt.Errorf("%d blocks", blocks)
	}
	if err := probability(last); err != nil {
		return nil, 0, err
	}
	for l := 1; l <= blocks; l++ {
		// p_l = 1 − (l/L)(1 − p_L)
		p = append(p, 1-float64(l)/float64(blocks)*(1-last))
		expected += p[l-1]
	}
	return p, expected, nil
}

func probability(keep float64) error {
	if !(keep > 0 && keep <= 1) {
		return fmt.Errorf("a probability of %v, need (0, 1]", keep)
	}
	return nil
}

func goodMask(mask []float64, n int) error {
	if len(mask) != n {
		return fmt.Errorf("a mask of %d entries for %d units", len(mask), n)
	}
	for i, v := range mask {
		if v != 0 && v != 1 {
			return fmt.Errorf("mask[%d] is %v", i, v)
		}
	}
	return nil
}

func finite(what string, v []float64) error {
	if len(v) == 0 {
		return fmt.Errorf("%s is empty", what)
	}
	for i, e := range v {
		if math.IsNaN(e) || math.IsInf(e, 0) {
			return fmt.Errorf("%s[%d] is %v", what, i, e)
		}
	}
	return nil
}
