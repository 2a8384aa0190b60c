// Package mlp is the multilayer perceptron in plain Go: forward, backward, training, each readable from its formula.
//
// A batch is a matrix with a sample a row, [batch, in]. Layer l = 1 … L computes
//
//	Z_l = A_{l−1} W_lᵀ + 1b_lᵀ     [batch, out_l]      W_l is [out_l, in_l], b_l [out_l]
//	A_l = σ_l(Z_l)                 [batch, out_l]      A_0 = X
//
// and the gradient of J goes back by
//
//	∂J/∂Z_l     = ∂J/∂A_l ∘ σ_l′(Z_l)      [batch, out_l]
//	∂J/∂W_l     = (∂J/∂Z_l)ᵀ A_{l−1}       [out_l, in_l]
//	∂J/∂b_l     = (∂J/∂Z_l)ᵀ 1             [out_l]
//	∂J/∂A_{l−1} = ∂J/∂Z_l W_l              [batch, in_l]
package mlp

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/activation"
	"nncourse/lib/loss"
)

// Layer is σ(xWᵀ + b).
type Layer struct {
	W   *mat.Dense      // [out, in]
	B   []float64       // [out]
	Act activation.Func // σ
}

// Net is a chain of layers.
type Net struct {
	Layers []Layer
}

// New makes a network of the given widths: sizes are in, hidden …, out. Hidden layers have the activation hidden, the last
// the identity. Biases are zero; the weights of a layer with n inputs are normal with variance 2/n before ReLU and its kin
// (He et al. 2015, eq. 10) and 1/n before the others (LeCun et al. 1998). It panics on fewer than two sizes, or one below 1.
func New(rng *rand.Rand, hidden activation.Func, sizes ...int) *Net {
	if len(sizes) < 2 {
		panic(fmt.Sprintf("mlp: New with sizes %v: at least the numbers of inputs and outputs are needed", sizes))
	}
	n := &Net{}
	for l := 1; l < len(sizes); l++ {
		in, out := sizes[l-1], sizes[l]
		if in < 1 || out < 1 {
			panic(fmt.Sprintf("mlp: New with sizes %v: each must be at least 1", sizes))
		}
		layer := Layer{W: mat.NewDense(out, in, nil), B: make([]float64, out), Act: activation.Identity}
		variance := 1 / float64(in)
		if l < len(sizes)-1 {
			layer.Act = hidden
			if hidden.F(-1e6) > -1e5 && hidden.F(1e6) > 1e5 { // one side is cut: half the variance is lost
				variance *= 2
			}
		}
		for i := range out {
			for j := range in {
				layer.W.Set(i, j, math.Sqrt(variance)*rng.NormFloat64())
			}
		}
		n.Layers = append(n.Layers, layer)
	}
	return n
}

// Pass is what a forward pass leaves for the backward one.
type Pass struct {
	X mat.Matrix   // [batch, in]
	Z []*mat.Dense // Z[l], of layer l+1 in the formulas, before the activation
	A []*mat.Dense // A[l], after it
}

// Out is the output, [batch, out].
func (p *Pass) Out() *mat.Dense { return p.A[len(p.A)-1] }

// Forward computes all layers on a batch x, [batch, in].
func (n *Net) Forward(x mat.Matrix) *Pass {
	p := &Pass{X: x}
	a := x
	for _, l := range n.Layers {
		batch, _ := a.Dims()
		out, _ := l.W.Dims()
		// Z = A Wᵀ + 1bᵀ
		z := mat.NewDense(batch, out, nil)
		z.Mul(a, l.W.T())
		act := mat.NewDense(batch, out, nil)
		for i := range batch {
			row, to := z.RawRowView(i), act.RawRowView(i)
			for j := range row {
				row[j] += l.B[j]
				to[j] = l.Act.F(row[j])
			}
		}
		p.Z, p.A = append(p.Z, z), append(p.A, act)
		a = act
	}
	return p
}

// Predict computes the output for one point.
func (n *Net) Predict(x []float64) []float64 {
	a := x
	for _, l := range n.Layers {
		out, in := l.W.Dims()
		if len(a) != in {
			panic(fmt.Sprintf("mlp: Predict of %d numbers, the layer wants %d", len(a), in))
		}
		next := make([]float64, out)
		for i := range out {
			z := l.B[i]
			for j, w := range l.W.RawRowView(i) {
				z += w * a[j]
			}
			next[i] = l.Act.F(z)
		}
		a = next
	}
	return a
}

// Gradient holds the derivatives of a number J.
type Gradient struct {
	W []*mat.Dense // ∂J/∂W_l, as W
	B [][]float64  // ∂J/∂b_l
	X *mat.Dense   // ∂J/∂x, [batch, in]
}

// Backward computes the gradient from ∂J/∂A_L, [batch, out].
func (n *Net) Backward(p *Pass, dOut *mat.Dense) *Gradient {
	g := &Gradient{W: make([]*mat.Dense, len(n.Layers)), B: make([][]float64, len(n.Layers))}
	d := mat.DenseCopyOf(dOut)
	for l := len(n.Layers) - 1; l >= 0; l-- {
		layer := n.Layers[l]
		batch, out := d.Dims()
		_, in := layer.W.Dims()
		// ∂J/∂Z = ∂J/∂A ∘ σ′(Z)
		g.B[l] = make([]float64, out)
		for i := range batch {
			row, z := d.RawRowView(i), p.Z[l].RawRowView(i)
			for j := range row {
				row[j] *= layer.Act.D(z[j])
				g.B[l][j] += row[j] // ∂J/∂b = (∂J/∂Z)ᵀ 1
			}
		}
		before := p.X
		if l > 0 {
			before = p.A[l-1]
		}
		// ∂J/∂W = (∂J/∂Z)ᵀ A
		g.W[l] = mat.NewDense(out, in, nil)
		g.W[l].Mul(d.T(), before)
		// ∂J/∂A_{l−1} = ∂J/∂Z W
		next := mat.NewDense(batch, in, nil)
		next.Mul(d, layer.W)
		d = next
	}
	g.X = d
	return g
}

// Loss gives the mean of the loss over the batch x, [batch, in], with targets y, [batch, out].
func (n *Net) Loss(x, y mat.Matrix, l loss.Func) float64 {
	out := n.Forward(x).Out()
	batch, k := out.Dims()
	row, sum := make([]float64, k), 0.0
	for i := range batch {
		mat.Row(row, i, y)
		sum += l.F(row, out.RawRowView(i))
	}
	return sum / float64(batch)
}

// Gradient gives the mean loss over the batch and its gradient.
func (n *Net) Gradient(x, y mat.Matrix, l loss.Func) (float64, *Gradient) {
	p := n.Forward(x)
	out := p.Out()
	batch, k := out.Dims()
	d := mat.NewDense(batch, k, nil)
	row, sum := make([]float64, k), 0.0
	for i := range batch {
		mat.Row(row, i, y)
		sum += l.F(row, out.RawRowView(i))
		l.D(d.RawRowView(i), row, out.RawRowView(i))
	}
	d.Scale(1/float64(batch), d)
	return sum / float64(batch), n.Backward(p, d)
}

// NumParams counts weights and biases.
func (n *Net) NumParams() int {
	c := 0
	for _, l := range n.Layers {
		out, in := l.W.Dims()
		c += out * (in + 1)
	}
	return c
}

// Params copies the parameters: of each layer W row by row, then b.
func (n *Net) Params() []float64 {
	p := make([]float64, 0, n.NumParams())
	for _, l := range n.Layers {
		out, _ := l.W.Dims()
		for i := range out {
			p = append(p, l.W.RawRowView(i)...)
		}
		p = append(p, l.B...)
	}
	return p
}

// SetParams sets what Params gives. It panics if their number differs.
func (n *Net) SetParams(p []float64) {
	if len(p) != n.NumParams() {
		panic(fmt.Sprintf("mlp: SetParams of %d numbers for %d parameters", len(p), n.NumParams()))
	}
	for _, l := range n.Layers {
		out, in := l.W.Dims()
		for i := range out {
			copy(l.W.RawRowView(i), p[:in])
			p = p[in:]
		}
		copy(l.B, p[:out])
		p = p[out:]
	}
}

// Flat gives the gradient in the order of Params.
func (g *Gradient) Flat() []float64 {
	var p []float64
	for l := range g.W {
		out, _ := g.W[l].Dims()
		for i := range out {
			p = append(p, g.W[l].RawRowView(i)...)
		}
		p = append(p, g.B[l]...)
	}
	return p
}
