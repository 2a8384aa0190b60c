// Package dropout is dropout and stochastic depth in plain Go: units, or whole residual blocks, that take part in a
// training step by chance.
//
// Dropout (Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov 2014, "Dropout: a simple way to prevent neural networks
// from overfitting") multiplies each unit x by a mask r that is 1 with probability p and 0 else. In this package p is always
// the probability to KEEP a unit, as in the paper; Keep turns the drop probability of most libraries into it. A linear
// unit after it sees p·wᵀx on average. Two rules make test time fit:
//
//	           training   test
//	Standard   r x        p x      the paper's and the lecture's
//	Inverted   r x/p      x        what libraries do
//
// Each is right on average for linear units only. With a nonlinearity behind, the mean over masks differs from the
// test-time output: see Expect, which computes it by visiting all masks.
//
// The files in the order to read them: dropout.go (masks), standard.go, inverted.go, enumerate.go (exact expectations),
// linear.go (what it does to least squares), net.go (a multilayer perceptron with dropout), depth.go (stochastic depth).
//
// Wrong lengths and probabilities out of range are a caller's bug and panic.
package dropout

import (
	"fmt"
	"math/rand/v2"
)

// Keep turns the probability to drop, in [0, 1), into the probability to keep.
func Keep(drop float64) float64 {
	if !(drop >= 0 && drop < 1) {
		panic(fmt.Sprintf("dropout: a drop probability of %v, need [0, 1)", drop))
	}
	return 1 - drop
}

// Layer is dropout under one of the two rules. All slices have one length; dst may be x or dy.
type Layer interface {
	// Train gives x with the mask, and Backward takes ∂ℓ/∂y back to ∂ℓ/∂x: through the same mask, with the same factor.
	Train(dst, x, mask []float64) []float64
	Backward(dst, dy, mask []float64) []float64
	// Test gives x without a mask.
	Test(dst, x []float64) []float64
	// P is the probability to keep a unit.
	P() float64
}

// Mask draws n entries: 1 with probability keep in (0, 1], 0 else.
func Mask(n int, keep float64, rng *rand.Rand) []float64 {
	probability("Mask", keep)
	mask := make([]float64, n)
	for i := range mask {
		if rng.Float64() < keep {
			mask[i] = 1
		}
	}
	return mask
}

func probability(op string, keep float64) {
	if !(keep > 0 && keep <= 1) {
		panic(fmt.Sprintf("dropout: %s: a keep probability of %v, need (0, 1]", op, keep))
	}
}

// scaled is dst = factor·x∘mask, without a mask if that is nil.
func scaled(op string, dst, x, mask []float64, factor float64) []float64 {
	if len(dst) != len(x) || mask != nil && len(mask) != len(x) {
		panic(fmt.Sprintf("dropout: %s: %d results, %d inputs, a mask of %d", op, len(dst), len(x), len(mask)))
	}
	for i := range x {
		dst[i] = factor * x[i]
		if mask != nil {
			dst[i] *= mask[i]
		}
	}
	return dst
}
