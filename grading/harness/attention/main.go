// Command attention serves a submission of the exercise attention to the grader.
package main

import (
	"nncourse/exercises/attention"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"Attend": func(c *wire.Call) []any {
			o, a, err := attention.Attend(c.Matrix(0), c.Matrix(1), c.Matrix(2), c.Bool(3))
			return wire.Return(err, o, a)
		},
		"Gradient": func(c *wire.Call) []any {
			dQ, dK, dV, err := attention.Gradient(c.Matrix(0), c.Matrix(1), c.Matrix(2), c.Bool(3), c.Matrix(4))
			return wire.Return(err, dQ, dK, dV)
		},
		"MultiHead": func(c *wire.Call) []any {
			o, err := attention.MultiHead(c.Matrix(0), c.Matrix(1), c.Matrix(2), c.Int(3), c.Bool(4))
			return wire.Return(err, o)
		},
	})
}
