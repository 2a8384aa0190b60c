package mlp

import (
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/loss"
)

// Pass is what the forward pass leaves for the backward pass: the batch, and Z and A of every layer.
// Its matrices are used again by the next ForwardTo with the same Pass.
type Pass struct {
	X mat.Matrix   // the batch, [batch, in]; not a copy
	Z []*mat.Dense // Z[l] of Layers[l], before the activation, [batch, out_l]
	A []*mat.Dense // A[l] of Layers[l], after it, [batch, out_l]
}

// Out is the network's output A_L, [batch, out].
func (p *Pass) Out() *mat.Dense { return p.A[len(p.A)-1] }

// before is what enters Layers[l], A_{l−1}.
func (p *Pass) before(l int) mat.Matrix {
	if l == 0 {
		return p.X
	}
	return p.A[l-1]
}

// Forward computes all layers on a batch x, [batch, in]. It panics if x has a wrong width or no rows.
func (n *Net) Forward(x mat.Matrix) *Pass { return n.ForwardTo(&Pass{}, x) }

// ForwardTo is Forward into the matrices of p, which it returns: with a p of an earlier batch nothing is allocated.
func (n *Net) ForwardTo(p *Pass, x mat.Matrix) *Pass {
	batch, in := x.Dims()
	n.check("Forward", in)
	p.X = x
	p.Z, p.A = matrices(p.Z, len(n.Layers)), matrices(p.A, len(n.Layers))
	for l, layer := range n.Layers {
		out := len(layer.B)
		z, a := shape(p.Z[l], batch, out), shape(p.A[l], batch, out)
		// Z = A_{l−1}Wᵀ + 1bᵀ     [batch, in]·[in, out] + [batch, 1]·[1, out]
		z.Mul(p.before(l), layer.W.T())
		// A = σ(Z)
		for i := range batch {
			zi, ai := z.RawRowView(i), a.RawRowView(i)
			for j, b := range layer.B {
				zi[j] += b
				ai[j] = layer.Act.F(zi[j])
			}
		}
	}
	return p
}

// Predict computes the output, [out], for one point x, [in].
func (n *Net) Predict(x []float64) []float64 {
	n.check("Predict", len(x))
	a := x
	for _, layer := range n.Layers {
		next := make([]float64, len(layer.B))
		for i, b := range layer.B {
			// aᵢ = σ(Σⱼ Wᵢⱼaⱼ + bᵢ)
			z := b
			for j, w := range layer.W.RawRowView(i) {
				z += w * a[j]
			}
			next[i] = layer.Act.F(z)
		}
		a = next
	}
	return a
}

// Loss is the mean loss of the batch x, [batch, in], with targets y, [batch, out].
func (n *Net) Loss(x, y mat.Matrix, l loss.Func) float64 {
	return meanLoss(n.Forward(x), y, l)
}

// matrices makes room for k matrices in a list.
func matrices(list []*mat.Dense, k int) []*mat.Dense {
	for len(list) < k {
		list = append(list, &mat.Dense{})
	}
	return list[:k]
}

// shape makes m an r×c matrix of zeros, in its old memory if that is enough.
func shape(m *mat.Dense, r, c int) *mat.Dense {
	m.Reset()
	m.ReuseAs(r, c)
	return m
}
