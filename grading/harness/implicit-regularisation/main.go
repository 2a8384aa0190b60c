// Command implicit-regularisation serves a submission of the exercise implicit-regularisation to the grader.
package main

import (
	"nncourse/exercises/implicit-regularisation"
	"nncourse/grading/wire"
)

// shared says whether the first row of the result is the start itself.
func shared(points [][]float64, start []float64) bool {
	return len(points) > 0 && len(points[0]) > 0 && len(start) > 0 && &points[0][0] == &start[0]
}

func main() {
	wire.Serve(wire.Funcs{
		"ModifiedGradient": func(c *wire.Call) []any {
			g, err := implicitregularisation.ModifiedGradient(c.VectorFunc(0), c.MatrixFunc(1), c.Floats(2), c.Float(3))
			return wire.Return(err, g)
		},
		"Penalties": func(c *wire.Call) []any {
			gd, shuffling, err := implicitregularisation.Penalties(c.Matrix(0), c.Float(1))
			return wire.Return(err, []float64{gd, shuffling})
		},
		"Flow": func(c *wire.Call) []any {
			w0 := c.Floats(1)
			p, err := implicitregularisation.Flow(c.VectorFunc(0), w0, c.Float(2), c.Int(3))
			return wire.Return(err, p, shared(p, w0))
		},
		"EpochMean": func(c *wire.Call) []any {
			w, err := implicitregularisation.EpochMean(c.Matrix(0), c.Floats(1), c.Floats(2), c.Float(3))
			return wire.Return(err, w)
		},
	})
}
