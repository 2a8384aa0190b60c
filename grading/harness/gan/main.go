// Command gan serves a submission of the exercise gan to the grader.
package main

import (
	"nncourse/exercises/gan"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"Optimal": func(c *wire.Call) []any {
			d, err := gan.Optimal(c.Floats(0), c.Floats(1))
			return wire.Return(err, d)
		},
		"Value": func(c *wire.Call) []any {
			V, err := gan.Value(c.Floats(0), c.Floats(1), c.Floats(2))
			return wire.Return(err, V)
		},
		"JSD": func(c *wire.Call) []any {
			j, err := gan.JSD(c.Floats(0), c.Floats(1))
			return wire.Return(err, j)
		},
		"StepD": func(c *wire.Call) []any {
			w, err := gan.StepD(c.Floats(0), c.Floats(1), c.Floats(2), c.Float(3), c.Float(4), c.Float(5))
			return wire.Return(err, w)
		},
		"StepG": func(c *wire.Call) []any {
			a, b, err := gan.StepG(c.Floats(0), c.Floats(1), c.Float(2), c.Float(3), c.Float(4), c.Bool(5))
			return wire.Return(err, a, b)
		},
		"Round": func(c *wire.Call) []any {
			w, a, b, err := gan.Round(c.Matrix(0), c.Matrix(1), c.Floats(2), c.Float(3), c.Float(4), c.Float(5), c.Float(6), c.Bool(7))
			return wire.Return(err, w, a, b)
		},
	})
}
