// Command lista serves a submission of the exercise lista to the grader.
package main

import (
	"nncourse/exercises/lista"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"Start": func(c *wire.Call) []any {
			we, s, theta, err := lista.Start(c.Matrix(0), c.Float(1), c.Float(2))
			return wire.Return(err, we, s, theta)
		},
		"Encode": func(c *wire.Call) []any {
			z, err := lista.Encode(c.Matrix(0), c.Matrix(1), c.Floats(2), c.Floats(3), c.Int(4))
			return wire.Return(err, z)
		},
		"Loss": func(c *wire.Call) []any {
			l, err := lista.Loss(c.Matrix(0), c.Matrix(1), c.Floats(2), c.Matrix(3), c.Matrix(4), c.Int(5))
			return wire.Return(err, l)
		},
		"Gradient": func(c *wire.Call) []any {
			dWe, dS, dTheta, err := lista.Gradient(c.Matrix(0), c.Matrix(1), c.Floats(2), c.Matrix(3), c.Matrix(4), c.Int(5))
			return wire.Return(err, dWe, dS, dTheta)
		},
	})
}
