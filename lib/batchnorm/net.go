package batchnorm

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/loss"
	"nncourse/lib/mlp"
)

// Net is a multilayer perceptron with batch normalisation between the linear map and the activation (Ioffe & Szegedy
// 2015, §3.2):
//
//	Z_l = A_{l−1} W_lᵀ + 1b_lᵀ,   A_l = σ_l(BN_l(Z_l))
//
// Where Norms[l] is nil there is none, and with none at all it is the mlp.Net. BN subtracts the mean, so that b_l of a
// normalised layer has no effect: it is left as it is, and has the gradient 0 in training.
type Net struct {
	Layers []mlp.Layer
	Norms  []*Norm // as Layers
}

// Wrap puts batch normalisation into every layer of n but the last. The weights are shared with n.
func Wrap(n *mlp.Net) *Net {
	net := Plain(n)
	for l := range len(n.Layers) - 1 {
		net.Norms[l] = New(len(n.Layers[l].B))
	}
	return net
}

// Plain is n itself as a Net without normalisation: for comparisons with the same training loop. The weights are shared.
func Plain(n *mlp.Net) *Net {
	return &Net{Layers: n.Layers, Norms: make([]*Norm, len(n.Layers))}
}

// NetPass is a forward pass: of each layer Z [m, width], the normalisation (nil where there is none), and A.
type NetPass struct {
	X    mat.Matrix
	Z, A []*mat.Dense
	BN   []*Pass
}

// Out is the network's output [m, out].
func (p *NetPass) Out() *mat.Dense { return p.A[len(p.A)-1] }

// Train is the forward pass in training: the running averages move.
func (n *Net) Train(x mat.Matrix) *NetPass { return n.forward(x, (*Norm).Train) }

// Batch is Train without a change of the running averages.
func (n *Net) Batch(x mat.Matrix) *NetPass { return n.forward(x, (*Norm).Batch) }

// Test is the forward pass at test time.
func (n *Net) Test(x mat.Matrix) *NetPass { return n.forward(x, (*Norm).Test) }

func (n *Net) forward(x mat.Matrix, normalise func(*Norm, mat.Matrix) *Pass) *NetPass {
	p := &NetPass{X: x, BN: make([]*Pass, len(n.Layers))}
	for l, layer := range n.Layers {
		z := &mat.Dense{}
		z.Mul(x, layer.W.T()) // panics if x has a wrong width
		z.Apply(func(_, j int, v float64) float64 { return v + layer.B[j] }, z)
		p.Z = append(p.Z, z)
		if n.Norms[l] != nil {
			p.BN[l] = normalise(n.Norms[l], z)
			z = p.BN[l].Out
		}
		a := &mat.Dense{}
		a.Apply(func(_, _ int, v float64) float64 { return layer.Act.F(v) }, z)
		p.A = append(p.A, a)
		x = a
	}
	return p
}

// NetGradient holds the derivatives of a number by all that is learned, and by every layer's input.
type NetGradient struct {
	W           []*mat.Dense // [out, in]
	B           [][]float64  // [out]
	Gamma, Beta [][]float64  // [out], nil where there is no normalisation
	A           []*mat.Dense // by what leaves layer l, [m, out]
	X           *mat.Dense   // [m, in]
}

// Backward computes the gradient from dOut, the derivative by the output, and a forward pass.
func (n *Net) Backward(p *NetPass, dOut *mat.Dense) *NetGradient {
	L := len(n.Layers)
	g := &NetGradient{W: make([]*mat.Dense, L), B: make([][]float64, L), Gamma: make([][]float64, L), Beta: make([][]float64, L), A: make([]*mat.Dense, L)}
	d := mat.DenseCopyOf(dOut)
	for l := L - 1; l >= 0; l-- {
		layer, before, in := n.Layers[l], p.Z[l], p.X
		g.A[l] = d
		if p.BN[l] != nil {
			before = p.BN[l].Out
		}
		if l > 0 {
			in = p.A[l-1]
		}
		dz := &mat.Dense{}
		dz.Apply(func(i, j int, v float64) float64 { return v * layer.Act.D(before.At(i, j)) }, d)
		if p.BN[l] != nil {
			b := n.Norms[l].Backward(p.BN[l], dz)
			g.Gamma[l], g.Beta[l], dz = b.Gamma, b.Beta, b.X
		}
		g.B[l] = make([]float64, len(layer.B))
		rows, _ := dz.Dims()
		for i := range rows {
			for j, v := range dz.RawRowView(i) {
				g.B[l][j] += v
			}
		}
		g.W[l], d = &mat.Dense{}, &mat.Dense{}
		g.W[l].Mul(dz.T(), in)
		d.Mul(dz, layer.W)
	}
	g.X = d
	return g
}

// Loss is the mean loss of a forward pass, and its derivative by the output.
func (p *NetPass) Loss(y mat.Matrix, l loss.Func) (float64, *mat.Dense) {
	out := p.Out()
	m, k := out.Dims()
	if r, c := y.Dims(); r != m || c != k {
		panic(fmt.Sprintf("batchnorm: Loss: the targets are %d×%d, the outputs %d×%d", r, c, m, k))
	}
	d, target, sum := mat.NewDense(m, k, nil), make([]float64, k), 0.0
	for i := range m {
		mat.Row(target, i, y)
		sum += l.F(target, out.RawRowView(i))
		l.D(d.RawRowView(i), target, out.RawRowView(i))
	}
	d.Scale(1/float64(m), d)
	return sum / float64(m), d
}

// Step is one step of gradient descent on a batch: w ← w − rate·∂J/∂w for every W, b, γ, β. It returns the mean loss J
// before the step.
func (n *Net) Step(x, y mat.Matrix, l loss.Func, rate float64) float64 {
	p := n.Train(x)
	j, d := p.Loss(y, l)
	g := n.Backward(p, d)
	for l, layer := range n.Layers {
		g.W[l].Scale(rate, g.W[l])
		layer.W.Sub(layer.W, g.W[l])
		descend(layer.B, g.B[l], rate)
		if b := n.Norms[l]; b != nil {
			descend(b.Gamma, g.Gamma[l], rate)
			descend(b.Beta, g.Beta[l], rate)
		}
	}
	return j
}

func descend(w, g []float64, rate float64) {
	for i := range w {
		w[i] -= rate * g[i]
	}
}

// Merge gives the network at test time as an mlp.Net: each normalisation is merged into the weights before it.
func (n *Net) Merge() *mlp.Net {
	out := &mlp.Net{}
	for l, layer := range n.Layers {
		w, b := mat.DenseCopyOf(layer.W), append([]float64(nil), layer.B...)
		if n.Norms[l] != nil {
			scale, shift := n.Norms[l].Affine()
			w.Apply(func(i, _ int, v float64) float64 { return scale[i] * v }, w)
			for i := range b {
				b[i] = scale[i]*b[i] + shift[i]
			}
		}
		out.Layers = append(out.Layers, mlp.Layer{W: w, B: b, Act: layer.Act})
	}
	return out
}
