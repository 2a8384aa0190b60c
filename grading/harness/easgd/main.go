// Command easgd serves a submission of the exercise easgd to the grader.
package main

import (
	"nncourse/exercises/easgd"
	"nncourse/grading/wire"
)

// gradient is a callback of the worker's number, followed by the point.
func gradient(c *wire.Call) func(worker int, x []float64) []float64 {
	f := c.VectorFunc(0)
	return func(worker int, x []float64) []float64 {
		return f(append([]float64{float64(worker)}, x...))
	}
}

func main() {
	wire.Serve(wire.Funcs{
		"Meet": func(c *wire.Call) []any {
			x, m, err := easgd.Meet(c.Floats(0), c.Floats(1), c.Float(2))
			return wire.Return(err, x, m)
		},
		"SyncStep": func(c *wire.Call) []any {
			x, m, err := easgd.SyncStep(c.Matrix(0), c.Matrix(1), c.Floats(2), c.Float(3), c.Float(4))
			return wire.Return(err, x, m)
		},
		"Elastic": func(c *wire.Call) []any {
			centres, points, err := easgd.Elastic(gradient(c), c.Floats(1), c.Int(2), c.Int(3), c.Int(4), c.Float(5), c.Float(6), c.Float(7))
			return wire.Return(err, centres, points)
		},
		"Downpour": func(c *wire.Call) []any {
			centres, err := easgd.Downpour(gradient(c), c.Floats(1), c.Int(2), c.Int(3), c.Int(4), c.Float(5))
			return wire.Return(err, centres)
		},
	})
}
