// Command schedules serves a submission of the exercise schedules to the grader.
package main

import (
	"nncourse/exercises/schedules"
	"nncourse/grading/wire"
)

// shared says whether two slices begin at the same place.
func shared(a, b []float64) bool { return len(a) > 0 && len(b) > 0 && &a[0] == &b[0] }

func main() {
	wire.Serve(wire.Funcs{
		"StepDecay": func(c *wire.Call) []any {
			r, err := schedules.StepDecay(c.Float(0), c.Float(1), c.Int(2), c.Int(3))
			return wire.Return(err, r, false)
		},
		"Exponential": func(c *wire.Call) []any {
			r, err := schedules.Exponential(c.Float(0), c.Float(1), c.Int(2))
			return wire.Return(err, r, false)
		},
		"Cosine": func(c *wire.Call) []any {
			r, err := schedules.Cosine(c.Float(0), c.Float(1), c.Int(2), c.Int(3))
			return wire.Return(err, r, false)
		},
		"Inverse": func(c *wire.Call) []any {
			r, err := schedules.Inverse(c.Float(0), c.Float(1), c.Int(2))
			return wire.Return(err, r, false)
		},
		"WarmUp": func(c *wire.Call) []any {
			rates := c.Floats(1)
			r, err := schedules.WarmUp(c.Int(0), rates)
			return wire.Return(err, r, shared(r, rates))
		},
		"StepLimit": func(c *wire.Call) []any {
			limit, err := schedules.StepLimit(c.Matrix(0))
			return wire.Return(err, limit)
		},
		"Descend": func(c *wire.Call) []any {
			x0 := c.Floats(1)
			p, err := schedules.Descend(c.VectorFunc(0), x0, c.Floats(2))
			return wire.Return(err, p, len(p) > 0 && shared(p[0], x0))
		},
	})
}
