// Command least-norm-gd serves a submission of the exercise least-norm-gd to the grader.
package main

import (
	"nncourse/exercises/least-norm-gd"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"LeastNorm": func(c *wire.Call) []any {
			x, err := leastnormgd.LeastNorm(c.Matrix(0), c.Floats(1))
			return wire.Return(err, x)
		},
		"StepLimit": func(c *wire.Call) []any {
			l, err := leastnormgd.StepLimit(c.Matrix(0))
			return wire.Return(err, l)
		},
		// GradientDescent says last whether its result shares memory with x0.
		"GradientDescent": func(c *wire.Call) []any {
			x0 := c.Floats(2)
			x, err := leastnormgd.GradientDescent(c.Matrix(0), c.Floats(1), x0, c.Float(3), c.Int(4))
			shared := len(x) > 0 && len(x0) > 0 && &x[0] == &x0[0]
			return wire.Return(err, x, shared)
		},
		"Limit": func(c *wire.Call) []any {
			x, err := leastnormgd.Limit(c.Matrix(0), c.Floats(1), c.Floats(2))
			return wire.Return(err, x)
		},
	})
}
