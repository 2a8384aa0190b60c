// Command losses serves a submission of the exercise losses to the grader.
package main

import (
	"nncourse/exercises/losses"
	"nncourse/grading/wire"
)

func main() {
	funcs := wire.Funcs{
		"Hinge": func(c *wire.Call) []any {
			v, g, err := losses.Hinge(c.Floats(0), c.Floats(1), c.Int(2))
			return wire.Return(err, v, g)
		},
	}
	for name, f := range map[string]func(y, o []float64) (float64, []float64, error){
		"L1": losses.L1, "L2": losses.L2, "Expectation": losses.Expectation, "RegularisedExpectation": losses.RegularisedExpectation,
		"Chebyshev": losses.Chebyshev, "Log": losses.Log, "SquaredLog": losses.SquaredLog, "Tanimoto": losses.Tanimoto, "CauchySchwarz": losses.CauchySchwarz,
	} {
		funcs[name] = func(c *wire.Call) []any {
			v, g, err := f(c.Floats(0), c.Floats(1))
			return wire.Return(err, v, g)
		}
	}
	wire.Serve(funcs)
}
