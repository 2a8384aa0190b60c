// Command neural-language-model serves a submission of the exercise neural-language-model to the grader.
package main

import (
	neurallanguagemodel "nncourse/exercises/neural-language-model"
	"nncourse/grading/wire"
)

// model reads the parameters, the first five arguments.
func model(c *wire.Call) neurallanguagemodel.Model {
	return neurallanguagemodel.Model{C: c.Matrix(0), H: c.Matrix(1), D: c.Floats(2), U: c.Matrix(3), B: c.Floats(4)}
}

func main() {
	wire.Serve(wire.Funcs{
		"Logits": func(c *wire.Call) []any {
			z, err := model(c).Logits(c.Ints(5))
			return wire.Return(err, z)
		},
		"Loss": func(c *wire.Call) []any {
			nats, perplexity, err := model(c).Loss(c.Ints(5))
			return wire.Return(err, nats, perplexity)
		},
		"Gradient": func(c *wire.Call) []any {
			g, err := model(c).Gradient(c.Ints(5))
			return wire.Return(err, g.C, g.H, g.D, g.U, g.B)
		},
		"Sample": func(c *wire.Call) []any {
			token, p, err := neurallanguagemodel.Sample(c.Floats(0), c.Float(1), c.Int(2), c.Float(3))
			return wire.Return(err, []int{token}, p)
		},
	})
}
