// Command fgsm serves a submission of the exercise fgsm to the grader.
package main

import (
	"nncourse/exercises/fgsm"
	"nncourse/grading/wire"
)

// shared says whether the first row of the result is the start itself.
func shared(points [][]float64, start []float64) bool {
	return len(points) > 0 && len(points[0]) > 0 && len(start) > 0 && &points[0][0] == &start[0]
}

func main() {
	wire.Serve(wire.Funcs{
		"FGSM": func(c *wire.Call) []any {
			x, err := fgsm.FGSM(c.VectorFunc(0), c.Floats(1), c.Float(2), c.Float(3), c.Float(4), c.Bool(5))
			return wire.Return(err, x)
		},
		"Project": func(c *wire.Call) []any {
			x, err := fgsm.Project(c.String(0), c.Floats(1), c.Floats(2), c.Float(3))
			return wire.Return(err, x)
		},
		"PGD": func(c *wire.Call) []any {
			start := c.Floats(3)
			p, err := fgsm.PGD(c.String(0), c.VectorFunc(1), c.Floats(2), start, c.Float(4), c.Float(5), c.Int(6), c.Float(7), c.Float(8), c.Bool(9))
			return wire.Return(err, p, shared(p, start))
		},
	})
}
