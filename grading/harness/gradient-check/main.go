// Command gradient-check serves a submission of the exercise gradient-check to the grader.
package main

import (
	"nncourse/exercises/gradient-check"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"Central": func(c *wire.Call) []any {
			g, err := gradientcheck.Central(c.ScalarFunc(0), c.Floats(1), c.Float(2))
			return wire.Return(err, g)
		},
		"Slope": func(c *wire.Call) []any {
			s, err := gradientcheck.Slope(c.ScalarFunc(0), c.Floats(1), c.Floats(2), c.Float(3))
			return wire.Return(err, s)
		},
		"RelError": func(c *wire.Call) []any {
			e, err := gradientcheck.RelError(c.Floats(0), c.Floats(1))
			return wire.Return(err, e)
		},
		"Check": func(c *wire.Call) []any {
			v, err := gradientcheck.Check(c.ScalarFunc(0), c.Floats(1), c.Floats(2), c.Float(3), c.Float(4))
			return wire.Return(err, v)
		},
	})
}
