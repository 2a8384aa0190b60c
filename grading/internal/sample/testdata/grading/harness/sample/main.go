// Command sample is the program around a student's package sample.
package main

import (
	"nncourse/exercises/sample"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"Scale": func(c *wire.Call) []any {
			v, err := sample.Scale(c.Floats(0), c.Float(1))
			return wire.Return(err, v)
		},
		"Dot": func(c *wire.Call) []any {
			v, err := sample.Dot(c.Floats(0), c.Floats(1))
			return wire.Return(err, v)
		},
		"Minimum": func(c *wire.Call) []any {
			v, err := sample.Minimum(c.VectorFunc(0), c.Floats(1), c.Float(2), c.Int(3))
			return wire.Return(err, v)
		},
	})
}
