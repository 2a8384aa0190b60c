// Command adversarial-training serves a submission of the exercise adversarial-training to the grader.
package main

import (
	"slices"

	"nncourse/exercises/adversarial-training"
	"nncourse/grading/wire"
)

// gradient makes the grader's function of (θ, x, y, 1), one after the other, to one of three arguments; its answer is ∂J/∂θ and ∂J/∂x, one after the other.
// The lengths handed over come first, so that the grader sees wrong ones.
func gradient(f func(x []float64) []float64) func(theta, x []float64, y float64) (dtheta, dx []float64) {
	return func(theta, x []float64, y float64) (dtheta, dx []float64) {
		out := f(slices.Concat([]float64{float64(len(theta))}, theta, x, []float64{y}))
		n := min(max(0, int(out[0])), len(out)-1)
		return out[1 : 1+n], out[1+n:]
	}
}

func main() {
	wire.Serve(wire.Funcs{
		"RobustLoss": func(c *wire.Call) []any {
			loss, dw, db, err := adversarialtraining.RobustLoss(c.Floats(0), c.Float(1), c.Matrix(2), c.Floats(3), c.Float(4))
			return wire.Return(err, loss, dw, db)
		},
		"Perturb": func(c *wire.Call) []any {
			r, err := adversarialtraining.Perturb(gradient(c.VectorFunc(0)), c.Floats(1), c.Floats(2), c.Float(3), c.Floats(4), c.Float(5), c.Float(6), c.Int(7), c.Float(8), c.Float(9))
			return wire.Return(err, r)
		},
		"Step": func(c *wire.Call) []any {
			theta, err := adversarialtraining.Step(gradient(c.VectorFunc(0)), c.Floats(1), c.Matrix(2), c.Floats(3), c.Matrix(4), c.Float(5), c.Float(6), c.Int(7), c.Float(8), c.Float(9), c.Float(10))
			return wire.Return(err, theta)
		},
		"RobustAccuracy": func(c *wire.Call) []any {
			share, err := adversarialtraining.RobustAccuracy(c.ScalarFunc(0), c.Matrix(1), c.Floats(2), c.Cube(3))
			return wire.Return(err, share)
		},
	})
}
