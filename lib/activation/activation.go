// Package activation has the functions that stand between the layers of a network: a value and a derivative
// each, one file a function.
//
// All of them are stable: they neither overflow nor lose their relative precision for |z| up to 1000 and far
// beyond, because e^|z| is never formed and 1 − σ(z) is never computed by subtraction.
//
// At a kink a function has no derivative, and a convention has to take its place. Here it is always the
// derivative from the left: ReLU′(0) = 0, LeakyReLU(s)′(0) = s, ELU(α)′(0) = α. It lies in Clarke's
// generalised gradient (for a convex kink: in the subdifferential), and PyTorch takes the same. JAX differs for
// leaky ReLU, where it takes 1.
// Step and Sign jump; their derivative is 0 at every place, also at the jump, where none exists.
//
// Sources: Glorot, Bordes & Bengio 2011 (ReLU, softplus); Maas, Hannun & Ng 2013 (leaky ReLU);
// Clevert, Unterthiner & Hochreiter 2016 (ELU); Nair & Hinton 2010 (noisy ReLU); Goodfellow et al. 2013 (maxout).
package activation

import (
	"fmt"
	"math"
)

// Func is an activation function of one number, applied to a layer entry by entry.
// ±Inf gives the limit, NaN gives NaN.
type Func struct {
	Name  string                  // such as "relu" or "elu(1)"; ByName finds the function by it
	F     func(z float64) float64 // the value σ(z)
	D     func(z float64) float64 // the derivative σ′(z); at a kink the derivative from the left, at a jump 0
	Kinks []float64               // where the derivative does not exist
}

// Apply writes σ(zᵢ) to dst[i] and returns dst; a nil dst is made. dst may be z. It panics if the lengths differ.
func (f Func) Apply(dst, z []float64) []float64 { return apply("Apply", f.F, dst, z) }

// Derivative writes σ′(zᵢ) to dst[i], in the manner of Apply.
func (f Func) Derivative(dst, z []float64) []float64 { return apply("Derivative", f.D, dst, z) }

func apply(op string, f func(float64) float64, dst, z []float64) []float64 {
	dst = room(op, dst, z)
	for i, v := range z {
		dst[i] = f(v)
	}
	return dst
}

// room returns dst, or a new slice of z's length for nil.
func room(op string, dst, z []float64) []float64 {
	if dst == nil {
		return make([]float64, len(z))
	}
	if len(dst) != len(z) {
		panic(fmt.Sprintf("activation: %s: dst has %d entries, z has %d", op, len(dst), len(z)))
	}
	return dst
}

// finite panics unless the parameter is a finite number.
func finite(op, name string, v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		panic(fmt.Sprintf("activation: %s: %s is %v, need a finite number", op, name, v))
	}
}
