// Package residualblock solves the exercise entry by entry, without a matrix product: each sum is written where it is needed, and the gradient
// is collected path by path.
package residualblock

import (
	"fmt"
	"math"
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

func sound(v []float64, n int, what string) error {
	if len(v) != n || n == 0 {
		return fmt.Errorf("residual-block: %s has %d entries, want %d, and at least one", what, len(v), n)
	}
	for _, x := range v {
		if !(math.Abs(x) <= math.MaxFloat64) {
			return fmt.Errorf("residual-block: %s holds %v", what, x)
		}
	}
	return nil
}

func soundRows(w [][]float64, rows, cols int, what string) error {
	if len(w) != rows {
		return fmt.Errorf("residual-block: %s has %d rows, want %d", what, len(w), rows)
	}
	for _, r := range w {
		if err := sound(r, cols, what); err != nil {
			return err
		}
	}
	return nil
}

func sums(b Block, x []float64) (a, s []float64, err error) {
	n, k, m := len(x), len(b.B1), len(b.B2)
	for _, e := range []error{sound(x, n, "x"), sound(b.B1, k, "B1"), sound(b.B2, m, "B2"), soundRows(b.W1, k, n, "W1"), soundRows(b.W2, m, k, "W2")} {
		if e != nil {
			return nil, nil, e
		}
	}
	if len(b.P) > 0 {
		if err := soundRows(b.P, m, n, "P"); err != nil {
			return nil, nil, err
		}
	}
	if (b.Plain && len(b.P) > 0) || (!b.Plain && len(b.P) == 0 && m < n) {
		return nil, nil, fmt.Errorf("residual-block: this block can have no such shortcut")
	}
	a, s = make([]float64, k), make([]float64, m)
	for j := range a {
		a[j] = b.B1[j]
		for i := range x {
			a[j] += b.W1[j][i] * x[i]
		}
	}
	for l := range s {
		s[l] = b.B2[l]
		for j := range a {
			if a[j] > 0 {
				s[l] += b.W2[l][j] * a[j]
			}
		}
		for i := range x {
			s[l] += shortcut(b, l, i) * x[i]
		}
	}
	if err := sound(a, k, "a sum"); err != nil {
		return nil, nil, err
	}
	return a, s, sound(s, m, "a sum")
}

// shortcut is ∂shortcut_l/∂x_i.
func shortcut(b Block, l, i int) float64 {
	switch {
	case b.Plain:
		return 0
	case len(b.P) > 0:
		return b.P[l][i]
	case l == i:
		return 1
	}
	return 0
}

// Forward gives the block's output.
func Forward(b Block, x []float64) ([]float64, error) {
	_, s, err := sums(b, x)
	if err != nil {
		return nil, err
	}
	for l := range s {
		s[l] = math.Max(s[l], 0)
	}
	return s, nil
}

func zeros(w [][]float64) [][]float64 {
	z := make([][]float64, len(w))
	for i := range w {
		z[i] = make([]float64, len(w[i]))
	}
	return z
}

// Backward gives the derivatives.
func Backward(b Block, x, dy []float64) ([]float64, Block, error) {
	a, s, err := sums(b, x)
	if err == nil {
		err = sound(dy, len(s), "dy")
	}
	if err != nil {
		return nil, Block{}, err
	}
	dx := make([]float64, len(x))
	d := Block{W1: zeros(b.W1), B1: make([]float64, len(a)), W2: zeros(b.W2), B2: make([]float64, len(s)), P: zeros(b.P), Plain: b.Plain}
	for l, z := range s {
		if z <= 0 {
			continue
		}
		d.B2[l] = dy[l]
		for j := range a {
			if a[j] > 0 {
				d.W2[l][j] = dy[l] * a[j]
				d.B1[j] += dy[l] * b.W2[l][j]
			}
		}
		for i := range x {
			dx[i] += dy[l] * shortcut(b, l, i)
			if len(b.P) > 0 {
				d.P[l][i] = dy[l] * x[i]
			}
		}
	}
	for j, da := range d.B1 {
		for i := range x {
			dx[i] += da * b.W1[j][i]
			d.W1[j][i] = da * x[i]
		}
	}
	err = sound(dx, len(x), "the gradient")
	for _, w := range [][][]float64{d.W1, {d.B1}, d.W2, d.P} {
		for _, r := range w {
			if err == nil {
				err = sound(r, len(r), "the gradient")
			}
		}
	}
	return dx, d, err
}

// GradientNorms recurses: the norms behind the first block, and the first block's own.
func GradientNorms(blocks []Block, x, dy []float64) ([]float64, error) {
	if len(blocks) == 0 {
		return nil, fmt.Errorf("residual-block: no blocks")
	}
	_, norms, err := norms(blocks, x, dy)
	return norms, err
}

func norms(blocks []Block, x, dy []float64) (dx, out []float64, err error) {
	if len(blocks) == 0 {
		if err := sound(dy, len(x), "dy"); err != nil {
			return nil, nil, err
		}
		dx = dy
	} else {
		y, err := Forward(blocks[0], x)
		if err != nil {
			return nil, nil, err
		}
		d, behind, err := norms(blocks[1:], y, dy)
		if err != nil {
			return nil, nil, err
		}
		out = behind
		if dx, _, err = Backward(blocks[0], x, d); err != nil {
			return nil, nil, err
		}
	}
	top, sum := 0.0, 0.0
	for _, v := range dx {
		top = math.Max(top, math.Abs(v))
	}
	for _, v := range dx {
		if top > 0 {
			sum += (v / top) * (v / top)
		}
	}
	out = append([]float64{top * math.Sqrt(sum)}, out...)
	return dx, out, sound(out, len(out), "the norms")
}

// VGGParameters counts.
func VGGParameters(stages [][]int, hidden []int, height, width, channels, classes int) (int, int, error) {
	bad := len(stages) == 0 || height < 1 || width < 1 || channels < 1 || classes < 1
	conv, in := 0, channels
	for _, stage := range stages {
		bad = bad || len(stage) == 0 || height%2 == 1 || width%2 == 1
		height, width = height/2, width/2
		for _, out := range stage {
			bad = bad || out < 1
			conv += out * (1 + in*3*3)
			in = out
		}
	}
	dense := 0
	in *= height * width
	for i := 0; i <= len(hidden); i++ {
		out := classes
		if i < len(hidden) {
			out = hidden[i]
		}
		bad = bad || out < 1
		dense += out * (1 + in)
		in = out
	}
	if bad {
		return 0, 0, fmt.Errorf("residual-block: this is no VGG net")
	}
	return conv, dense, nil
}

// ResNetParameters counts.
func ResNetParameters(kernel int, blocks, widths []int, channels, classes int, projection bool) (int, error) {
	if len(blocks) == 0 || len(blocks) != len(widths) || kernel < 1 || channels < 1 || classes < 1 {
		return 0, fmt.Errorf("residual-block: this is no ResNet")
	}
	n := kernel * kernel * channels * widths[0] // weights
	maps := widths[0]                           // maps that are normalised
	in := widths[0]
	for s := range blocks {
		if blocks[s] < 1 || widths[s] < 1 {
			return 0, fmt.Errorf("residual-block: stage %d is empty", s+1)
		}
		for i := 0; i < blocks[s]; i++ {
			n += 9*in*widths[s] + 9*widths[s]*widths[s]
			maps += 2 * widths[s]
			if projection && in != widths[s] {
				n += in * widths[s]
				maps += widths[s]
			}
			in = widths[s]
		}
	}
	return n + 2*maps + in*classes + classes, nil
}
