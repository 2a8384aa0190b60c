// Command operator-discovery serves a submission of the exercise operator-discovery to the grader.
package main

import (
	"nncourse/exercises/operator-discovery"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"Library": func(c *wire.Call) []any {
			theta, err := operatordiscovery.Library(c.Matrix(0), c.Ints(1), c.Ints(2))
			return wire.Return(err, theta)
		},
		"LeastSquares": func(c *wire.Call) []any {
			alpha, err := operatordiscovery.LeastSquares(c.Matrix(0), c.Floats(1))
			return wire.Return(err, alpha)
		},
		"STLSQ": func(c *wire.Call) []any {
			alpha, err := operatordiscovery.STLSQ(c.Matrix(0), c.Floats(1), c.Float(2), c.Int(3))
			return wire.Return(err, alpha)
		},
		"BestSubset": func(c *wire.Call) []any {
			alpha, objective, err := operatordiscovery.BestSubset(c.Matrix(0), c.Floats(1), c.Float(2))
			return wire.Return(err, alpha, objective)
		},
	})
}
