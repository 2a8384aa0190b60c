// Mistake: refuses-good: refuses plain blocks that become narrower

package residualblock

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Block is a residual block on vectors, from [n] to [m], or its plain twin. See README.md.
type Block struct {
	W1    [][]float64 // [k][n]
	B1    []float64   // [k]
	W2    [][]float64 // [m][k]
	B2    []float64   // [m]
	P     [][]float64 // [m][n]; empty: no projection
	Plain bool        // no shortcut
}

// pass is what a forward pass leaves behind.
type pass struct {
	a []float64 // W1·x + b1
	h []float64 // relu(a)
	s []float64 // f + shortcut, before the last ReLU
	y []float64
}

// forward computes y = relu(W2·relu(W1·x + b1) + b2 + shortcut(x)).
func forward(b Block, x []float64) (p pass, err error) {
	if err := check(b, x); err != nil {
		return pass{}, err
	}
	p.a = affine(b.W1, x, b.B1)
	p.h = relu(p.a)
	p.s = affine(b.W2, p.h, b.B2)
	switch {
	case b.Plain:
	case len(b.P) > 0:
		p.s = affine(b.P, x, p.s)
	default:
		for i, v := range x { // the entries behind are x's zeros
			p.s[i] += v
		}
	}
	p.y = relu(p.s)
	return p, finite("result", p.a, p.s)
}

// Forward returns relu(W2·relu(W1·x + B1) + B2 + shortcut(x)), [m].
func Forward(b Block, x []float64) ([]float64, error) {
	p, err := forward(b, x)
	return p.y, err
}

// Backward returns ∂L/∂x, [n], and the derivatives by the weights, in a Block of the same shapes.
func Backward(b Block, x, dy []float64) (dx []float64, d Block, err error) {
	p, err := forward(b, x)
	if err != nil {
		return nil, Block{}, err
	}
	if len(dy) != len(p.y) {
		return nil, Block{}, fmt.Errorf("residual-block: dy has %d entries, y has %d", len(dy), len(p.y))
	}
	if err := finite("dy", dy); err != nil {
		return nil, Block{}, err
	}
	ds := masked(dy, p.s) // δ = dy ∘ 1[s > 0]
	da := masked(transposed(b.W2, ds, len(p.h)), p.a)
	dx = transposed(b.W1, da, len(x))
	d = Block{W1: outer(da, x), B1: da, W2: outer(ds, p.h), B2: ds, Plain: b.Plain}
	switch {
	case b.Plain:
	case len(b.P) > 0:
		d.P = outer(ds, x)
		for i, v := range transposed(b.P, ds, len(x)) {
			dx[i] += v
		}
	default:
		for i := range x {
			dx[i] += ds[i]
		}
	}
	if err := finite("gradient", dx, da); err != nil {
		return nil, Block{}, err
	}
	for _, m := range [][][]float64{d.W1, d.W2, d.P} {
		if err := finite("gradient", m...); err != nil {
			return nil, Block{}, err
		}
	}
	return dx, d, nil
}

// GradientNorms returns ‖∂L/∂h_l‖ for l = 0 … L, where h_0 = x and h_l = blocks[l−1](h_{l−1}), given ∂L/∂h_L.
func GradientNorms(blocks []Block, x, dy []float64) ([]float64, error) {
	if len(blocks) == 0 {
		return nil, errors.New("residual-block: no blocks")
	}
	h := [][]float64{x}
	for l, b := range blocks {
		y, err := Forward(b, h[l])
		if err != nil {
			return nil, fmt.Errorf("block %d: %w", l+1, err)
		}
		h = append(h, y)
	}
	norms := make([]float64, len(h))
	d := dy
	for l := len(blocks); ; l-- {
		norms[l] = norm(d)
		if l == 0 {
			break
		}
		var err error
		if d, _, err = Backward(blocks[l-1], h[l-1], d); err != nil {
			return nil, fmt.Errorf("block %d: %w", l, err)
		}
	}
	if err := finite("norms", norms); err != nil {
		return nil, err
	}
	return norms, nil
}

// VGGParameters counts the weights and biases of the convolutions and of the dense layers.
func VGGParameters(stages [][]int, hidden []int, height, width, channels, classes int) (conv, dense int, err error) {
	if height < 1 || width < 1 || channels < 1 || classes < 1 || len(stages) == 0 {
		return 0, 0, errors.New("residual-block: height, width, channels, classes and the number of stages must be at least 1")
	}
	in := channels
	for i, stage := range stages {
		if len(stage) == 0 {
			return 0, 0, fmt.Errorf("residual-block: stage %d has no convolution", i+1)
		}
		for _, out := range stage {
			if out < 1 {
				return 0, 0, fmt.Errorf("residual-block: stage %d has a convolution of %d channels", i+1, out)
			}
			conv += 9*in*out + out
			in = out
		}
		if height%2 != 0 || width%2 != 0 {
			return 0, 0, fmt.Errorf("residual-block: pool %d would halve %d×%d", i+1, height, width)
		}
		height, width = height/2, width/2
	}
	in *= height * width
	for _, out := range append(slices.Clone(hidden), classes) {
		if out < 1 {
			return 0, 0, fmt.Errorf("residual-block: a dense layer of %d units", out)
		}
		dense += in*out + out
		in = out
	}
	return conv, dense, nil
}

// ResNetParameters counts what training may change.
func ResNetParameters(kernel int, blocks, widths []int, channels, classes int, projection bool) (int, error) {
	if kernel < 1 || channels < 1 || classes < 1 || len(blocks) == 0 || len(blocks) != len(widths) {
		return 0, errors.New("residual-block: kernel, channels, classes must be at least 1, and blocks and widths of one length")
	}
	convNorm := func(k, in, out int) int { return k*k*in*out + 2*out } // no bias; scale and offset of the batch norm
	n, in := 0, channels
	for s, width := range widths {
		if width < 1 || blocks[s] < 1 {
			return 0, fmt.Errorf("residual-block: stage %d has %d blocks of width %d", s+1, blocks[s], width)
		}
		if s == 0 {
			n, in = convNorm(kernel, channels, width), width
		}
		for range blocks[s] {
			n += convNorm(3, in, width) + convNorm(3, width, width)
			if projection && in != width {
				n += convNorm(1, in, width)
			}
			in = width
		}
	}
	return n + in*classes + classes, nil
}

func check(b Block, x []float64) error {
	n, k, m := len(x), len(b.B1), len(b.B2)
	if n == 0 || k == 0 || m == 0 {
		return errors.New("residual-block: x, B1 or B2 is empty")
	}
	matrices := []struct {
		name       string
		w          [][]float64
		rows, cols int
	}{{"W1", b.W1, k, n}, {"W2", b.W2, m, k}, {"P", b.P, m, n}}
	if len(b.P) == 0 {
		matrices = matrices[:2]
		if m < n {
			return fmt.Errorf("residual-block: no identity from %d to %d entries: give a projection", n, m)
		}
	} else if b.Plain {
		return errors.New("residual-block: a plain block with a projection")
	}
	for _, w := range matrices {
		if len(w.w) != w.rows {
			return fmt.Errorf("residual-block: %s has %d rows, want %d", w.name, len(w.w), w.rows)
		}
		for _, row := range w.w {
			if len(row) != w.cols {
				return fmt.Errorf("residual-block: %s has a row of %d entries, want %d", w.name, len(row), w.cols)
			}
		}
		if err := finite(w.name, w.w...); err != nil {
			return err
		}
	}
	return finite("input", x, b.B1, b.B2)
}

func finite(name string, v ...[]float64) error {
	for _, row := range v {
		for i, x := range row {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return fmt.Errorf("residual-block: %s: entry %d is %v", name, i, x)
			}
		}
	}
	return nil
}

// affine is W·x + c.
func affine(w [][]float64, x, c []float64) []float64 {
	y := slices.Clone(c)
	for i, row := range w {
		for j, v := range row {
			y[i] += v * x[j]
		}
	}
	return y
}

// transposed is Wᵀ·d, [n].
func transposed(w [][]float64, d []float64, n int) []float64 {
	y := make([]float64, n)
	for i, row := range w {
		for j, v := range row {
			y[j] += v * d[i]
		}
	}
	return y
}

// outer is d·xᵀ.
func outer(d, x []float64) [][]float64 {
	w := make([][]float64, len(d))
	for i := range w {
		w[i] = make([]float64, len(x))
		for j, v := range x {
			w[i][j] = d[i] * v
		}
	}
	return w
}

func relu(a []float64) []float64 {
	y := make([]float64, len(a))
	for i, v := range a {
		y[i] = max(v, 0)
	}
	return y
}

// masked is d ∘ 1[a > 0].
func masked(d, a []float64) []float64 {
	y := make([]float64, len(d))
	for i, v := range a {
		if v > 0 {
			y[i] = d[i]
		}
	}
	return y
}

// norm is ‖v‖, for entries of any size: the greatest is taken out.
func norm(v []float64) float64 {
	n := 0.0
	for _, x := range v {
		n = math.Hypot(n, x)
	}
	return n
}
