// Command pooling serves a submission of the exercise pooling to the grader.
package main

import (
	"nncourse/exercises/pooling"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"Max": func(c *wire.Call) []any {
			y, err := pooling.Max(c.Matrix(0), c.Int(1), c.Int(2))
			return wire.Return(err, y)
		},
		"MaxBackward": func(c *wire.Call) []any {
			dx, err := pooling.MaxBackward(c.Matrix(0), c.Matrix(1), c.Int(2), c.Int(3))
			return wire.Return(err, dx)
		},
		"Mean": func(c *wire.Call) []any {
			y, err := pooling.Mean(c.Matrix(0), c.Int(1), c.Int(2), c.Int(3))
			return wire.Return(err, y)
		},
		"MeanBackward": func(c *wire.Call) []any {
			dx, err := pooling.MeanBackward(c.Int(0), c.Int(1), c.Matrix(2), c.Int(3), c.Int(4), c.Int(5))
			return wire.Return(err, dx)
		},
		"L2": func(c *wire.Call) []any {
			y, err := pooling.L2(c.Matrix(0), c.Int(1), c.Int(2))
			return wire.Return(err, y)
		},
		"L2Backward": func(c *wire.Call) []any {
			dx, err := pooling.L2Backward(c.Matrix(0), c.Matrix(1), c.Int(2), c.Int(3))
			return wire.Return(err, dx)
		},
		"Kept": func(c *wire.Call) []any {
			counts, num, den, err := pooling.Kept(c.Int(0))
			return wire.Return(err, counts, num, den)
		},
	})
}
