// Command perceptron serves a submission of the exercise perceptron to the grader.
package main

import (
	"nncourse/exercises/perceptron"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"Loss": func(c *wire.Call) []any {
			l, err := perceptron.Loss(c.Floats(0), c.Float(1), c.Matrix(2), c.Floats(3))
			return wire.Return(err, l)
		},
		"Train": func(c *wire.Call) []any {
			w, b, mistakes, err := perceptron.Train(c.Matrix(0), c.Floats(1), c.Int(2))
			return wire.Return(err, w, b, mistakes)
		},
		"Bound": func(c *wire.Call) []any {
			n, err := perceptron.Bound(c.Floats(0), c.Float(1), c.Matrix(2), c.Floats(3))
			return wire.Return(err, n)
		},
	})
}
