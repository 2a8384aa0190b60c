// Package minnormattack, written with distance and unit direction apart.
package minnormattack

import (
	"fmt"
	"math"
)

// hyperplane is the set value + gradientᵀr = 0 of perturbations r, seen in a norm.
type hyperplane struct {
	distance  float64   // signed: positive where the value is
	direction []float64 // of length one in the norm; the value grows along it
}

func see(gradient []float64, value float64, inf bool) (h hyperplane, ok bool) {
	dual := 0.0
	for _, g := range gradient {
		if inf {
			dual += math.Abs(g)
		} else {
			dual = math.Hypot(dual, g)
		}
	}
	if dual == 0 {
		return h, false
	}
	for _, g := range gradient {
		u := g / dual
		if inf {
			u = 0
			if g != 0 {
				u = math.Copysign(1, g)
			}
		}
		h.direction = append(h.direction, u)
	}
	h.distance = value / dual
	return h, true
}

func (h hyperplane) cross(overshoot float64) ([]float64, error) {
	var r []float64
	for _, u := range h.direction {
		r = append(r, -u*h.distance*(1+overshoot))
	}
	return r, numbers(r...)
}

func MinL2(w []float64, b float64, x []float64, overshoot float64) ([]float64, error) {
	return minimum(w, b, x, overshoot, false)
}

func MinInf(w []float64, b float64, x []float64, overshoot float64) ([]float64, error) {
	return minimum(w, b, x, overshoot, true)
}

func minimum(w []float64, b float64, x []float64, overshoot float64, inf bool) ([]float64, error) {
	g, err := logit(w, b, x)
	if err != nil {
		return nil, err
	}
	h, ok := see(w, g, inf)
	if err := numbers(overshoot); err != nil || overshoot < 0 || !ok {
		return nil, fmt.Errorf("overshoot %v, weights %v", overshoot, w)
	}
	return h.cross(overshoot)
}

func MaxAllowable(w []float64, b float64, x []float64, eta float64) (r []float64, flips bool, err error) {
	g, err := logit(w, b, x)
	if err != nil {
		return nil, false, err
	}
	h, ok := see(w, g, true)
	if err := numbers(eta); err != nil || eta < 0 || !ok || g == 0 {
		return nil, false, fmt.Errorf("η %v, weights %v, g(x) = %v", eta, w, g)
	}
	side := math.Copysign(1, g)
	reach := 0.0
	for i, u := range h.direction {
		r = append(r, -side*eta*u)
		reach += eta * u * w[i]
	}
	return r, reach > side*g, nil
}

func OneVsAll(W [][]float64, b, x []float64, inf bool, overshoot float64) (r []float64, rival int, err error) {
	if len(W) != len(b) || len(W) < 2 || numbers(overshoot) != nil || overshoot < 0 {
		return nil, 0, fmt.Errorf("%d rows, %d biases, overshoot %v", len(W), len(b), overshoot)
	}
	y, f := 0, make([]float64, len(W))
	for k := range W {
		if f[k], err = logit(W[k], b[k], x); err != nil {
			return nil, 0, err
		}
		if f[k] > f[y] {
			y = k
		}
	}
	rival = -1
	var nearest hyperplane
	for k := range W {
		d := make([]float64, len(x))
		for j := range d {
			d[j] = W[y][j] - W[k][j] // here the value is f_y − f_k ≥ 0
		}
		if h, ok := see(d, f[y]-f[k], inf); ok && (rival < 0 || h.distance < nearest.distance) {
			nearest, rival = h, k
		}
	}
	if rival < 0 {
		return nil, 0, fmt.Errorf("class %d has no boundary", y)
	}
	r, err = nearest.cross(overshoot)
	return r, rival, err
}

func logit(w []float64, b float64, x []float64) (float64, error) {
	if len(w) != len(x) || len(w) == 0 {
		return 0, fmt.Errorf("%d weights, %d inputs", len(w), len(x))
	}
	g := b
	for i := range w {
		g += w[i] * x[i]
		if err := numbers(w[i], x[i]); err != nil {
			return 0, err
		}
	}
	return g, numbers(g)
}

func numbers(v ...float64) error {
	for _, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("%v is not finite", x)
		}
	}
	return nil
}
