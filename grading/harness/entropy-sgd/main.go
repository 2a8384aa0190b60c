// Command entropy-sgd serves a submission of the exercise entropy-sgd to the grader.
package main

import (
	"nncourse/exercises/entropy-sgd"
	"nncourse/grading/wire"
)

// shares says whether two of the slices, or one of them and the start, are the same memory.
func shares(start []float64, rows ...[]float64) bool {
	seen := map[*float64]bool{}
	for _, r := range append([][]float64{start}, rows...) {
		if len(r) == 0 {
			continue
		}
		if seen[&r[0]] {
			return true
		}
		seen[&r[0]] = true
	}
	return false
}

func main() {
	wire.Serve(wire.Funcs{
		"Scope": func(c *wire.Call) []any {
			g, err := entropysgd.Scope(c.Float(0), c.Float(1), c.Int(2))
			return wire.Return(err, g)
		},
		"LocalEntropy": func(c *wire.Call) []any {
			f, g, err := entropysgd.LocalEntropy(c.Floats(0), c.Floats(1), c.Float(2), c.Float(3))
			return wire.Return(err, []float64{f, g})
		},
		"InnerLoop": func(c *wire.Call) []any {
			x := c.Floats(1)
			mean, last, err := entropysgd.InnerLoop(c.VectorFunc(0), x, c.Float(2), c.Float(3), c.Float(4), c.Float(5), c.Matrix(6))
			return wire.Return(err, [][]float64{mean, last}, shares(x, mean, last))
		},
		"EntropySGD": func(c *wire.Call) []any {
			x := c.Floats(1)
			p, err := entropysgd.EntropySGD(c.VectorFunc(0), x, c.Float(2), c.Float(3), c.Float(4), c.Float(5), c.Float(6), c.Float(7), c.Cube(8))
			return wire.Return(err, p, shares(x, p...))
		},
	})
}
