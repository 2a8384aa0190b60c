// Command sparse-autoencoder serves a submission of the exercise sparse-autoencoder to the grader.
package main

import (
	sparseautoencoder "nncourse/exercises/sparse-autoencoder"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"Penalty": func(c *wire.Call) []any {
			p, err := sparseautoencoder.Penalty(c.Float(0), c.Floats(1))
			return wire.Return(err, p)
		},
		"Slope": func(c *wire.Call) []any {
			s, err := sparseautoencoder.Slope(c.Float(0), c.Floats(1))
			return wire.Return(err, s)
		},
		"Loss": func(c *wire.Call) []any {
			J, err := sparseautoencoder.Loss(c.Matrix(0), c.Matrix(1), c.Floats(2), c.Matrix(3), c.Floats(4), c.Float(5), c.Float(6), c.Float(7))
			return wire.Return(err, J)
		},
		"Gradient": func(c *wire.Call) []any {
			w1, b1, w2, b2, err := sparseautoencoder.Gradient(c.Matrix(0), c.Matrix(1), c.Floats(2), c.Matrix(3), c.Floats(4), c.Float(5), c.Float(6), c.Float(7))
			return wire.Return(err, w1, b1, w2, b2)
		},
		"Step": func(c *wire.Call) []any {
			w1, b1, w2, b2, err := sparseautoencoder.Step(c.Matrix(0), c.Matrix(1), c.Floats(2), c.Matrix(3), c.Floats(4), c.Float(5), c.Float(6), c.Float(7), c.Float(8))
			return wire.Return(err, w1, b1, w2, b2)
		},
	})
}
