// Command backprop-deep serves a submission of the exercise backprop-deep to the grader.
package main

import (
	"nncourse/exercises/backprop-deep"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"Forward": func(c *wire.Call) []any {
			a, z, err := backpropdeep.Forward(c.Cube(0), c.String(1), c.Floats(2))
			return wire.Return(err, a, z)
		},
		"Deltas": func(c *wire.Call) []any {
			d, err := backpropdeep.Deltas(c.Cube(0), c.String(1), c.Floats(2), c.Floats(3))
			return wire.Return(err, d)
		},
		"Gradient": func(c *wire.Call) []any {
			risk, dw, err := backpropdeep.Gradient(c.Cube(0), c.String(1), c.Matrix(2), c.Matrix(3))
			return wire.Return(err, risk, dw)
		},
		"Train": func(c *wire.Call) []any {
			w, risks, err := backpropdeep.Train(c.Cube(0), c.String(1), c.Matrix(2), c.Matrix(3), c.Float(4), c.Int(5))
			return wire.Return(err, w, risks)
		},
	})
}
