// Command svm-dual serves a submission of the exercise svm-dual to the grader.
package main

import (
	"nncourse/exercises/svm-dual"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"Objective": func(c *wire.Call) []any {
			d, err := svmdual.Objective(c.Floats(0), c.Matrix(1), c.Floats(2))
			return wire.Return(err, d)
		},
		"Recover": func(c *wire.Call) []any {
			w, b, err := svmdual.Recover(c.Floats(0), c.Matrix(1), c.Floats(2), c.Float(3))
			return wire.Return(err, w, b)
		},
		"Violation": func(c *wire.Call) []any {
			v, err := svmdual.Violation(c.Floats(0), c.Matrix(1), c.Floats(2), c.Float(3))
			return wire.Return(err, v)
		},
		"Solve": func(c *wire.Call) []any {
			alpha, err := svmdual.Solve(c.Matrix(0), c.Floats(1), c.Float(2))
			return wire.Return(err, alpha)
		},
	})
}
