// Package backpropdeep solves "Backpropagation through any number of layers" on whole batches, with gonum's matrices.
package backpropdeep

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

type pair struct{ f, slope func(a float64) float64 }

var functions = map[string]pair{
	"sigmoid": {func(a float64) float64 { return 0.5 + 0.5*math.Tanh(a/2) }, func(a float64) float64 {
		c := 2 * math.Cosh(a/2)
		return 1 / c / c
	}},
	"tanh": {math.Tanh, func(a float64) float64 {
		c := math.Cosh(a)
		return 1 / c / c
	}},
	"relu":     {func(a float64) float64 { return math.Max(a, 0) }, func(a float64) float64 { return math.Max(0, math.Min(1, math.Ceil(a))) }},
	"identity": {func(a float64) float64 { return a }, func(float64) float64 { return 1 }},
}

var errInput = errors.New("shapes or numbers that cannot be")

func dense(rows [][]float64) (*mat.Dense, error) {
	if len(rows) == 0 || len(rows[0]) == 0 {
		return nil, errInput
	}
	d := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, row := range rows {
		if len(row) != len(rows[0]) {
			return nil, errInput
		}
		for j, e := range row {
			if e-e != 0 {
				return nil, errInput
			}
			d.Set(i, j, e)
		}
	}
	return d, nil
}

func rows(m *mat.Dense) [][]float64 {
	r, _ := m.Dims()
	list := make([][]float64, r)
	for i := range list {
		list[i] = mat.Row(nil, i, m)
	}
	return list
}

type pass struct {
	w, a, z []*mat.Dense // z[0] is the input
	g       pair
}

func run(w [][][]float64, name string, x [][]float64) (*pass, error) {
	g, known := functions[name]
	in, err := dense(x)
	if !known || err != nil || len(w) == 0 {
		return nil, errInput
	}
	p := &pass{z: []*mat.Dense{in}, g: g}
	for l := range w {
		m, err := dense(w[l])
		if err != nil {
			return nil, err
		}
		r, _ := m.Dims()
		if _, c := p.z[l].Dims(); c != r {
			return nil, fmt.Errorf("layer %d takes %d numbers and gets %d", l, r, c)
		}
		var a, z mat.Dense
		a.Mul(p.z[l], m)
		z.Apply(func(_, _ int, v float64) float64 { return g.f(v) }, &a)
		p.w, p.a, p.z = append(p.w, m), append(p.a, &a), append(p.z, &z)
	}
	return p, nil
}

// back returns δ of every layer, a sample a row, and the output's error.
func (p *pass) back(y [][]float64) (delta []*mat.Dense, off *mat.Dense, err error) {
	target, err := dense(y)
	if err != nil {
		return nil, nil, err
	}
	last := len(p.w) - 1
	r, c := p.z[last+1].Dims()
	if tr, tc := target.Dims(); tr != r || tc != c {
		return nil, nil, errInput
	}
	off = &mat.Dense{}
	off.Sub(p.z[last+1], target)
	delta = make([]*mat.Dense, last+1)
	signal := off
	for l := last; l >= 0; l-- {
		var slopes mat.Dense
		slopes.Apply(func(_, _ int, v float64) float64 { return p.g.slope(v) }, p.a[l])
		delta[l] = &mat.Dense{}
		delta[l].MulElem(signal, &slopes)
		signal = &mat.Dense{}
		signal.Mul(delta[l], p.w[l].T())
	}
	return delta, off, nil
}

// Forward is a batch of one.
func Forward(w [][][]float64, g string, x []float64) (a, z [][]float64, err error) {
	p, err := run(w, g, [][]float64{x})
	if err != nil {
		return nil, nil, err
	}
	for l := range w {
		a, z = append(a, rows(p.a[l])[0]), append(z, rows(p.z[l+1])[0])
	}
	return a, z, nil
}

// Deltas is a batch of one.
func Deltas(w [][][]float64, g string, x, y []float64) (delta [][]float64, err error) {
	p, err := run(w, g, [][]float64{x})
	if err != nil {
		return nil, err
	}
	d, _, err := p.back([][]float64{y})
	if err != nil {
		return nil, err
	}
	for _, m := range d {
		delta = append(delta, rows(m)[0])
	}
	return delta, nil
}

// Gradient is zᵀδ/N in each layer.
func Gradient(w [][][]float64, g string, x, y [][]float64) (risk float64, dw [][][]float64, err error) {
	p, err := run(w, g, x)
	if err != nil {
		return 0, nil, err
	}
	delta, off, err := p.back(y)
	if err != nil {
		return 0, nil, err
	}
	n := float64(len(x))
	for l := range w {
		var m mat.Dense
		m.Mul(p.z[l].T(), delta[l])
		m.Scale(1/n, &m)
		dw = append(dw, rows(&m))
	}
	return math.Pow(mat.Norm(off, 2), 2) / 2 / n, dw, nil
}

// Train descends.
func Train(w [][][]float64, g string, x, y [][]float64, rate float64, steps int) (trained [][][]float64, risks []float64, err error) {
	if !(rate > 0 && rate < math.Inf(1)) || steps < 0 {
		return nil, nil, errInput
	}
	trained = w
	for {
		risk, dw, err := Gradient(trained, g, x, y)
		if err != nil || risk-risk != 0 {
			return nil, nil, errors.Join(err, errInput)
		}
		risks = append(risks, risk)
		if len(risks) > steps {
			if steps == 0 { // a copy
				trained, err = moved(w, w, 0)
			}
			return trained, risks, err
		}
		if trained, err = moved(trained, dw, rate); err != nil {
			return nil, nil, err
		}
	}
}

// moved is a new w − rate·dw.
func moved(w, dw [][][]float64, rate float64) ([][][]float64, error) {
	next := make([][][]float64, len(w))
	for l := range w {
		a, err1 := dense(w[l])
		b, err2 := dense(dw[l])
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		b.Scale(-rate, b)
		a.Add(a, b)
		next[l] = rows(a)
	}
	return next, nil
}
