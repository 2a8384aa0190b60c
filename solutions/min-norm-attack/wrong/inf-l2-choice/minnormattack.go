// Mistake: inf-l2-choice: chooses the rival by the L2 distance in both norms

package minnormattack

import (
	"errors"
	"fmt"
	"math"
)

// MinL2 returns −(1 + η)·g(x)/‖w‖₂² · w.
func MinL2(w []float64, b float64, x []float64, overshoot float64) ([]float64, error) {
	g, err := affine(w, b, x)
	if err != nil {
		return nil, err
	}
	if err := setting(overshoot); err != nil {
		return nil, err
	}
	return step(w, g, false, overshoot)
}

// MinInf returns −(1 + η)·g(x)/‖w‖₁ · sign(w).
func MinInf(w []float64, b float64, x []float64, overshoot float64) ([]float64, error) {
	g, err := affine(w, b, x)
	if err != nil {
		return nil, err
	}
	if err := setting(overshoot); err != nil {
		return nil, err
	}
	return step(w, g, true, overshoot)
}

// MaxAllowable returns ∓η·sign(w), which moves g by η‖w‖₁.
func MaxAllowable(w []float64, b float64, x []float64, eta float64) (r []float64, flips bool, err error) {
	g, err := affine(w, b, x)
	if err != nil {
		return nil, false, err
	}
	if err := setting(eta); err != nil {
		return nil, false, err
	}
	if g == 0 {
		return nil, false, errors.New("x lies on the boundary: there is no other sign")
	}
	n := norm(w, true)
	if n == 0 {
		return nil, false, errors.New("w is zero")
	}
	r = make([]float64, len(w))
	for i := range r {
		r[i] = -eta * sign(g) * sign(w[i])
	}
	return r, eta*n > math.Abs(g), nil
}

// OneVsAll goes to the nearest boundary.
func OneVsAll(W [][]float64, b, x []float64, inf bool, overshoot float64) (r []float64, rival int, err error) {
	if len(W) < 2 || len(b) != len(W) {
		return nil, 0, fmt.Errorf("%d rows of weights and %d biases", len(W), len(b))
	}
	if err := setting(overshoot); err != nil {
		return nil, 0, err
	}
	f := make([]float64, len(W))
	y := 0
	for k := range W {
		if f[k], err = affine(W[k], b[k], x); err != nil {
			return nil, 0, fmt.Errorf("class %d: %w", k, err)
		}
		if f[k] > f[y] {
			y = k
		}
	}
	best := math.Inf(1)
	rival = -1
	var bestW []float64
	for k := range W {
		if k == y {
			continue
		}
		// w'_k = w_k − w_y
		w := make([]float64, len(x))
		for j := range w {
			w[j] = W[k][j] - W[y][j]
		}
		n := norm(w, false)
		if n == 0 {
			continue
		}
		// |f'_k| / ‖w'_k‖_q
		if dist := math.Abs(f[k]-f[y]) / n; dist < best {
			best, rival, bestW = dist, k, w
		}
	}
	if rival < 0 {
		return nil, 0, fmt.Errorf("no class has another boundary with class %d", y)
	}
	r, err = step(bestW, f[rival]-f[y], inf, overshoot)
	return r, rival, err
}

// step returns −(1 + η)·g/‖w‖_q · u, with u the unit direction in which wᵀu = ‖w‖_q.
func step(w []float64, g float64, inf bool, overshoot float64) ([]float64, error) {
	n := norm(w, inf)
	if n == 0 {
		return nil, errors.New("w is zero")
	}
	r := make([]float64, len(w))
	for i := range r {
		if inf {
			// −g/‖w‖₁ · sign(w)
			r[i] = -(1 + overshoot) * g / n * sign(w[i])
		} else {
			// −g/‖w‖₂² · w
			r[i] = -(1 + overshoot) * g / n * (w[i] / n)
		}
	}
	return r, finite("r", r)
}

// norm is the dual norm: ‖w‖₁ for L∞, ‖w‖₂ for L2.
func norm(w []float64, inf bool) float64 {
	s := 0.0
	for _, v := range w {
		if inf {
			s += math.Abs(v)
		} else {
			s = math.Hypot(s, v)
		}
	}
	return s
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

// affine is g(x) = wᵀx + b.
func affine(w []float64, b float64, x []float64) (float64, error) {
	if len(x) == 0 || len(w) != len(x) {
		return 0, fmt.Errorf("%d weights for %d inputs", len(w), len(x))
	}
	if err := errors.Join(finite("w", w), finite("x", x)); err != nil {
		return 0, err
	}
	g := b
	for i := range w {
		g += w[i] * x[i]
	}
	return g, finite("b or g(x)", []float64{b, g})
}

func setting(v float64) error {
	if !(v >= 0) || math.IsInf(v, 0) {
		return fmt.Errorf("%v is not a number ≥ 0", v)
	}
	return nil
}

func finite(name string, v []float64) error {
	for i, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("entry %d of %s is %v", i, name, x)
		}
	}
	return nil
}
