// Command lanczos serves a submission of the exercise lanczos to the grader.
package main

import (
	"nncourse/exercises/lanczos"
	"nncourse/grading/wire"
)

// scalar is f as a function of a number; over the wire it is one of vectors with one entry.
func scalar(f func(x []float64) float64) func(x float64) float64 {
	return func(x float64) float64 { return f([]float64{x}) }
}

func main() {
	wire.Serve(wire.Funcs{
		"Lanczos": func(c *wire.Call) []any {
			alpha, beta, q, err := lanczos.Lanczos(c.VectorFunc(0), c.Floats(1), c.Int(2))
			return wire.Return(err, alpha, beta, q)
		},
		"Quadrature": func(c *wire.Call) []any {
			nodes, weights, err := lanczos.Quadrature(c.Floats(0), c.Floats(1))
			return wire.Return(err, [][]float64{nodes, weights})
		},
		"Trace": func(c *wire.Call) []any {
			v, err := lanczos.Trace(c.VectorFunc(0), c.Matrix(1))
			return wire.Return(err, v)
		},
		"TraceOf": func(c *wire.Call) []any {
			v, err := lanczos.TraceOf(c.VectorFunc(0), scalar(c.ScalarFunc(1)), c.Matrix(2), c.Int(3))
			return wire.Return(err, v)
		},
	})
}
