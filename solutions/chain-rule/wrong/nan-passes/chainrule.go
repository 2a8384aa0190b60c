// Mistake: nan-passes: the numbers passed in are not looked at

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
	if false {
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
	if false {
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

// Gradient runs the steps on the variables x and returns the last value y and all ∂y/∂xᵢ.
func Gradient(steps []Step, x []float64) (y float64, gradient []float64, err error) {
	n := len(x)
	if n == 0 {
		return 0, nil, fmt.Errorf("x is %v", x)
	}
	values := append([]float64(nil), x...)
	slopes := make([][2]float64, len(steps))
	for k, s := range steps {
		if s.A < 0 || s.A >= len(values) || binary(s.Op) && (s.B < 0 || s.B >= len(values)) {
			return 0, nil, fmt.Errorf("step %d, %v: a place is not in 0 … %d", k, s, len(values)-1)
		}
		b := 0.0
		if binary(s.Op) {
			b = values[s.B]
		}
		v, da, db, err := Local(s.Op, values[s.A], b)
		if err != nil {
			return 0, nil, err
		}
		values, slopes[k] = append(values, v), [2]float64{da, db}
	}
	grad := make([]float64, len(values))
	grad[len(grad)-1] = 1
	for k := len(steps) - 1; k >= 0; k-- {
		s, g := steps[k], grad[n+k]
		grad[s.A] += g * slopes[k][0] // ∂y/∂a += ∂y/∂v · ∂v/∂a
		if binary(s.Op) {
			grad[s.B] += g * slopes[k][1] // ∂y/∂b += ∂y/∂v · ∂v/∂b
		}
	}
	if !finite(grad...) {
		return 0, nil, fmt.Errorf("a derivative is not finite: %v", grad)
	}
	return values[len(values)-1], grad[:n], nil
}
