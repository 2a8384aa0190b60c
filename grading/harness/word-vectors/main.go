// Command word-vectors serves a submission of the exercise word-vectors to the grader.
package main

import (
	wordvectors "nncourse/exercises/word-vectors"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"Cooccurrence": func(c *wire.Call) []any {
			n, err := wordvectors.Cooccurrence(c.Ints(0), c.Int(1), c.Int(2))
			return wire.Return(err, n)
		},
		"PPMI": func(c *wire.Call) []any {
			p, err := wordvectors.PPMI(c.Matrix(0), c.Float(1))
			return wire.Return(err, p)
		},
		"Cosine": func(c *wire.Call) []any {
			v, err := wordvectors.Cosine(c.Floats(0), c.Floats(1))
			return wire.Return(err, v)
		},
		"Analogy": func(c *wire.Call) []any {
			d, err := wordvectors.Analogy(c.Matrix(0), c.Int(1), c.Int(2), c.Int(3))
			return wire.Return(err, d)
		},
	})
}
