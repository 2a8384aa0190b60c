// Command kernel-trick serves a submission of the exercise kernel-trick to the grader.
package main

import (
	"nncourse/exercises/kernel-trick"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"Kernel": func(c *wire.Call) []any {
			k, err := kerneltrick.Kernel(c.String(0), c.Float(1), c.Floats(2), c.Floats(3))
			return wire.Return(err, k)
		},
		"Features": func(c *wire.Call) []any {
			phi, err := kerneltrick.Features(c.Float(0), c.Floats(1))
			return wire.Return(err, phi)
		},
		"Gram": func(c *wire.Call) []any {
			k, err := kerneltrick.Gram(c.String(0), c.Float(1), c.Matrix(2))
			return wire.Return(err, k)
		},
		"IsPSD": func(c *wire.Call) []any {
			ok, err := kerneltrick.IsPSD(c.Matrix(0))
			return wire.Return(err, ok)
		},
		"Distances": func(c *wire.Call) []any {
			d, err := kerneltrick.Distances(c.Matrix(0))
			return wire.Return(err, d)
		},
		"Perceptron": func(c *wire.Call) []any {
			counts, mistakes, err := kerneltrick.Perceptron(c.Matrix(0), c.Floats(1), c.Int(2))
			return wire.Return(err, counts, mistakes)
		},
	})
}
