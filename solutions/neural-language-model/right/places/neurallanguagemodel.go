// Package neurallanguagemodel keeps what the forward pass computed at every place, and draws without sorting.
package neurallanguagemodel

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Model holds the parameters, or the gradient with respect to them.
type Model struct {
	C [][]float64
	H [][]float64
	D []float64
	U [][]float64
	B []float64
}

// place is one place of a text with all that the forward pass computes there.
type place struct {
	context       []int
	next          int
	x, a, z, logP []float64
}

func (m Model) run(p *place) {
	p.x = make([]float64, 0, len(m.H[0]))
	for _, w := range p.context {
		p.x = append(p.x, m.C[w]...)
	}
	p.a = affine(m.H, p.x, m.D)
	for i, q := range p.a {
		p.a[i] = math.Tanh(q)
	}
	p.z = affine(m.U, p.a, m.B)
	p.logP = slices.Clone(p.z)
	top, sum := slices.Max(p.z), 0.0
	for _, z := range p.z {
		sum += math.Exp(z - top)
	}
	for i := range p.logP {
		p.logP[i] -= top
		p.logP[i] -= math.Log(sum)
	}
}

// affine is Wx + b.
func affine(w [][]float64, x, b []float64) []float64 {
	y := slices.Clone(b)
	for i, row := range w {
		for j := range row {
			y[i] += row[j] * x[j]
		}
	}
	return y
}

// places runs the model at every place of a text.
func (m Model) places(ids []int) ([]place, error) {
	n, err := m.order(ids)
	if err != nil {
		return nil, err
	}
	var out []place
	for t := n; t < len(ids); t++ {
		p := place{context: ids[t-n : t], next: ids[t]}
		m.run(&p)
		out = append(out, p)
	}
	if len(out) == 0 {
		return nil, errors.New("nothing to predict")
	}
	return out, nil
}

// Logits runs one place.
func (m Model) Logits(context []int) ([]float64, error) {
	n, err := m.order(context)
	if err != nil {
		return nil, err
	}
	if len(context) != n {
		return nil, fmt.Errorf("%d tokens, want %d", len(context), n)
	}
	p := place{context: context}
	m.run(&p)
	return p.z, nil
}

// Loss is a running mean.
func (m Model) Loss(ids []int) (nats, perplexity float64, err error) {
	all, err := m.places(ids)
	if err != nil {
		return 0, 0, err
	}
	for k, p := range all {
		nats += (-p.logP[p.next] - nats) / float64(k+1)
	}
	return nats, math.Exp(nats), nil
}

// Gradient adds up outer products.
func (m Model) Gradient(ids []int) (Model, error) {
	all, err := m.places(ids)
	if err != nil {
		return Model{}, err
	}
	g := Model{like(m.C), like(m.H), make([]float64, len(m.D)), like(m.U), make([]float64, len(m.B))}
	for _, p := range all {
		dz := make([]float64, len(p.z))
		for i := range dz {
			dz[i] = math.Exp(p.logP[i]) / float64(len(all))
		}
		dz[p.next] -= 1 / float64(len(all))
		dq := back(m.U, dz)
		for j, a := range p.a {
			dq[j] *= 1 - a*a
		}
		dx := back(m.H, dq)
		outer(g.U, g.B, dz, p.a)
		outer(g.H, g.D, dq, p.x)
		for _, w := range p.context {
			row := g.C[w]
			for j := range row {
				row[j] += dx[j]
			}
			dx = dx[len(row):]
		}
	}
	return g, nil
}

// back is Wᵀy.
func back(w [][]float64, y []float64) []float64 {
	x := make([]float64, len(w[0]))
	for i, row := range w {
		for j := range row {
			x[j] += row[j] * y[i]
		}
	}
	return x
}

// outer adds yxᵀ to W and y to b.
func outer(w [][]float64, b, y, x []float64) {
	for i := range y {
		b[i] += y[i]
		for j := range x {
			w[i][j] += y[i] * x[j]
		}
	}
}

func like(m [][]float64) [][]float64 {
	out := make([][]float64, len(m))
	for i := range m {
		out[i] = make([]float64, len(m[i]))
	}
	return out
}

// Sample takes the largest logit again and again, and draws from the weights without dividing them.
func Sample(z []float64, temperature float64, topK int, u float64) (token int, p []float64, err error) {
	if len(z) == 0 || topK < 0 || bad(z...) || bad(temperature, u) || temperature < 0 || u < 0 || u >= 1 {
		return 0, nil, errors.New("a bad argument")
	}
	if topK == 0 || temperature == 0 {
		topK = map[bool]int{true: 1, false: len(z)}[temperature == 0]
	}
	kept := make([]bool, len(z))
	top := slices.Max(z)
	weight, sum := make([]float64, len(z)), 0.0
	for range min(topK, len(z)) {
		best := -1
		for i := range z {
			if !kept[i] && (best < 0 || z[i] > z[best]) {
				best = i
			}
		}
		kept[best] = true
		weight[best] = 1
		if z[best] != top {
			weight[best] = math.Exp((z[best] - top) / temperature)
		}
		sum += weight[best]
	}
	p = make([]float64, len(z))
	left, token := u*sum, -1
	for i, w := range weight {
		p[i] = w / sum
		if w > 0 && left >= 0 {
			token = i
		}
		left -= w
	}
	return token, p, nil
}

// order checks everything and gives n.
func (m Model) order(ids []int) (int, error) {
	for _, t := range [][][]float64{m.C, m.H, m.U} {
		if len(t) == 0 || len(t[0]) == 0 {
			return 0, errors.New("an empty table")
		}
		for _, row := range t {
			if len(row) != len(t[0]) || bad(row...) {
				return 0, errors.New("a bad row")
			}
		}
	}
	switch {
	case bad(m.D...), bad(m.B...):
		return 0, errors.New("a bad number in D or B")
	case len(m.C) != len(m.U) || len(m.C) != len(m.B):
		return 0, errors.New("three sizes for V")
	case len(m.H) != len(m.D) || len(m.H) != len(m.U[0]):
		return 0, errors.New("three sizes for h")
	case len(m.H[0])%len(m.C[0]) != 0:
		return 0, errors.New("no whole number of vectors")
	}
	for _, w := range ids {
		if w < 0 || w >= len(m.C) {
			return 0, fmt.Errorf("no token %d", w)
		}
	}
	return len(m.H[0]) / len(m.C[0]), nil
}

func bad(v ...float64) bool {
	return slices.ContainsFunc(v, func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) })
}
