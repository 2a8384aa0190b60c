// Package chainrule solves "The chain rule" with a table of operations and a stack of closures.
package chainrule

import (
	"errors"
	"fmt"
	"math"
)

// Step is one operation of a computation.
type Step struct {
	Op   string
	A, B int
}

type pair = func(a, b float64) (v, da, db float64)

var two = map[string]pair{
	"add": func(a, b float64) (float64, float64, float64) { return a + b, 1, 1 },
	"sub": func(a, b float64) (float64, float64, float64) { return a - b, 1, -1 },
	"mul": func(a, b float64) (float64, float64, float64) { return a * b, b, a },
	"div": func(a, b float64) (float64, float64, float64) { return a / b, 1 / b, -(a / b) / b },
}

var single = map[string]func(a float64) (v, da float64){
	"sin": func(a float64) (float64, float64) { s, c := math.Sincos(a); return s, c },
	"cos": func(a float64) (float64, float64) { s, c := math.Sincos(a); return c, -s },
	"exp": func(a float64) (float64, float64) { e := math.Exp(a); return e, e },
	"log": func(a float64) (float64, float64) { return math.Log(a), 1 / a },
	"tanh": func(a float64) (float64, float64) {
		c := math.Cosh(a)
		return math.Tanh(a), 1 / c / c
	},
	"relu": func(a float64) (float64, float64) {
		if a <= 0 {
			return 0, 0
		}
		return a, 1
	},
}

var errNotFinite = errors.New("a number is not finite")

func bad(v float64) bool { return v-v != 0 }

// Local looks the operation up.
func Local(op string, a, b float64) (v, da, db float64, err error) {
	if f, ok := two[op]; ok {
		v, da, db = f(a, b)
	} else if f, ok := single[op]; ok {
		v, da = f(a)
		b = 0
	} else {
		return 0, 0, 0, fmt.Errorf("what is %q?", op)
	}
	for _, x := range []float64{a, b, v, da, db} {
		if bad(x) {
			return 0, 0, 0, errNotFinite
		}
	}
	return v, da, db, nil
}

// Chain goes from the outside in: the slope of the rest, times that of the first.
func Chain(chain []string, x float64) (y, slope float64, err error) {
	if bad(x) {
		return 0, 0, errNotFinite
	}
	if len(chain) == 0 {
		return x, 1, nil
	}
	if _, ok := single[chain[0]]; !ok {
		return 0, 0, fmt.Errorf("%q is no operation of one input", chain[0])
	}
	v, d, _, err := Local(chain[0], x, 0)
	if err != nil {
		return 0, 0, err
	}
	y, rest, err := Chain(chain[1:], v)
	if err == nil && bad(rest*d) {
		err = errNotFinite
	}
	return y, rest * d, err
}

// Gradient leaves a closure for each step, and calls them last in, first out.
func Gradient(steps []Step, x []float64) (float64, []float64, error) {
	if len(x) == 0 {
		return 0, nil, errors.New("no variables")
	}
	values := make([]float64, 0, len(x)+len(steps))
	for _, v := range x {
		if bad(v) {
			return 0, nil, errNotFinite
		}
		values = append(values, v)
	}
	grad := make([]float64, cap(values))
	var back []func(g float64)
	for _, s := range steps {
		_, isTwo := two[s.Op]
		if !isTwo {
			s.B = s.A
		}
		if s.A < 0 || s.B < 0 || s.A >= len(values) || s.B >= len(values) {
			return 0, nil, fmt.Errorf("%v takes what is not there", s)
		}
		v, da, db, err := Local(s.Op, values[s.A], values[s.B])
		if err != nil {
			return 0, nil, err
		}
		values = append(values, v)
		back = append(back, func(g float64) {
			grad[s.A] += g * da
			grad[s.B] += g * db // db = 0 where there is one input
		})
	}
	grad[len(grad)-1] = 1
	for k := len(back) - 1; k >= 0; k-- {
		back[k](grad[len(x)+k])
	}
	for _, g := range grad {
		if bad(g) {
			return 0, nil, errNotFinite
		}
	}
	return values[len(values)-1], grad[:len(x)], nil
}
