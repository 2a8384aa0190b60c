package mlp

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/loss"
)

// Gradient holds the derivatives of a number J, each with the shape of what it is the derivative by.
// Its matrices are used again by the next GradientTo with the same Gradient.
type Gradient struct {
	W []*mat.Dense // ∂J/∂W_l, [out_l, in_l]
	B [][]float64  // ∂J/∂b_l, [out_l]
	X *mat.Dense   // ∂J/∂X, [batch, in]; empty after GradientTo, which has no use for it

	pass Pass
	d    []*mat.Dense // ∂J/∂A_l, then ∂J/∂Z_l, [batch, out_l]
}

// Backward computes the gradient of J from dOut = ∂J/∂A_L, [batch, out], and a forward pass of this network; both stay
// as they are. It panics if the shapes differ.
func (n *Net) Backward(p *Pass, dOut *mat.Dense) *Gradient {
	g := &Gradient{}
	g.room(n, p)
	rows, cols := dOut.Dims()
	if r, c := p.Out().Dims(); r != rows || c != cols {
		panic(fmt.Sprintf("mlp: Backward: the output is %d×%d, the derivative by it %d×%d", r, c, rows, cols))
	}
	g.d[len(g.d)-1].Copy(dOut)
	n.backward(g, p)
	// ∂J/∂X = ∂J/∂Z₁ W₁     [batch, out]·[out, in]
	g.X.Mul(g.d[0], n.Layers[0].W)
	return g
}

// backward fills g.W and g.B. On entry the last of g.d is ∂J/∂A_L, at the end g.d[l] is ∂J/∂Z_l.
func (n *Net) backward(g *Gradient, p *Pass) {
	for l := len(n.Layers) - 1; l >= 0; l-- {
		layer, d, db := n.Layers[l], g.d[l], g.B[l]
		batch, _ := d.Dims()
		clear(db)
		for i := range batch {
			di, zi := d.RawRowView(i), p.Z[l].RawRowView(i)
			for j := range di {
				di[j] *= layer.Act.D(zi[j]) // ∂J/∂Z = ∂J/∂A ∘ σ′(Z)
				db[j] += di[j]              // ∂J/∂b = (∂J/∂Z)ᵀ 1
			}
		}
		// ∂J/∂W = (∂J/∂Z)ᵀ A_{l−1}     [out, batch]·[batch, in]
		g.W[l].Mul(d.T(), p.before(l))
		if l > 0 {
			// ∂J/∂A_{l−1} = ∂J/∂Z W     [batch, out]·[out, in]
			g.d[l-1].Mul(d, layer.W)
		}
	}
}

// room gives every part of g its shape.
func (g *Gradient) room(n *Net, p *Pass) {
	batch, in := p.X.Dims()
	g.W, g.d = matrices(g.W, len(n.Layers)), matrices(g.d, len(n.Layers))
	for len(g.B) < len(n.Layers) {
		g.B = append(g.B, nil)
	}
	g.B = g.B[:len(n.Layers)]
	if g.X == nil {
		g.X = &mat.Dense{}
	}
	g.X.Reset()
	for l, layer := range n.Layers {
		out := len(layer.B)
		shape(g.W[l], out, in)
		shape(g.d[l], batch, out)
		if len(g.B[l]) != out {
			g.B[l] = make([]float64, out)
		}
		in = out
	}
}

// Gradient gives the mean loss J of the batch x, [batch, in], with targets y, [batch, out], and its gradient. It panics
// if the shapes do not fit.
func (n *Net) Gradient(x, y mat.Matrix, l loss.Func) (float64, *Gradient) {
	g := &Gradient{}
	j := n.GradientTo(g, x, y, l)
	g.X.Mul(g.d[0], n.Layers[0].W)
	return j, g
}

// GradientTo is Gradient into the memory of g, but for ∂J/∂X: with a g of an earlier batch next to nothing is
// allocated. It returns the mean loss.
func (n *Net) GradientTo(g *Gradient, x, y mat.Matrix, l loss.Func) float64 {
	p := n.ForwardTo(&g.pass, x)
	g.room(n, p)
	j := meanLoss(p, y, l)
	// ∂J/∂A_L: J is the mean of the batch's losses, so each row is the derivative of its loss over the batch size.
	out, d := p.Out(), g.d[len(g.d)-1]
	batch, k := out.Dims()
	target := make([]float64, k)
	for i := range batch {
		l.D(d.RawRowView(i), mat.Row(target, i, y), out.RawRowView(i))
	}
	d.Scale(1/float64(batch), d)
	n.backward(g, p)
	return j
}

// meanLoss is the mean loss of a forward pass with targets y.
func meanLoss(p *Pass, y mat.Matrix, l loss.Func) float64 {
	out := p.Out()
	batch, k := out.Dims()
	if rows, cols := y.Dims(); rows != batch || cols != k {
		panic(fmt.Sprintf("mlp: the targets are %d×%d, the outputs %d×%d", rows, cols, batch, k))
	}
	target, sum := make([]float64, k), 0.0
	for i := range batch {
		sum += l.F(mat.Row(target, i, y), out.RawRowView(i))
	}
	return sum / float64(batch)
}
