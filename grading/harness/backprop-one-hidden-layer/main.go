// Command backprop-one-hidden-layer serves a submission of the exercise of that name to the grader.
package main

import (
	"nncourse/exercises/backprop-one-hidden-layer"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"Forward": func(c *wire.Call) []any {
			z, h, theta, yhat, err := backproponehiddenlayer.Forward(c.Matrix(0), c.Floats(1), c.Matrix(2), c.Floats(3), c.Floats(4))
			return wire.Return(err, z, h, theta, yhat)
		},
		"Deltas": func(c *wire.Call) []any {
			delta1, delta2, err := backproponehiddenlayer.Deltas(c.Matrix(0), c.Floats(1), c.Floats(2), c.Floats(3))
			return wire.Return(err, delta1, delta2)
		},
		"Backward": func(c *wire.Call) []any {
			j, g, err := backproponehiddenlayer.Backward(c.Matrix(0), c.Floats(1), c.Matrix(2), c.Floats(3), c.Floats(4), c.Floats(5))
			return wire.Return(err, j, g.U, g.B2, g.W, g.B1, g.X)
		},
	})
}
