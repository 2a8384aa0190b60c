// Command convolution serves a submission of the exercise convolution to the grader.
package main

import (
	"nncourse/exercises/convolution"
	"nncourse/grading/wire"
)

func pair(f func(a, b [][]float64) ([][]float64, error)) func(c *wire.Call) []any {
	return func(c *wire.Call) []any {
		y, err := f(c.Matrix(0), c.Matrix(1))
		return wire.Return(err, y)
	}
}

func main() {
	wire.Serve(wire.Funcs{
		"Correlate":      pair(convolution.Correlate),
		"Convolve":       pair(convolution.Convolve),
		"KernelGradient": pair(convolution.KernelGradient),
		"InputGradient":  pair(convolution.InputGradient),
		"Circulant": func(c *wire.Call) []any {
			m, err := convolution.Circulant(c.Floats(0), c.Int(1))
			return wire.Return(err, m)
		},
		"ReceptiveField": func(c *wire.Call) []any {
			size, jump, err := convolution.ReceptiveField(c.Ints(0), c.Ints(1))
			return wire.Return(err, []int{size, jump})
		},
	})
}
