package mlp

import "fmt"

// NumParams counts the weights and biases.
func (n *Net) NumParams() int {
	count := 0
	for _, l := range n.Layers {
		out, in := l.W.Dims()
		count += out * (in + 1)
	}
	return count
}

// Params copies all parameters into one vector: of each layer W row by row, then b.
func (n *Net) Params() []float64 {
	p := make([]float64, 0, n.NumParams())
	for _, l := range n.Layers {
		for i := range l.B {
			p = append(p, l.W.RawRowView(i)...)
		}
		p = append(p, l.B...)
	}
	return p
}

// SetParams sets all parameters from a vector in the order of Params. It panics if the length is not NumParams.
func (n *Net) SetParams(p []float64) {
	if len(p) != n.NumParams() {
		panic(fmt.Sprintf("mlp: SetParams of %d numbers, the network has %d parameters", len(p), n.NumParams()))
	}
	for _, l := range n.Layers {
		for i := range l.B {
			p = p[copy(l.W.RawRowView(i), p):]
		}
		p = p[copy(l.B, p):]
	}
}

// Flat copies the gradient into one vector, in the order of Params.
func (g *Gradient) Flat() []float64 { return g.appendTo(nil) }

func (g *Gradient) appendTo(v []float64) []float64 {
	for l := range g.W {
		for i := range g.B[l] {
			v = append(v, g.W[l].RawRowView(i)...)
		}
		v = append(v, g.B[l]...)
	}
	return v
}

// Weights copies W and b of every layer into plain slices, w[l][i][j] and b[l][i], for packages that know no Net.
func (n *Net) Weights() (w [][][]float64, b [][]float64) {
	for _, l := range n.Layers {
		var rows [][]float64
		for i := range l.B {
			rows = append(rows, append([]float64(nil), l.W.RawRowView(i)...))
		}
		w, b = append(w, rows), append(b, append([]float64(nil), l.B...))
	}
	return w, b
}
