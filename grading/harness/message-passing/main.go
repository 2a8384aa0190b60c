// Command message-passing serves a submission of the exercise message-passing to the grader.
package main

import (
	"nncourse/exercises/message-passing"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"Aggregate": func(c *wire.Call) []any {
			rows, err := messagepassing.Aggregate(c.String(0), c.Int(1), c.Ints(2), c.Matrix(3), c.Int(4))
			return wire.Return(err, rows)
		},
		"Attention": func(c *wire.Call) []any {
			alpha, err := messagepassing.Attention(c.Int(0), c.Ints(1), c.Floats(2))
			return wire.Return(err, alpha)
		},
		"Step": func(c *wire.Call) []any {
			h, err := messagepassing.Step(c.String(0), c.Ints(1), c.Ints(2), c.Matrix(3), c.Matrix(4), c.VectorFunc(5), c.Int(6), c.VectorFunc(7))
			return wire.Return(err, h)
		},
	})
}
