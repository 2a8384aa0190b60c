// Command fourier-features serves a submission of the exercise fourier-features to the grader.
package main

import (
	"nncourse/exercises/fourier-features"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"DFT": func(c *wire.Call) []any {
			re, im, err := fourierfeatures.DFT(c.Floats(0))
			return wire.Return(err, re, im)
		},
		"Amplitudes": func(c *wire.Call) []any {
			a, err := fourierfeatures.Amplitudes(c.Floats(0))
			return wire.Return(err, a)
		},
		"KeepLargest": func(c *wire.Call) []any {
			y, share, err := fourierfeatures.KeepLargest(c.Floats(0), c.Int(1))
			return wire.Return(err, y, share)
		},
		"Haar": func(c *wire.Call) []any {
			h, err := fourierfeatures.Haar(c.Floats(0), c.Int(1))
			return wire.Return(err, h)
		},
		"InverseHaar": func(c *wire.Call) []any {
			x, err := fourierfeatures.InverseHaar(c.Floats(0), c.Int(1))
			return wire.Return(err, x)
		},
		"NearestMean": func(c *wire.Call) []any {
			k, err := fourierfeatures.NearestMean(c.Matrix(0), c.Ints(1), c.Matrix(2))
			return wire.Return(err, k)
		},
	})
}
