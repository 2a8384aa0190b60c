// Command dropout serves a submission of the exercise dropout to the grader.
package main

import (
	"nncourse/exercises/dropout"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"Mask": func(c *wire.Call) []any {
			u := c.Func(2)
			mask, err := dropout.Mask(c.Int(0), c.Float(1), func() float64 { return u()[0].(float64) })
			return wire.Return(err, mask)
		},
		"Drop": func(c *wire.Call) []any {
			y, err := dropout.Drop(c.Floats(0), c.Floats(1), c.Float(2), c.Bool(3), c.Bool(4))
			return wire.Return(err, y)
		},
		"DropGradient": func(c *wire.Call) []any {
			d, err := dropout.DropGradient(c.Floats(0), c.Floats(1), c.Float(2), c.Bool(3))
			return wire.Return(err, d)
		},
		"Expectation": func(c *wire.Call) []any {
			mean, err := dropout.Expectation(c.ScalarFunc(0), c.Floats(1), c.Float(2))
			return wire.Return(err, mean)
		},
		"Survival": func(c *wire.Call) []any {
			p, expected, err := dropout.Survival(c.Int(0), c.Float(1))
			return wire.Return(err, p, expected)
		},
	})
}
