// Mistake: calls-per-class: the Jacobian is asked for again for every class

package deepfool

import (
	"errors"
	"fmt"
	"math"
)

// Binary finds a small r for which f(x0 + r) and f(x0) have opposite signs.
func Binary(f func(x []float64) float64, grad func(x []float64) []float64, x0 []float64, overshoot float64, maxIter int) (r []float64, iters int, err error) {
	if err := arguments(x0, overshoot, maxIter); err != nil {
		return nil, 0, err
	}
	start := f(clone(x0))
	if !finite(start) {
		return nil, 0, fmt.Errorf("f(x₀) is %v", start)
	}
	if start == 0 {
		return nil, 0, errors.New("f(x₀) = 0: x₀ lies on the boundary and has no label")
	}
	fx, x := start, clone(x0)
	total := make([]float64, len(x0)) // Σ rᵢ
	for iters < maxIter {
		g := grad(clone(x))
		if !finite(g...) {
			return nil, iters, fmt.Errorf("the gradient at step %d is not finite", iters)
		}
		gg := 0.0 // ‖∇f‖₂²
		for _, v := range g {
			gg += v * v
		}
		if gg == 0 {
			return nil, iters, fmt.Errorf("the gradient at step %d is zero", iters)
		}
		// rᵢ = −f(xᵢ)/‖∇f(xᵢ)‖₂² · ∇f(xᵢ)
		for j := range total {
			total[j] -= fx / gg * g[j]
		}
		iters++
		// x = x₀ + (1 + η)·Σ rᵢ
		r = scaled(1+overshoot, total)
		x = sum(x0, r)
		if fx = f(clone(x)); !finite(fx) {
			return nil, iters, fmt.Errorf("f is %v after %d steps", fx, iters)
		}
		if fx > 0 && start < 0 || fx < 0 && start > 0 {
			return r, iters, nil
		}
	}
	return r, iters, fmt.Errorf("the sign stands after %d steps", maxIter)
}

// Multiclass finds a small r in the L2 norm for which logits(x0 + r) no longer has its largest entry at label.
func Multiclass(logits func(x []float64) []float64, jacobian func(x []float64) [][]float64, x0 []float64, label int, overshoot float64, maxIter int) (r []float64, iters int, err error) {
	// ‖w‖₂ and the direction w/‖w‖₂
	return multiclass(logits, jacobian, x0, label, overshoot, maxIter, func(w []float64) ([]float64, float64) {
		ww := 0.0
		for _, v := range w {
			ww += v * v
		}
		if ww == 0 {
			return nil, 0
		}
		return scaled(1/math.Sqrt(ww), w), math.Sqrt(ww)
	})
}

// MulticlassInf is Multiclass for the L∞ norm.
func MulticlassInf(logits func(x []float64) []float64, jacobian func(x []float64) [][]float64, x0 []float64, label int, overshoot float64, maxIter int) (r []float64, iters int, err error) {
	// ‖w‖₁, the dual norm, and the direction sign(w)
	return multiclass(logits, jacobian, x0, label, overshoot, maxIter, func(w []float64) ([]float64, float64) {
		u, norm := make([]float64, len(w)), 0.0
		for j, v := range w {
			norm += math.Abs(v)
			switch {
			case v > 0:
				u[j] = 1
			case v < 0:
				u[j] = -1
			}
		}
		return u, norm
	})
}

// multiclass is the loop; steepest gives for w the unit step u that raises wᵀu most, and that gain wᵀu.
func multiclass(logits func(x []float64) []float64, jacobian func(x []float64) [][]float64, x0 []float64, label int, overshoot float64, maxIter int,
	steepest func(w []float64) (u []float64, gain float64)) (r []float64, iters int, err error) {
	if err := arguments(x0, overshoot, maxIter); err != nil {
		return nil, 0, err
	}
	f := logits(clone(x0))
	if !finite(f...) {
		return nil, 0, fmt.Errorf("the logits at x₀ are %v", f)
	}
	if label < 0 || label >= len(f) {
		return nil, 0, fmt.Errorf("label %d of %d classes", label, len(f))
	}
	if argmax(f) != label {
		return make([]float64, len(x0)), 0, nil
	}
	for k := range f {
		if k != label && f[k] == f[label] {
			return nil, 0, fmt.Errorf("classes %d and %d tie at x₀", label, k)
		}
	}
	x := clone(x0)
	total := make([]float64, len(x0)) // Σ rᵢ
	for iters < maxIter {
		best := math.Inf(1)
		var u []float64
		for k := range f {
			if k == label {
				continue
			}
			J := jacobian(clone(x))
			// w'_k = ∇f_k − ∇f_y
			w := sum(J[k], scaled(-1, J[label]))
			if !finite(w...) {
				return nil, iters, fmt.Errorf("the gradient of class %d at step %d is not finite", k, iters)
			}
			uk, gain := steepest(w)
			if gain == 0 {
				continue
			}
			// |f'_k| / ‖w'_k‖
			if dist := math.Abs(f[k]-f[label]) / gain; dist < best {
				best, u = dist, uk
			}
		}
		if u == nil {
			return nil, iters, fmt.Errorf("all gradients at step %d are those of class %d", iters, label)
		}
		total = sum(total, scaled(best, u))
		iters++
		r = scaled(1+overshoot, total)
		x = sum(x0, r)
		if f = logits(clone(x)); !finite(f...) {
			return nil, iters, fmt.Errorf("the logits after %d steps are %v", iters, f)
		}
		if argmax(f) != label {
			return r, iters, nil
		}
	}
	return r, iters, fmt.Errorf("the label stands after %d steps", maxIter)
}

func arguments(x0 []float64, overshoot float64, maxIter int) error {
	if len(x0) == 0 || !finite(x0...) {
		return fmt.Errorf("x₀ = %v", x0)
	}
	if !(overshoot >= 0) || math.IsInf(overshoot, 0) {
		return fmt.Errorf("overshoot %v is not a number ≥ 0", overshoot)
	}
	if maxIter < 1 {
		return fmt.Errorf("maxIter is %d", maxIter)
	}
	return nil
}

func argmax(v []float64) int {
	best := 0
	for k := range v {
		if v[k] > v[best] {
			best = k
		}
	}
	return best
}

func finite(v ...float64) bool {
	for _, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return true
}

func clone(v []float64) []float64 { return append([]float64(nil), v...) }

func scaled(c float64, v []float64) []float64 {
	out := make([]float64, len(v))
	for j := range v {
		out[j] = c * v[j]
	}
	return out
}

func sum(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for j := range a {
		out[j] = a[j] + b[j]
	}
	return out
}
