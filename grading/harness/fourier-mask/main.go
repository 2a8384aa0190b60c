// Command fourier-mask serves a submission of the exercise fourier-mask to the grader.
package main

import (
	"nncourse/exercises/fourier-mask"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"DFT2": func(c *wire.Call) []any {
			re, im, err := fouriermask.DFT2(c.Matrix(0))
			return wire.Return(err, re, im)
		},
		"Filter": func(c *wire.Call) []any {
			x, err := fouriermask.Filter(c.Matrix(0), c.Matrix(1))
			return wire.Return(err, x)
		},
		"Objective": func(c *wire.Call) []any {
			value, gradient, err := fouriermask.Objective(c.Matrix(0), c.Floats(1), c.Matrix(2), c.Ints(3), c.Matrix(4), c.Float(5))
			return wire.Return(err, value, gradient)
		},
		"Step": func(c *wire.Call) []any {
			m, err := fouriermask.Step(c.Matrix(0), c.Matrix(1), c.Float(2))
			return wire.Return(err, m)
		},
		"RadialMean": func(c *wire.Call) []any {
			mean, err := fouriermask.RadialMean(c.Matrix(0))
			return wire.Return(err, mean)
		},
	})
}
