// Command deepfool serves a submission of the exercise deepfool to the grader.
package main

import (
	"nncourse/exercises/deepfool"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"Binary": func(c *wire.Call) []any {
			r, iters, err := deepfool.Binary(c.ScalarFunc(0), c.VectorFunc(1), c.Floats(2), c.Float(3), c.Int(4))
			return wire.Return(err, r, iters)
		},
		"Multiclass": func(c *wire.Call) []any {
			r, iters, err := deepfool.Multiclass(c.VectorFunc(0), c.MatrixFunc(1), c.Floats(2), c.Int(3), c.Float(4), c.Int(5))
			return wire.Return(err, r, iters)
		},
		"MulticlassInf": func(c *wire.Call) []any {
			r, iters, err := deepfool.MulticlassInf(c.VectorFunc(0), c.MatrixFunc(1), c.Floats(2), c.Int(3), c.Float(4), c.Int(5))
			return wire.Return(err, r, iters)
		},
	})
}
