// Command linear-regions serves a submission of the exercise linear-regions to the grader.
package main

import (
	"nncourse/exercises/linear-regions"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"MostRegions": func(c *wire.Call) []any {
			n, err := linearregions.MostRegions(c.Int(0), c.Int(1))
			return wire.Return(err, n)
		},
		"Pattern": func(c *wire.Call) []any {
			p, err := linearregions.Pattern(c.Cube(0), c.Matrix(1), c.Floats(2))
			return wire.Return(err, p)
		},
		"Split": func(c *wire.Call) []any {
			plus, minus, err := linearregions.Split(c.Matrix(0), c.Floats(1))
			return wire.Return(err, plus, minus)
		},
		"Count": func(c *wire.Call) []any {
			n, err := linearregions.Count(c.Cube(0), c.Matrix(1), c.Floats(2))
			return wire.Return(err, n)
		},
	})
}
