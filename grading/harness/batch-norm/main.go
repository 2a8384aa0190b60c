// Command batch-norm serves a submission of the exercise batch-norm to the grader.
package main

import (
	"nncourse/exercises/batch-norm"
	"nncourse/grading/wire"
)

// shares says whether one of the first n slices is the same memory as one of the others.
func shares(n int, rows ...[]float64) bool {
	seen := map[*float64]bool{}
	for i, r := range rows {
		if len(r) == 0 {
			continue
		}
		if i < n {
			seen[&r[0]] = true
		} else if seen[&r[0]] {
			return true
		}
	}
	return false
}

func main() {
	wire.Serve(wire.Funcs{
		"Forward": func(c *wire.Call) []any {
			x, mean, variance := c.Matrix(0), c.Floats(3), c.Floats(4)
			y, m, v, err := batchnorm.Forward(x, c.Floats(1), c.Floats(2), mean, variance, c.Float(5), c.Float(6), c.Bool(7))
			in := append(append([][]float64{}, x...), mean, variance)
			return wire.Return(err, y, m, v, shares(len(in), append(append(in, y...), m, v)...))
		},
		"Backward": func(c *wire.Call) []any {
			dx, dgamma, dbeta, err := batchnorm.Backward(c.Matrix(0), c.Matrix(1), c.Floats(2), c.Float(3))
			return wire.Return(err, dx, dgamma, dbeta)
		},
		"ChannelStatistics": func(c *wire.Call) []any {
			m, v, err := batchnorm.ChannelStatistics(c.Cube(0))
			return wire.Return(err, [][]float64{m, v})
		},
		"Affine": func(c *wire.Call) []any {
			scale, shift, err := batchnorm.Affine(c.Floats(0), c.Floats(1), c.Floats(2), c.Floats(3), c.Float(4))
			return wire.Return(err, [][]float64{scale, shift})
		},
	})
}
