// Command gradient-descent serves a submission of the exercise gradient-descent to the grader.
package main

import (
	"nncourse/exercises/gradient-descent"
	"nncourse/grading/wire"
)

// shared says whether the first row of the result is the start itself.
func shared(points [][]float64, start []float64) bool {
	return len(points) > 0 && len(points[0]) > 0 && len(start) > 0 && &points[0][0] == &start[0]
}

func main() {
	wire.Serve(wire.Funcs{
		"Descend": func(c *wire.Call) []any {
			x0 := c.Floats(1)
			p, err := gradientdescent.Descend(c.VectorFunc(0), x0, c.Float(2), c.Int(3))
			return wire.Return(err, p, shared(p, x0))
		},
		"BatchGradient": func(c *wire.Call) []any {
			g, err := gradientdescent.BatchGradient(c.Matrix(0), c.Floats(1), c.Floats(2), c.Ints(3))
			return wire.Return(err, g)
		},
		"Epoch": func(c *wire.Call) []any {
			w0 := c.Floats(2)
			p, err := gradientdescent.Epoch(c.Matrix(0), c.Floats(1), w0, c.Ints(3), c.Int(4), c.Float(5))
			return wire.Return(err, p, shared(p, w0))
		},
		"BestRate": func(c *wire.Call) []any {
			rate, factor, err := gradientdescent.BestRate(c.Floats(0))
			return wire.Return(err, []float64{rate, factor})
		},
	})
}
