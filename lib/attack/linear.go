package attack

import (
	"fmt"
	"math"
)

// Closed forms for the linear two-class classifier g(x) = wᵀx + w₀, which answers by the sign of g, and for the
// one-vs-all classifier that answers argmax_k (W x + b)_k.
//
// The minimum-norm perturbations below land ON the boundary, g(x₀ + r) = 0, where the classes tie: up to round-off the
// label has not changed yet. To change it go a little further, by (1 + η)·r with a small overshoot η > 0.
// w = 0 means that there is no boundary: ErrZeroGradient.

// LinearMin returns the smallest perturbation r in the norm p that brings x₀ onto the boundary wᵀx + w₀ = 0:
//
//	r = −(wᵀx₀ + w₀)/‖w‖_q · u,   1/p + 1/q = 1,
//
// with u the unit direction of steepest ascent (Norm.Steepest). Its length is ‖r‖_p = |wᵀx₀ + w₀|/‖w‖_q.
//
//	p = 2: r = −(wᵀx₀ + w₀)/‖w‖₂² · w           the projection onto the boundary
//	p = ∞: r = −(wᵀx₀ + w₀)/‖w‖₁ · sign(w)      one minimiser of many where some wᵢ = 0: those rᵢ are free in [−‖r‖_∞, ‖r‖_∞]
//
// w and x0 have equal length, else LinearMin panics. Source: Moosavi-Dezfooli et al. 2016, eq. 3 (p = 2) and §3.3 (any p).
func LinearMin(p Norm, w []float64, w0 float64, x0 []float64) (r []float64, err error) {
	g := affine(w, w0, x0)
	if math.IsNaN(g) || math.IsInf(g, 0) {
		return nil, fmt.Errorf("attack: wᵀx₀ + w₀ is %v: %w", g, ErrNotFinite)
	}
	u, gain := p.Steepest(w)
	if gain == 0 {
		return nil, fmt.Errorf("attack: w is zero, so the classifier has no boundary: %w", ErrZeroGradient)
	}
	// r = −g(x₀)/‖w‖_q · u
	for i := range u {
		u[i] *= -g / gain
	}
	return u, nil
}

// LinearMaxInf returns the maximum-allowable L∞ attack: the r with ‖r‖_∞ ≤ η that lowers wᵀ(x₀ + r) most, whatever x₀ is,
//
//	r = −η·sign(w),   which lowers g by η‖w‖₁ (Hölder: wᵀr ≥ −‖r‖_∞‖w‖₁).
//
// It flips an x₀ on the positive side exactly if η‖w‖₁ > g(x₀); LinearMin with p = ∞ is the η at which that begins.
// For an x₀ on the negative side give −w. η ≥ 0, else panic.
func LinearMaxInf(w []float64, eta float64) []float64 {
	if !(eta >= 0) {
		panic(fmt.Sprintf("attack: LinearMaxInf: η = %v is not ≥ 0", eta))
	}
	r := make([]float64, len(w))
	for i, x := range w {
		switch {
		case x > 0:
			r[i] = -eta
		case x < 0:
			r[i] = eta
		}
	}
	return r
}

// OneVsAllMin returns the smallest perturbation r in the norm p that brings x₀ onto the boundary of the region in which
// the classifier argmax_k (W x + b)_k answers label, and the class on the other side. The region is a convex polyhedron;
// its nearest face is
//
//	l̂ = argmin_{k≠y} |f_k(x₀) − f_y(x₀)| / ‖w_k − w_y‖_q        (eq. 8)
//	r = |f_l̂(x₀) − f_y(x₀)| / ‖w_l̂ − w_y‖_q · u                 (eq. 9 for p = 2)
//
// W is [classes][len(x0)], b [classes]. Among equally near classes the first is taken. If the classifier does not
// answer label at x₀, r is zero and rival is the class it answers (ties go to the first class, as in ArgMax).
// ErrZeroGradient if every class has label's weights. Source: Moosavi-Dezfooli et al. 2016, §3.1.
func OneVsAllMin(p Norm, W [][]float64, b []float64, x0 []float64, label int) (r []float64, rival int, err error) {
	if len(W) != len(b) || label < 0 || label >= len(b) {
		panic(fmt.Sprintf("attack: OneVsAllMin: %d rows, %d biases, label %d", len(W), len(b), label))
	}
	f := make([]float64, len(b))
	for k := range f {
		f[k] = affine(W[k], b[k], x0)
		if math.IsNaN(f[k]) || math.IsInf(f[k], 0) {
			return nil, -1, fmt.Errorf("attack: logit %d is %v: %w", k, f[k], ErrNotFinite)
		}
	}
	if k := ArgMax(f); k != label {
		return make([]float64, len(x0)), k, nil
	}
	best := math.Inf(1)
	rival = -1
	for k := range W {
		if k == label {
			continue
		}
		w := make([]float64, len(x0))
		for j := range w {
			w[j] = W[k][j] - W[label][j]
		}
		u, gain := p.Steepest(w)
		if gain == 0 {
			continue
		}
		if dist := math.Abs(f[k]-f[label]) / gain; dist < best {
			best, rival, r = dist, k, u
		}
	}
	if rival < 0 {
		return nil, -1, fmt.Errorf("attack: all classes share the weights of class %d: %w", label, ErrZeroGradient)
	}
	for j := range r {
		r[j] *= best
	}
	return r, rival, nil
}

// ArgMax returns the index of the largest value, the first among equals, and −1 if any value is NaN or v is empty.
func ArgMax(v []float64) int {
	best := -1
	for i, x := range v {
		if math.IsNaN(x) {
			return -1
		}
		if best < 0 || x > v[best] {
			best = i
		}
	}
	return best
}

// affine returns wᵀx + w₀.
func affine(w []float64, w0 float64, x []float64) float64 {
	if len(w) != len(x) {
		panic(fmt.Sprintf("attack: %d weights for %d values", len(w), len(x)))
	}
	g := w0
	for i := range w {
		g += w[i] * x[i]
	}
	return g
}
