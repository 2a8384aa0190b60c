// Command ista serves a submission of the exercise ista to the grader.
package main

import (
	"nncourse/exercises/ista"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"SoftThreshold": func(c *wire.Call) []any {
			v, err := ista.SoftThreshold(c.Floats(0), c.Float(1))
			return wire.Return(err, v)
		},
		"Energy": func(c *wire.Call) []any {
			e, err := ista.Energy(c.Matrix(0), c.Floats(1), c.Floats(2), c.Float(3))
			return wire.Return(err, e)
		},
		"Lipschitz": func(c *wire.Call) []any {
			l, err := ista.Lipschitz(c.Matrix(0))
			return wire.Return(err, l)
		},
		"ISTA": func(c *wire.Call) []any {
			z, energies, err := ista.ISTA(c.Matrix(0), c.Floats(1), c.Float(2), c.Float(3), c.Int(4))
			return wire.Return(err, z, energies)
		},
		"FISTA": func(c *wire.Call) []any {
			z, energies, err := ista.FISTA(c.Matrix(0), c.Floats(1), c.Float(2), c.Float(3), c.Int(4))
			return wire.Return(err, z, energies)
		},
	})
}
