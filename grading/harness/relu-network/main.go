// Command relu-network serves a submission of the exercise relu-network to the grader.
package main

import (
	"nncourse/exercises/relu-network"
	"nncourse/grading/wire"
)

func main() {
	wire.Serve(wire.Funcs{
		"Network": func(c *wire.Call) []any {
			y, err := relunetwork.Network(c.Floats(0), c.Floats(1), c.Floats(2), c.Float(3), c.Floats(4))
			return wire.Return(err, y)
		},
		"Breakpoints": func(c *wire.Call) []any {
			x, err := relunetwork.Breakpoints(c.Floats(0), c.Floats(1), c.Floats(2))
			return wire.Return(err, x)
		},
		"Slopes": func(c *wire.Call) []any {
			s, err := relunetwork.Slopes(c.Floats(0), c.Floats(1), c.Floats(2))
			return wire.Return(err, s)
		},
		"Interpolant": func(c *wire.Call) []any {
			w, b, v, k, err := relunetwork.Interpolant(c.Floats(0), c.Floats(1))
			return wire.Return(err, w, b, v, k)
		},
	})
}
