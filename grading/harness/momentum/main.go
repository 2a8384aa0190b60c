// Command momentum serves a submission of the exercise momentum to the grader.
package main

import (
	"nncourse/exercises/momentum"
	"nncourse/grading/wire"
)

// shared says whether the first row of the result is the start itself.
func shared(points [][]float64, start []float64) bool {
	return len(points) > 0 && len(points[0]) > 0 && len(start) > 0 && &points[0][0] == &start[0]
}

func main() {
	wire.Serve(wire.Funcs{
		"HeavyBall": func(c *wire.Call) []any {
			x0 := c.Floats(1)
			p, err := momentum.HeavyBall(c.VectorFunc(0), x0, c.Floats(2), c.Float(3))
			return wire.Return(err, p, shared(p, x0))
		},
		"Nesterov": func(c *wire.Call) []any {
			x0 := c.Floats(1)
			p, err := momentum.Nesterov(c.VectorFunc(0), x0, c.Floats(2), c.Float(3))
			return wire.Return(err, p, shared(p, x0))
		},
		"Limits": func(c *wire.Call) []any {
			heavy, nesterov, err := momentum.Limits(c.Floats(0), c.Float(1))
			return wire.Return(err, []float64{heavy, nesterov})
		},
		"BestHeavyBall": func(c *wire.Call) []any {
			rate, rho, factor, err := momentum.BestHeavyBall(c.Floats(0))
			return wire.Return(err, []float64{rate, rho, factor})
		},
	})
}
