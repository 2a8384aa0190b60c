// Command vae serves a submission of the exercise vae to the grader.
package main

import (
	"nncourse/exercises/vae"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"KL": func(c *wire.Call) []any {
			kl, err := vae.KL(c.Floats(0), c.Floats(1))
			return wire.Return(err, kl)
		},
		"Reparameterise": func(c *wire.Call) []any {
			z, err := vae.Reparameterise(c.Floats(0), c.Floats(1), c.Floats(2))
			return wire.Return(err, z)
		},
		"Score": func(c *wire.Call) []any {
			m, s, err := vae.Score(c.Floats(0), c.Floats(1), c.Floats(2))
			return wire.Return(err, m, s)
		},
		"ELBO": func(c *wire.Call) []any {
			elbo, kl, err := vae.ELBO(c.Matrix(0), c.Matrix(1), c.Matrix(2), c.Matrix(3), c.Matrix(4))
			return wire.Return(err, elbo, kl)
		},
		"Gradient": func(c *wire.Call) []any {
			da, db, dv, err := vae.Gradient(c.Matrix(0), c.Matrix(1), c.Matrix(2), c.Matrix(3), c.Matrix(4))
			return wire.Return(err, da, db, dv)
		},
	})
}
