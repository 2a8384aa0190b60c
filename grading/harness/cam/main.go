// Command cam serves a submission of the exercise cam to the grader.
//
// Each function answers with its result. Upsample and Normalise add 1 if it shares memory with the map they were given,
// else 0.
package main

import (
	"nncourse/exercises/cam"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"CAM": func(c *wire.Call) []any {
			m, err := cam.CAM(c.Cube(0), c.Matrix(1), c.Int(2))
			return wire.Return(err, m)
		},
		"GradCAM": func(c *wire.Call) []any {
			m, err := cam.GradCAM(c.Cube(0), c.Cube(1))
			return wire.Return(err, m)
		},
		"Upsample": func(c *wire.Call) []any {
			given := c.Matrix(0)
			m, err := cam.Upsample(given, c.Int(1), c.Int(2))
			return wire.Return(err, m, shared(m, given))
		},
		"Normalise": func(c *wire.Call) []any {
			given := c.Matrix(0)
			m, err := cam.Normalise(given)
			return wire.Return(err, m, shared(m, given))
		},
		"Box": func(c *wire.Call) []any {
			b, err := cam.Box(c.Matrix(0), c.Float(1))
			return wire.Return(err, b)
		},
	})
}

// shared is 1 if a row of m is a row of given.
func shared(m, given [][]float64) int {
	for _, row := range m {
		for _, old := range given {
			if len(row) > 0 && len(old) > 0 && &row[0] == &old[0] {
				return 1
			}
		}
	}
	return 0
}
