// Package chainrule solves "The chain rule" with dual numbers, forwards.
package chainrule

import (
	"fmt"
	"math"
)

// Step is one operation of a computation: v = Op(value A, value B). A and B are places in the list of values, which
// begins with the variables and then has one value a step. B means nothing where Op has one input.
type Step struct {
	Op   string
	A, B int
}

// binary tells whether op has two inputs.
func binary(op string) bool { return op == "add" || op == "sub" || op == "mul" || op == "div" }

func finite(v ...float64) bool {
	for _, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return true
}

// Local returns v = op(a, b) and its local slopes ∂v/∂a and ∂v/∂b. Operations of one input ignore b and have ∂v/∂b = 0.
func Local(op string, a, b float64) (v, da, db float64, err error) {
	if !finite(a) || binary(op) && !finite(b) {
		return 0, 0, 0, fmt.Errorf("%s of %v and %v", op, a, b)
	}
	switch op {
	case "add":
		v, da, db = a+b, 1, 1
	case "sub":
		v, da, db = a-b, 1, -1
	case "mul":
		v, da, db = a*b, b, a
	case "div":
		v, da, db = a/b, 1/b, -a/b/b
	case "sin":
		v, da = math.Sin(a), math.Cos(a)
	case "cos":
		v, da = math.Cos(a), -math.Sin(a)
	case "exp":
		v, da = math.Exp(a), math.Exp(a)
	case "log":
		v, da = math.Log(a), 1/a
	case "tanh":
		v = math.Tanh(a)
		da = 1 - v*v
	case "relu":
		if a > 0 {
			v, da = a, 1
		}
	default:
		return 0, 0, 0, fmt.Errorf("no operation %q", op)
	}
	if !finite(v, da, db) {
		return 0, 0, 0, fmt.Errorf("%s of %v and %v has no finite value and slopes", op, a, b)
	}
	return v, da, db, nil
}

// Chain applies operations of one input, chain[0] first, and returns the result y and dy/dx.
func Chain(chain []string, x float64) (y, slope float64, err error) {
	if !finite(x) {
		return 0, 0, fmt.Errorf("x is %v", x)
	}
	y, slope = x, 1
	for i, op := range chain {
		if binary(op) {
			return 0, 0, fmt.Errorf("operation %d, %s, has two inputs", i, op)
		}
		v, d, _, err := Local(op, y, 0)
		if err != nil {
			return 0, 0, err
		}
		y, slope = v, slope*d
	}
	if !finite(slope) {
		return 0, 0, fmt.Errorf("the slope is %v", slope)
	}
	return y, slope, nil
}

// Gradient runs the steps forwards on dual numbers: beside each value stands its gradient by all variables.
func Gradient(steps []Step, x []float64) (y float64, gradient []float64, err error) {
	if len(x) == 0 || !finite(x...) {
		return 0, nil, fmt.Errorf("x is %v", x)
	}
	type dual struct {
		v float64
		d []float64
	}
	var list []dual
	for i, v := range x {
		d := make([]float64, len(x))
		d[i] = 1
		list = append(list, dual{v, d})
	}
	for k, s := range steps {
		two := binary(s.Op)
		if !two {
			s.B = 0
		}
		if min(s.A, s.B) < 0 || max(s.A, s.B) >= len(list) {
			return 0, nil, fmt.Errorf("step %d takes a place that is not there", k)
		}
		a, b := list[s.A], list[s.B]
		v, da, db, err := Local(s.Op, a.v, b.v)
		if err != nil {
			return 0, nil, err
		}
		next := dual{v, make([]float64, len(x))}
		for i := range x {
			next.d[i] = da * a.d[i]
			if two {
				next.d[i] += db * b.d[i]
			}
		}
		if !finite(next.d...) {
			return 0, nil, fmt.Errorf("step %d: derivatives %v", k, next.d)
		}
		list = append(list, next)
	}
	last := list[len(list)-1]
	return last.v, last.d, nil
}
