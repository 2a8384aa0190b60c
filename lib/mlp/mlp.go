// Package mlp is the multilayer perceptron in plain Go: forward, backward, training, each readable from its formula.
//
// A batch is a matrix with a sample in each row, [batch, in]. Layer l = 1 … L computes
//
//	Z_l = A_{l−1} W_lᵀ + 1b_lᵀ     [batch, out_l]      W_l is [out_l, in_l], b_l [out_l], A_0 = X
//	A_l = σ_l(Z_l)                 [batch, out_l]      entry by entry
//
// and the gradient of a number J comes back through the layers (Rumelhart, Hinton & Williams 1986), with ∘ the product
// entry by entry:
//
//	∂J/∂Z_l     = ∂J/∂A_l ∘ σ_l′(Z_l)      [batch, out_l]
//	∂J/∂W_l     = (∂J/∂Z_l)ᵀ A_{l−1}       [out_l, in_l]
//	∂J/∂b_l     = (∂J/∂Z_l)ᵀ 1             [out_l]
//	∂J/∂A_{l−1} = ∂J/∂Z_l W_l              [batch, in_l]
//
// In Go layer l is Layers[l−1]. The files in the order to read them: mlp.go (the network), forward.go, backward.go,
// params.go (all parameters as one vector), train.go with sgd.go and adam.go.
//
// Wrong shapes are a caller's bug and panic. A network may be used by several goroutines at once as long as none
// changes it.
package mlp

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/activation"
)

// Layer is x ↦ σ(Wx + b).
type Layer struct {
	W   *mat.Dense      // [out, in]
	B   []float64       // [out]
	Act activation.Func // σ
}

// Net is a chain of layers: what one gives, the next one takes. It can be written down as such; New makes random ones.
type Net struct {
	Layers []Layer
}

// New makes a network of the given widths: sizes are in, hidden …, out. Hidden layers have the activation hidden; the
// last has the identity, because most losses of package loss take scores.
//
// Biases are 0. Weights are normal with mean 0 and a variance that keeps the size of the signals from layer to layer:
//
//	2 / ((1 + a²)·in)   for ReLU and its kin, slope 1 far right, slope a far left (He et al. 2015, eq. 15)
//	2 / (in + out)      for the others and the last layer (Glorot & Bengio 2010, eq. 12, "Xavier")
//
// It panics on fewer than two sizes, or one below 1.
func New(rng *rand.Rand, hidden activation.Func, sizes ...int) *Net {
	if len(sizes) < 2 {
		panic(fmt.Sprintf("mlp: New with sizes %v: need at least the numbers of inputs and outputs", sizes))
	}
	n := &Net{}
	for l := 1; l < len(sizes); l++ {
		in, out := sizes[l-1], sizes[l]
		if in < 1 || out < 1 {
			panic(fmt.Sprintf("mlp: New with sizes %v: need at least 1 of each", sizes))
		}
		act := hidden
		if l == len(sizes)-1 {
			act = activation.Identity
		}
		variance := 2 / float64(in+out)
		if a := act.D(-1e6); act.D(1e6) == 1 && math.Abs(a) < 1 {
			variance = 2 / ((1 + a*a) * float64(in))
		}
		w := mat.NewDense(out, in, nil)
		for i := range out {
			for j := range in {
				w.Set(i, j, math.Sqrt(variance)*rng.NormFloat64())
			}
		}
		n.Layers = append(n.Layers, Layer{W: w, B: make([]float64, out), Act: act})
	}
	return n
}

// Clone copies the network and its parameters.
func (n *Net) Clone() *Net {
	c := &Net{}
	for _, l := range n.Layers {
		c.Layers = append(c.Layers, Layer{W: mat.DenseCopyOf(l.W), B: append([]float64(nil), l.B...), Act: l.Act})
	}
	return c
}

// Sizes are the widths: inputs, hidden …, outputs.
func (n *Net) Sizes() []int {
	if len(n.Layers) == 0 {
		return nil
	}
	_, in := n.Layers[0].W.Dims()
	sizes := []int{in}
	for _, l := range n.Layers {
		sizes = append(sizes, len(l.B))
	}
	return sizes
}

// check panics unless the layers fit to each other and to inputs of width in.
func (n *Net) check(op string, in int) {
	if len(n.Layers) == 0 {
		panic(fmt.Sprintf("mlp: %s: the network has no layers", op))
	}
	for i, l := range n.Layers {
		rows, cols := l.W.Dims()
		switch {
		case cols != in && i == 0:
			panic(fmt.Sprintf("mlp: %s: the input has %d features, the network takes %d", op, in, cols))
		case cols != in:
			panic(fmt.Sprintf("mlp: %s: W of Layers[%d] is %d×%d, the layer before gives %d numbers", op, i, rows, cols, in))
		case len(l.B) != rows:
			panic(fmt.Sprintf("mlp: %s: W of Layers[%d] is %d×%d and its B has %d entries", op, i, rows, cols, len(l.B)))
		}
		in = rows
	}
}
