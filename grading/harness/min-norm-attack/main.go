// Command min-norm-attack serves a submission of the exercise min-norm-attack to the grader.
package main

import (
	"nncourse/exercises/min-norm-attack"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"MinL2": func(c *wire.Call) []any {
			r, err := minnormattack.MinL2(c.Floats(0), c.Float(1), c.Floats(2), c.Float(3))
			return wire.Return(err, r)
		},
		"MinInf": func(c *wire.Call) []any {
			r, err := minnormattack.MinInf(c.Floats(0), c.Float(1), c.Floats(2), c.Float(3))
			return wire.Return(err, r)
		},
		"MaxAllowable": func(c *wire.Call) []any {
			r, flips, err := minnormattack.MaxAllowable(c.Floats(0), c.Float(1), c.Floats(2), c.Float(3))
			return wire.Return(err, r, flips)
		},
		"OneVsAll": func(c *wire.Call) []any {
			r, rival, err := minnormattack.OneVsAll(c.Matrix(0), c.Floats(1), c.Floats(2), c.Bool(3), c.Float(4))
			return wire.Return(err, r, rival)
		},
	})
}
