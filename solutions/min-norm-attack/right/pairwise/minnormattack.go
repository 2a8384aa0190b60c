// Package minnormattack, written by two-class problems: OneVsAll asks MinL2 or MinInf about every pair.
package minnormattack

import (
	"errors"
	"math"
	"slices"
)

func MinL2(w []float64, b float64, x []float64, overshoot float64) ([]float64, error) {
	g, ok := value(w, b, x)
	if !ok || !(overshoot >= 0 && overshoot <= math.MaxFloat64) {
		return nil, errors.New("bad input")
	}
	// by the largest weight, so that squares neither vanish nor overflow
	top := 0.0
	for _, v := range w {
		top = max(top, math.Abs(v))
	}
	if top == 0 {
		return nil, errors.New("no boundary")
	}
	ww := 0.0
	for _, v := range w {
		ww += v / top * (v / top)
	}
	r := slices.Clone(w)
	for i := range r {
		r[i] = -(1 + overshoot) * (g / top / ww) * (r[i] / top)
	}
	return checked(r)
}

func MinInf(w []float64, b float64, x []float64, overshoot float64) ([]float64, error) {
	g, ok := value(w, b, x)
	if !ok || !(overshoot >= 0 && overshoot <= math.MaxFloat64) {
		return nil, errors.New("bad input")
	}
	n := 0.0
	for _, v := range w {
		n += math.Abs(v)
	}
	if n == 0 {
		return nil, errors.New("no boundary")
	}
	r := make([]float64, len(w))
	for i := range r {
		// an entry of weight zero moves too, which costs nothing
		r[i] = math.Copysign(1, w[i]) * -g / n * (1 + overshoot)
	}
	return checked(r)
}

func MaxAllowable(w []float64, b float64, x []float64, eta float64) ([]float64, bool, error) {
	g, ok := value(w, b, x)
	if !ok || !(eta >= 0) || math.IsInf(eta, 0) || g == 0 {
		return nil, false, errors.New("bad input")
	}
	r, err := MinInf(w, b, x, 0)
	if err != nil {
		return nil, false, err
	}
	need, n := 0.0, 0.0
	for i, v := range r {
		need = max(need, math.Abs(v))
		n += math.Abs(w[i])
		r[i] = math.Copysign(eta, v)
	}
	return r, eta*n > math.Abs(g), nil
}

func OneVsAll(W [][]float64, b, x []float64, inf bool, overshoot float64) ([]float64, int, error) {
	if len(W) < 2 || len(W) != len(b) || !(overshoot >= 0 && overshoot <= math.MaxFloat64) {
		return nil, 0, errors.New("bad shapes")
	}
	f := make([]float64, len(W))
	for k := range W {
		v, ok := value(W[k], b[k], x)
		if !ok {
			return nil, 0, errors.New("bad input")
		}
		f[k] = v
	}
	y := slices.Index(f, slices.Max(f))
	var best []float64
	rival, shortest := 0, math.Inf(1)
	for k := range W {
		d := make([]float64, len(x))
		any := false
		for j := range d {
			d[j] = W[k][j] - W[y][j]
			any = any || d[j] != 0
		}
		if k == y || !any {
			continue
		}
		attack := MinL2
		if inf {
			attack = MinInf
		}
		// the pair's value at x as the bias, at the origin
		r, err := attack(d, f[k]-f[y], make([]float64, len(x)), overshoot)
		if err != nil {
			return nil, 0, err
		}
		length := 0.0
		for _, v := range r {
			if inf {
				length = max(length, math.Abs(v))
			} else {
				length = math.Hypot(length, v)
			}
		}
		if length < shortest {
			best, rival, shortest = r, k, length
		}
	}
	if best == nil {
		return nil, 0, errors.New("no boundary")
	}
	return best, rival, nil
}

func value(w []float64, b float64, x []float64) (float64, bool) {
	if len(w) != len(x) || len(x) == 0 {
		return 0, false
	}
	g := b
	for i := range w {
		if math.IsNaN(w[i]-w[i]) || math.IsNaN(x[i]-x[i]) {
			return 0, false
		}
		g += w[i] * x[i]
	}
	return g, !math.IsNaN(g - g)
}

func checked(r []float64) ([]float64, error) {
	for _, v := range r {
		if math.IsNaN(v - v) {
			return nil, errors.New("not finite")
		}
	}
	return r, nil
}
