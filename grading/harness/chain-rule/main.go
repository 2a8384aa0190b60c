// Command chain-rule serves a submission of the exercise chain-rule to the grader. Chains and steps come as text:
// "sin cos", "mul 0 1; add 2 0".
package main

import (
	"fmt"
	"strings"

	"nncourse/exercises/chain-rule"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"Local": func(c *wire.Call) []any {
			v, da, db, err := chainrule.Local(c.String(0), c.Float(1), c.Float(2))
			return wire.Return(err, []float64{v, da, db})
		},
		"Chain": func(c *wire.Call) []any {
			y, slope, err := chainrule.Chain(strings.Fields(c.String(0)), c.Float(1))
			return wire.Return(err, []float64{y, slope})
		},
		"Gradient": func(c *wire.Call) []any {
			var steps []chainrule.Step
			for _, line := range strings.Split(c.String(0), ";") {
				var s chainrule.Step
				if n, _ := fmt.Sscan(line, &s.Op, &s.A, &s.B); n > 0 {
					steps = append(steps, s)
				}
			}
			y, g, err := chainrule.Gradient(steps, c.Floats(1))
			return wire.Return(err, y, g)
		},
	})
}
