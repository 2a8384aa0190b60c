// Command softmax-cross-entropy serves a submission of the exercise softmax-cross-entropy to the grader.
package main

import (
	"nncourse/exercises/softmax-cross-entropy"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"LogSumExp": func(c *wire.Call) []any {
			l, err := softmaxcrossentropy.LogSumExp(c.Floats(0))
			return wire.Return(err, l)
		},
		"Softmax": func(c *wire.Call) []any {
			p, err := softmaxcrossentropy.Softmax(c.Floats(0))
			return wire.Return(err, p)
		},
		"LogSoftmax": func(c *wire.Call) []any {
			l, err := softmaxcrossentropy.LogSoftmax(c.Floats(0))
			return wire.Return(err, l)
		},
		"Jacobian": func(c *wire.Call) []any {
			j, err := softmaxcrossentropy.Jacobian(c.Floats(0))
			return wire.Return(err, j)
		},
		"CrossEntropy": func(c *wire.Call) []any {
			l, g, err := softmaxcrossentropy.CrossEntropy(c.Floats(0), c.Floats(1))
			return wire.Return(err, l, g)
		},
		"Batch": func(c *wire.Call) []any {
			l, g, err := softmaxcrossentropy.Batch(c.Ints(0), c.Matrix(1))
			return wire.Return(err, l, g)
		},
	})
}
