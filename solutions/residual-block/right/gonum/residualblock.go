// Package residualblock solves the exercise with gonum: the shortcut is always a matrix, the identity and its zeros too.
package residualblock

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Block is the block of the statement.
type Block struct {
	W1    [][]float64
	B1    []float64
	W2    [][]float64
	B2    []float64
	P     [][]float64
	Plain bool
}

var errInput = errors.New("residual-block: shapes do not fit, or a number is NaN or infinite")

type layers struct {
	w1, w2, p        *mat.Dense
	a, h, s, y, x    *mat.VecDense
	hasP, hasNothing bool
}

func good(v ...float64) bool {
	for _, x := range v {
		if x-x != 0 {
			return false
		}
	}
	return true
}

func dense(w [][]float64, rows, cols int) (*mat.Dense, error) {
	if len(w) != rows {
		return nil, errInput
	}
	m := mat.NewDense(rows, cols, nil)
	for i, row := range w {
		if len(row) != cols || !good(row...) {
			return nil, errInput
		}
		m.SetRow(i, row)
	}
	return m, nil
}

func step(z float64) float64 {
	if z > 0 {
		return 1
	}
	return 0
}

func (b Block) run(x []float64) (l layers, err error) {
	n, k, m := len(x), len(b.B1), len(b.B2)
	if n*k*m == 0 || !good(x...) || !good(b.B1...) || !good(b.B2...) || (b.Plain && len(b.P) > 0) {
		return l, errInput
	}
	if l.w1, err = dense(b.W1, k, n); err != nil {
		return l, err
	}
	if l.w2, err = dense(b.W2, m, k); err != nil {
		return l, err
	}
	l.p = mat.NewDense(m, n, nil)
	switch {
	case b.Plain:
		l.hasNothing = true
	case len(b.P) > 0:
		l.hasP = true
		if l.p, err = dense(b.P, m, n); err != nil {
			return l, err
		}
	case m < n:
		return l, errInput
	default:
		for i := range n {
			l.p.Set(i, i, 1)
		}
	}
	l.x = mat.NewVecDense(n, append([]float64(nil), x...))
	affine := func(w *mat.Dense, x, b mat.Vector) *mat.VecDense {
		r, _ := w.Dims()
		y := mat.NewVecDense(r, nil)
		y.MulVec(w, x)
		y.AddVec(y, b)
		return y
	}
	relu := func(a *mat.VecDense) *mat.VecDense {
		y := mat.NewVecDense(a.Len(), nil)
		for i := range a.Len() {
			y.SetVec(i, math.Max(0, a.AtVec(i)))
		}
		return y
	}
	l.a = affine(l.w1, l.x, mat.NewVecDense(k, append([]float64(nil), b.B1...)))
	l.h = relu(l.a)
	l.s = affine(l.w2, l.h, mat.NewVecDense(m, append([]float64(nil), b.B2...)))
	l.s = affine(l.p, l.x, l.s)
	l.y = relu(l.s)
	if !good(l.a.RawVector().Data...) || !good(l.s.RawVector().Data...) {
		return l, errInput
	}
	return l, nil
}

// Forward gives the block's output.
func Forward(b Block, x []float64) ([]float64, error) {
	l, err := b.run(x)
	if err != nil {
		return nil, err
	}
	return l.y.RawVector().Data, nil
}

func rows(m *mat.Dense) [][]float64 {
	r, _ := m.Dims()
	out := make([][]float64, r)
	for i := range out {
		out[i] = mat.Row(nil, i, m)
	}
	return out
}

// Backward gives the derivatives.
func Backward(b Block, x, dy []float64) ([]float64, Block, error) {
	l, err := b.run(x)
	if err != nil || len(dy) != l.y.Len() || !good(dy...) {
		return nil, Block{}, errInput
	}
	gate := func(d []float64, z *mat.VecDense) *mat.VecDense {
		out := mat.NewVecDense(len(d), nil)
		for i, v := range d {
			if step(z.AtVec(i)) == 1 {
				out.SetVec(i, v)
			}
		}
		return out
	}
	ds := gate(dy, l.s)
	dh := mat.NewVecDense(l.h.Len(), nil)
	dh.MulVec(l.w2.T(), ds)
	da := gate(dh.RawVector().Data, l.a)
	var dx, short mat.VecDense
	dx.MulVec(l.w1.T(), da)
	short.MulVec(l.p.T(), ds)
	dx.AddVec(&dx, &short)
	var dw1, dw2, dp mat.Dense
	dw1.Outer(1, da, l.x)
	dw2.Outer(1, ds, l.h)
	d := Block{W1: rows(&dw1), B1: da.RawVector().Data, W2: rows(&dw2), B2: ds.RawVector().Data, Plain: b.Plain}
	if l.hasP {
		dp.Outer(1, ds, l.x)
		d.P = rows(&dp)
	}
	for _, m := range []*mat.Dense{&dw1, &dw2} {
		if !good(m.RawMatrix().Data...) {
			return nil, Block{}, errInput
		}
	}
	if !good(dx.RawVector().Data...) || (l.hasP && !good(dp.RawMatrix().Data...)) {
		return nil, Block{}, errInput
	}
	return dx.RawVector().Data, d, nil
}

// GradientNorms goes through all blocks and back.
func GradientNorms(blocks []Block, x, dy []float64) ([]float64, error) {
	if len(blocks) == 0 {
		return nil, errInput
	}
	in := make([][]float64, len(blocks))
	var err error
	for l, b := range blocks {
		in[l] = x
		if x, err = Forward(b, x); err != nil {
			return nil, err
		}
	}
	if len(dy) != len(x) || !good(dy...) {
		return nil, errInput
	}
	norms := make([]float64, len(blocks)+1)
	norms[len(blocks)] = mat.Norm(mat.NewVecDense(len(dy), append([]float64(nil), dy...)), 2)
	for l := len(blocks) - 1; l >= 0; l-- {
		if dy, _, err = Backward(blocks[l], in[l], dy); err != nil {
			return nil, err
		}
		norms[l] = mat.Norm(mat.NewVecDense(len(dy), append([]float64(nil), dy...)), 2)
	}
	if !good(norms...) {
		return nil, errInput
	}
	return norms, nil
}

func layer(in, out int) int { return (in + 1) * out }

// VGGParameters counts.
func VGGParameters(stages [][]int, hidden []int, height, width, channels, classes int) (conv, dense int, err error) {
	least := min(height, width, channels, classes, len(stages))
	for _, s := range stages {
		least = min(least, len(s))
		for _, out := range s {
			least = min(least, out)
			conv += layer(9*channels, out)
			channels = out
		}
		if height%2+width%2 > 0 {
			return 0, 0, errInput
		}
		height /= 2
		width /= 2
	}
	in := height * width * channels
	for _, out := range hidden {
		least = min(least, out)
		dense += layer(in, out)
		in = out
	}
	dense += layer(in, classes)
	if least < 1 || height < 1 || width < 1 {
		return 0, 0, errInput
	}
	return conv, dense, nil
}

// ResNetParameters counts.
func ResNetParameters(kernel int, blocks, widths []int, channels, classes int, projection bool) (int, error) {
	least := min(kernel, channels, classes, len(blocks))
	if len(blocks) != len(widths) || least < 1 {
		return 0, errInput
	}
	total := (kernel*kernel*channels + 2) * widths[0]
	in := widths[0]
	for s, out := range widths {
		least = min(least, blocks[s], out)
		total += (9*in+2)*out + (9*out+2)*out
		total += (blocks[s] - 1) * 2 * (9*out + 2) * out
		if projection && in != out {
			total += (in + 2) * out
		}
		in = out
	}
	if least < 1 {
		return 0, errInput
	}
	return total + layer(in, classes), nil
}
