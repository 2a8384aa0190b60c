package dropout

import (
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/loss"
	"nncourse/lib/mlp"
)

// Net is a multilayer perceptron with dropout on what enters its layers: Drop[0] on the inputs, Drop[l] on what hidden layer l
// gives; nil means none. The output is never dropped.
type Net struct {
	*mlp.Net
	Drop []Layer // as Net.Layers
}

// Masks draws masks for a batch of m samples, each sample its own: masks[l] is [m, width of what enters layer l], nil where
// there is no dropout.
func (n *Net) Masks(m int, rng *rand.Rand) []*mat.Dense {
	masks := make([]*mat.Dense, len(n.Layers))
	for l, layer := range n.Layers {
		if n.Drop[l] != nil {
			_, in := layer.W.Dims()
			masks[l] = mat.NewDense(m, in, Mask(m*in, n.Drop[l].P(), rng))
		}
	}
	return masks
}

// Pass is a forward pass: In[l] is what enters layer l after dropout, Z[l] what leaves its linear map.
type Pass struct {
	In, Z []*mat.Dense
	Out   *mat.Dense // [m, out]
	masks []*mat.Dense
}

// Train is the forward pass with masks.
func (n *Net) Train(x mat.Matrix, masks []*mat.Dense) *Pass { return n.forward(x, masks, true) }

// Test is the forward pass at test time.
func (n *Net) Test(x mat.Matrix) *Pass { return n.forward(x, nil, false) }

func (n *Net) forward(x mat.Matrix, masks []*mat.Dense, train bool) *Pass {
	if len(n.Drop) != len(n.Layers) || train && len(masks) != len(n.Layers) {
		panic(fmt.Sprintf("dropout: a net of %d layers with %d dropout layers and %d masks", len(n.Layers), len(n.Drop), len(masks)))
	}
	p := &Pass{masks: masks}
	a := mat.DenseCopyOf(x)
	for l, layer := range n.Layers {
		rows, _ := a.Dims()
		for i := range rows {
			switch row := a.RawRowView(i); {
			case n.Drop[l] == nil:
			case train:
				n.Drop[l].Train(row, row, masks[l].RawRowView(i))
			default:
				n.Drop[l].Test(row, row)
			}
		}
		z := &mat.Dense{}
		z.Mul(a, layer.W.T())
		out := mat.NewDense(rows, len(layer.B), nil)
		for i := range rows {
			zi, oi := z.RawRowView(i), out.RawRowView(i)
			for j, b := range layer.B {
				zi[j] += b
				oi[j] = layer.Act.F(zi[j])
			}
		}
		p.In, p.Z = append(p.In, a), append(p.Z, z)
		a = out
	}
	p.Out = a
	return p
}

// Backward gives the gradient from dOut, the derivative by the output, and a pass of Train.
func (n *Net) Backward(p *Pass, dOut *mat.Dense) *mlp.Gradient {
	g := &mlp.Gradient{W: make([]*mat.Dense, len(n.Layers)), B: make([][]float64, len(n.Layers))}
	d := mat.DenseCopyOf(dOut)
	for l := len(n.Layers) - 1; l >= 0; l-- {
		layer := n.Layers[l]
		rows, _ := d.Dims()
		g.B[l] = make([]float64, len(layer.B))
		for i := range rows {
			di, zi := d.RawRowView(i), p.Z[l].RawRowView(i)
			for j := range di {
				di[j] *= layer.Act.D(zi[j])
				g.B[l][j] += di[j]
			}
		}
		g.W[l] = &mat.Dense{}
		g.W[l].Mul(d.T(), p.In[l])
		back := &mat.Dense{}
		back.Mul(d, layer.W)
		if n.Drop[l] != nil {
			for i := range rows {
				row := back.RawRowView(i)
				n.Drop[l].Backward(row, row, p.masks[l].RawRowView(i))
			}
		}
		d = back
	}
	g.X = d
	return g
}

// Gradient gives the mean loss of the batch x, [m, in], with targets y, [m, out], under the masks, and its gradient.
func (n *Net) Gradient(x, y mat.Matrix, l loss.Func, masks []*mat.Dense) (float64, *mlp.Gradient) {
	p := n.Train(x, masks)
	m, k := p.Out.Dims()
	d, target, sum := mat.NewDense(m, k, nil), make([]float64, k), 0.0
	for i := range m {
		mat.Row(target, i, y)
		sum += l.F(target, p.Out.RawRowView(i))
		l.D(d.RawRowView(i), target, p.Out.RawRowView(i))
	}
	d.Scale(1/float64(m), d)
	return sum / float64(m), n.Backward(p, d)
}
