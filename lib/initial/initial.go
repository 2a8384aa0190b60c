// Package initial draws the weights a network begins with, good ones and bad ones, and measures what they do to the signals
// and gradients of a deep one.
//
//   - Zeros and Constant: every unit of a layer is the same, computes the same and learns the same.
//   - Normal: any standard deviation; too small and the signals die out, too large and they blow up or saturate.
//   - Xavier (Glorot) and He: the variance that keeps the size of the signals, for tanh and for ReLU.
//   - Orthogonal: keeps the length of every vector in a linear network, not only its mean.
//
// One scheme, one file. Fill draws the weights of a layer; Net sets those of a network of package mlp. Measure sends signals
// through a deep network and gradients back; Theory says what is to come out if the layers are wide.
package initial

import (
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/mlp"
)

// Scheme says how the weights of a layer are drawn.
//
// Fill overwrites w, [out, in]. Variance is that of one entry of a layer with these numbers of outputs and inputs, around its
// mean. Fields out of range panic; a scheme that draws nothing ignores rng, which may then be nil.
type Scheme interface {
	Name() string
	Fill(w *mat.Dense, rng *rand.Rand)
	Variance(out, in int) float64
}

// Net sets all weights of n by the scheme and all biases to 0.
func Net(n *mlp.Net, s Scheme, rng *rand.Rand) {
	for _, l := range n.Layers {
		s.Fill(l.W, rng)
		clear(l.B)
	}
}

// each sets every entry of w to f().
func each(w *mat.Dense, f func() float64) {
	out, in := w.Dims()
	for i := range out {
		for j := range in {
			w.Set(i, j, f())
		}
	}
}

// sizes panics unless out and in are positive.
func sizes(op string, out, in int) {
	if out < 1 || in < 1 {
		panic(fmt.Sprintf("initial: %s: a layer of %d outputs and %d inputs", op, out, in))
	}
}
