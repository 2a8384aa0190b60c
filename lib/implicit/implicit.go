// Package implicit measures the regularisation that the step size itself brings: gradient descent with steps ε does not
// follow the gradient flow of its loss, but, one order closer, the flow of a modified loss.
//
//	GD:   L̃ = L + ε/4 ‖∇L‖²                                             (GD; Barrett & Dherin 2021, Th. 3.1)
//	SGD:  L̃ = L + ε/4 ‖∇L‖² + ε/(4m) Σₖ ‖∇Lₖ − ∇L‖²,   L = (1/m) Σₖ Lₖ   (SGD; Smith, Dherin, Barrett & De 2021)
//
// The second holds for the mean over all orders of the m minibatches of an epoch (MeanEpoch). A lecture prints its last
// term as ε/4 Σₖ ‖∇Lₖ − L‖²; Printed is that reading, so that the two can be compared.
//
// How close is close? The distance after a fixed time T = nε, n steps:
//
//	GD to the flow of L     O(ε)       one step: O(ε²)
//	GD to the flow of L̃     O(ε²)      one step: O(ε³)
//
// and of the mean SGD epoch, a time mε: O(ε²) to the flow of L, O(ε³) to that of L̃. Order measures such exponents.
//
// The flows are integrated by DormandPrince, far more accurately than the distances measured.
package implicit

import (
	"fmt"
	"math"
)

// Loss is a differentiable function of w ∈ ℝᵈ in plain float64.
//
// Value returns L(w); Gradient stores ∇L(w) in dst; HVP stores the Hessian-vector product ∇²L(w)v in dst. dst, w and v
// have d entries and do not overlap; dst is overwritten, w and v stay as they are.
//
// HVP may be nil in a Loss of which only the flow is wanted; the modified losses of this package have none, as theirs
// would need third derivatives.
type Loss struct {
	Value    func(w []float64) float64
	Gradient func(dst, w []float64)
	HVP      func(dst, w, v []float64)
}

// Mean is the loss (1/m) Σₖ Lₖ of m ≥ 1 minibatches. Its HVP is nil if a part has none. It panics without parts.
func Mean(parts []Loss) Loss {
	m := mustParts("Mean", parts)
	mean := Loss{
		Value: func(w []float64) float64 {
			s := 0.0
			for _, p := range parts {
				s += p.Value(w) / m
			}
			return s
		},
		Gradient: func(dst, w []float64) {
			g := make([]float64, len(w))
			clear(dst)
			for _, p := range parts {
				p.Gradient(g, w)
				addScaled(dst, 1/m, g)
			}
		},
	}
	for _, p := range parts {
		if p.HVP == nil {
			return mean
		}
	}
	mean.HVP = func(dst, w, v []float64) {
		h := make([]float64, len(w))
		clear(dst)
		for _, p := range parts {
			p.HVP(h, w, v)
			addScaled(dst, 1/m, h)
		}
	}
	return mean
}

// Order is the exponent p of errors ≈ c·stepsᵖ: the slope of the least-squares line through (log stepᵢ, log errorᵢ).
// It errs unless there are at least two points, all of them positive and finite, at steps that are not all equal.
func Order(steps, errors []float64) (float64, error) {
	if len(steps) != len(errors) {
		panic(fmt.Sprintf("implicit: Order: %d steps and %d errors", len(steps), len(errors)))
	}
	n := float64(len(steps))
	if n < 2 {
		return 0, fmt.Errorf("implicit: Order: %v point has no slope: give two or more", n)
	}
	var mx, my float64 // means of x = log step and y = log error
	for i := range steps {
		for _, v := range []float64{steps[i], errors[i]} {
			if !(v > 0) || math.IsInf(v, 1) {
				return 0, fmt.Errorf("implicit: Order: point %d is (%v, %v): logarithms need positive finite numbers", i, steps[i], errors[i])
			}
		}
		mx += math.Log(steps[i]) / n
		my += math.Log(errors[i]) / n
	}
	var sxx, sxy float64
	for i := range steps {
		x, y := math.Log(steps[i])-mx, math.Log(errors[i])-my
		sxx += x * x
		sxy += x * y
	}
	if sxx == 0 {
		return 0, fmt.Errorf("implicit: Order: all %v steps are %v: halve them", n, steps[0])
	}
	return sxy / sxx, nil
}

// Distance is ‖a − b‖₂.
func Distance(a, b []float64) float64 {
	d := make([]float64, len(a))
	copy(d, a)
	addScaled(d, -1, b)
	return math.Sqrt(dot(d, d))
}

func mustParts(op string, parts []Loss) float64 {
	if len(parts) == 0 {
		panic("implicit: " + op + ": no minibatches")
	}
	return float64(len(parts))
}

func mustRate(op string, rate float64) {
	if !(rate > 0) || math.IsInf(rate, 1) {
		panic(fmt.Sprintf("implicit: %s: the step size must be in (0, ∞), have %v", op, rate))
	}
}

func mustHVP(op string, l Loss) {
	if l.HVP == nil {
		panic("implicit: " + op + ": the loss has no HVP, which the gradient of ‖∇L‖² needs")
	}
}

func dot(a, b []float64) float64 {
	s := 0.0
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

// addScaled is y ← y + a·x.
func addScaled(y []float64, a float64, x []float64) {
	for i := range y {
		y[i] += a * x[i]
	}
}
