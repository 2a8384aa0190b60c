// Command graph-convolution serves a submission of the exercise graph-convolution to the grader.
package main

import (
	"nncourse/exercises/graph-convolution"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"Propagate": func(c *wire.Call) []any {
			p, err := graphconvolution.Propagate(c.Int(0), c.Ints(1), c.Ints(2), c.Matrix(3), c.Bool(4))
			return wire.Return(err, p)
		},
		"Layer": func(c *wire.Call) []any {
			h, err := graphconvolution.Layer(c.Int(0), c.Ints(1), c.Ints(2), c.Matrix(3), c.Matrix(4), c.Floats(5), c.Bool(6))
			return wire.Return(err, h)
		},
		"Gradient": func(c *wire.Call) []any {
			dw, db, dx, err := graphconvolution.Gradient(c.Int(0), c.Ints(1), c.Ints(2), c.Matrix(3), c.Matrix(4), c.Floats(5), c.Bool(6), c.Matrix(7))
			return wire.Return(err, dw, db, dx)
		},
	})
}
