// Command mel-spectrogram serves a submission of the exercise mel-spectrogram to the grader.
package main

import (
	melspectrogram "nncourse/exercises/mel-spectrogram"
	"nncourse/grading/wire"
)

func scale(f func([]float64, bool) ([]float64, error)) func(c *wire.Call) []any {
	return func(c *wire.Call) []any {
		v, err := f(c.Floats(0), c.Bool(1))
		return wire.Return(err, v)
	}
}

func main() {
	wire.Serve(wire.Funcs{
		"Mel":   scale(melspectrogram.Mel),
		"Hertz": scale(melspectrogram.Hertz),
		"Filters": func(c *wire.Call) []any {
			h, err := melspectrogram.Filters(c.Int(0), c.Int(1), c.Float(2), c.Float(3), c.Float(4), c.Bool(5), c.Bool(6))
			return wire.Return(err, h)
		},
		"Power": func(c *wire.Call) []any {
			p, err := melspectrogram.Power(c.Floats(0), c.Int(1), c.Int(2))
			return wire.Return(err, p)
		},
		"LogMel": func(c *wire.Call) []any {
			v, err := melspectrogram.LogMel(c.Floats(0), c.Matrix(1), c.Int(2), c.Int(3), c.Float(4))
			return wire.Return(err, v)
		},
	})
}
