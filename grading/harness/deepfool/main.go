// Command deepfool serves a submission of the exercise deepfool to the grader.
//
// Each function answers with r, the number of steps, and x₀ as it is after the call, so that the grader sees whether it was changed.
package main

import (
	"nncourse/exercises/deepfool"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"Binary": func(c *wire.Call) []any {
			value, x0 := c.VectorFunc(0), c.Floats(2)
			f := func(x []float64) float64 { return value(x)[0] }
			r, iters, err := deepfool.Binary(f, c.VectorFunc(1), x0, c.Float(3), c.Int(4))
			return wire.Return(err, r, iters, x0)
		},
		"Multiclass": func(c *wire.Call) []any {
			x0 := c.Floats(2)
			r, iters, err := deepfool.Multiclass(c.VectorFunc(0), c.MatrixFunc(1), x0, c.Int(3), c.Float(4), c.Int(5))
			return wire.Return(err, r, iters, x0)
		},
		"MulticlassInf": func(c *wire.Call) []any {
			x0 := c.Floats(2)
			r, iters, err := deepfool.MulticlassInf(c.VectorFunc(0), c.MatrixFunc(1), x0, c.Int(3), c.Float(4), c.Int(5))
			return wire.Return(err, r, iters, x0)
		},
	})
}
