// Command activation-maximisation serves a submission of the exercise activation-maximisation to the grader.
package main

import (
	"nncourse/exercises/activation-maximisation"
	"nncourse/grading/wire"
)

// shared says whether two rows of the result, or its first row and the start, are one slice.
func shared(rows [][]float64, start []float64) bool {
	seen := map[*float64]bool{}
	if len(start) > 0 {
		seen[&start[0]] = true
	}
	for _, r := range rows {
		if len(r) > 0 {
			if seen[&r[0]] {
				return true
			}
			seen[&r[0]] = true
		}
	}
	return false
}

func main() {
	wire.Serve(wire.Funcs{
		"Maximiser": func(c *wire.Call) []any {
			x, err := activationmaximisation.Maximiser(c.Floats(0), c.Float(1))
			return wire.Return(err, x)
		},
		"Ascend": func(c *wire.Call) []any {
			x0 := c.Floats(1)
			rows, err := activationmaximisation.Ascend(c.VectorFunc(0), x0, c.Float(2), c.Float(3), c.Int(4))
			return wire.Return(err, rows, shared(rows, x0))
		},
		"Shift": func(c *wire.Call) []any {
			s, err := activationmaximisation.Shift(c.Matrix(0), c.Int(1), c.Int(2))
			return wire.Return(err, s)
		},
		"TotalVariation": func(c *wire.Call) []any {
			v, g, err := activationmaximisation.TotalVariation(c.Matrix(0), c.Float(1))
			return wire.Return(err, v, g)
		},
		"Objective": func(c *wire.Call) []any {
			v, g, err := activationmaximisation.Objective(c.ScalarFunc(0), c.VectorFunc(1), c.Matrix(2), c.Int(3), c.Int(4), c.Float(5), c.Float(6))
			return wire.Return(err, v, g)
		},
	})
}
