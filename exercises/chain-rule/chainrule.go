// Package chainrule is the exercise "The chain rule": its statement is README.md.
package chainrule

import "errors"

var errTodo = errors.New("exercise chain-rule: not written yet")

// Step is one operation of a computation: v = Op(value A, value B). A and B are places in the list of values, which
// begins with the variables and then has one value a step. B means nothing where Op has one input.
type Step struct {
	Op   string
	A, B int
}

// Local returns v = op(a, b) and its local slopes ∂v/∂a and ∂v/∂b. Operations of one input ignore b and have ∂v/∂b = 0.
func Local(op string, a, b float64) (v, da, db float64, err error) {
	return 0, 0, 0, errTodo
}

// Chain applies operations of one input, chain[0] first, and returns the result y and dy/dx.
func Chain(chain []string, x float64) (y, slope float64, err error) {
	return 0, 0, errTodo
}

// Gradient runs the steps on the variables x and returns the last value y and all ∂y/∂xᵢ.
func Gradient(steps []Step, x []float64) (y float64, gradient []float64, err error) {
	return 0, nil, errTodo
}
