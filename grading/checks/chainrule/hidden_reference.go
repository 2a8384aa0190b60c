// ### BEGIN HIDDEN TESTS

package chainrule

import (
	"fmt"
	"math"
	"strings"

	"nncourse/grading"
)

// The reference, and what each mistake gives in its place. None of it comes from lib/autodiff.

var mistakes = []grading.Mistake{
	{ID: "cos-sign", Cause: "the derivative of cos is taken for +sin", Hint: "cos falls to the right of 0: cos′ = −sin"},
	{ID: "sin-sign", Cause: "the derivative of sin is taken for −cos", Hint: "sin rises at 0: sin′ = cos"},
	{ID: "tanh-square", Cause: "the derivative of tanh lacks its square", Hint: "tanh′ = 1 − tanh², which is 1 at 0 and near 0 on both sides"},
	{ID: "div-sign", Cause: "the slope of a/b by b lacks its minus", Hint: "a larger denominator makes a smaller quotient: ∂v/∂b = −a/b²"},
	{ID: "div-square", Cause: "the slope of a/b by b lacks its square", Hint: "∂v/∂b = −a/b²: differentiate a·b⁻¹"},
	{ID: "mul-swapped", Cause: "the slopes of ab are swapped", Hint: "the slope by a is the other factor: ∂v/∂a = b"},
	{ID: "sub-sign", Cause: "the slope of a − b by b is taken for +1", Hint: "a larger b makes the difference smaller"},
	{ID: "relu-at-zero", Cause: "the slope of relu at 0 is 1", Hint: "the statement chooses 0: only a > 0 passes a gradient"},
	{ID: "outer-at-x", Cause: "the outer slopes are taken at x, not at the value of the inner function", Hint: "cos(sin x) has the slope cos′(sin x)·sin′(x): each operation's slope belongs to its own input"},
	{ID: "slopes-added", Cause: "the slopes of a chain are added up", Hint: "small changes are stretched one after the other: multiply"},
	{ID: "chain-reversed", Cause: "the chain is applied from its last operation to its first", Hint: "chain[0] meets x first"},
	{ID: "only-last", Cause: "the slope is that of the last operation alone, without those inside it", Hint: "multiply by the inner slope: the chain rule's second factor"},
	{ID: "overwrites", Cause: "a value that is used more than once keeps the share of one use only", Hint: "add to the gradient's entry, +=, as every use contributes"},
	{ID: "forwards", Cause: "the steps are gone through from the first to the last, before their own derivatives are complete", Hint: "begin with the last step: a value's derivative is complete once all that use it have been handled"},
	{ID: "second-input", Cause: "only the first input of an operation gets its share", Hint: "operations of two inputs hand a share to A and one to B"},
	{ID: "nan-passes", Cause: "NaN and infinity in the input are not looked for", Hint: "check with math.IsNaN and math.IsInf before you compute"},
	{ID: "result-not-finite", Cause: "a value or slope that is not finite is returned without an error", Hint: "look at v, da and db after each operation: log(−1), 1/0 and e¹⁰⁰⁰ end there"},
	{ID: "place-passes", Cause: "the places of a step's inputs are not checked", Hint: "0 ≤ A < n + k for step k, and so for B where there is one"},
	{ID: "unknown-passes", Cause: "an unknown operation gives a result", Hint: "the switch needs a default that returns an error"},
	{ID: "two-in-chain", Cause: "a chain with an operation of two inputs gives a result", Hint: "refuse add, sub, mul and div in Chain"},
	{ID: "changes-x", Cause: "x is written to, as it shares its memory with the list of values or with the gradient", Hint: "make new slices: append([]float64(nil), x...)"},
}

type step struct {
	op   string
	a, b int
}
type program []step

// String is the text that the harness reads.
func (p program) String() string {
	lines := make([]string, len(p))
	for i, s := range p {
		lines[i] = fmt.Sprintf("%s %d %d", s.op, s.a, s.b)
	}
	return strings.Join(lines, "; ")
}

var unary = []string{"sin", "cos", "exp", "log", "tanh", "relu"}

func binary(op string) bool { return op == "add" || op == "sub" || op == "mul" || op == "div" }

// local is v, ∂v/∂a, ∂v/∂b, made with the mistake slip ("" for none).
func local(op string, a, b float64, slip string) (v, da, db float64) {
	switch op {
	case "add":
		return a + b, 1, 1
	case "sub":
		if slip == "sub-sign" {
			return a - b, 1, 1
		}
		return a - b, 1, -1
	case "mul":
		if slip == "mul-swapped" {
			return a * b, a, b
		}
		return a * b, b, a
	case "div":
		switch slip {
		case "div-sign":
			return a / b, 1 / b, a / (b * b)
		case "div-square":
			return a / b, 1 / b, -a / b
		}
		return a / b, 1 / b, -a / (b * b)
	case "sin":
		if slip == "sin-sign" {
			return math.Sin(a), -math.Cos(a), 0
		}
		return math.Sin(a), math.Cos(a), 0
	case "cos":
		if slip == "cos-sign" {
			return math.Cos(a), math.Sin(a), 0
		}
		return math.Cos(a), -math.Sin(a), 0
	case "exp":
		return math.Exp(a), math.Exp(a), 0
	case "log":
		return math.Log(a), 1 / a, 0
	case "tanh":
		if slip == "tanh-square" {
			return math.Tanh(a), 1 - math.Tanh(a), 0
		}
		c := math.Cosh(a)
		return math.Tanh(a), 1 / c / c, 0
	case "relu":
		if a > 0 || a == 0 && slip == "relu-at-zero" {
			return a, 1, 0
		}
		return 0, 0, 0
	}
	panic("chainrule: no operation " + op)
}

// chain is y and dy/dx.
func chain(ops []string, x float64, slip string) (y, slope float64) {
	if slip == "chain-reversed" {
		ops = append([]string(nil), ops...)
		for i, j := 0, len(ops)-1; i < j; i, j = i+1, j-1 {
			ops[i], ops[j] = ops[j], ops[i]
		}
	}
	y, slope = x, 1
	sum := 0.0
	for _, op := range ops {
		at := y
		v, d, _ := local(op, at, 0, slip)
		if slip == "outer-at-x" {
			_, d, _ = local(op, x, 0, "")
		}
		y, slope, sum = v, slope*d, sum+d
		if slip == "only-last" {
			slope = d
		}
	}
	if slip == "slopes-added" && len(ops) > 0 {
		slope = sum
	}
	return y, slope
}

// gradient is y and all ∂y/∂xᵢ; ok is false where a value or slope is not finite or so large that rounding counts.
func gradient(p program, x []float64, slip string) (y float64, g []float64, ok bool) {
	v := append([]float64(nil), x...)
	slopes := make([][2]float64, len(p))
	ok = true
	for k, s := range p {
		b := 0.0
		if binary(s.op) {
			b = v[s.b]
		}
		value, da, db := local(s.op, v[s.a], b, slip)
		v, slopes[k] = append(v, value), [2]float64{da, db}
		for _, e := range []float64{value, da, db} {
			ok = ok && math.Abs(e) < 50
		}
		if s.op == "log" && v[s.a] < 0.05 || s.op == "div" && math.Abs(b) < 0.05 {
			ok = false
		}
	}
	grad := make([]float64, len(v))
	grad[len(grad)-1] = 1
	for i := range p {
		k := len(p) - 1 - i
		if slip == "forwards" {
			k = i
		}
		s, gk := p[k], grad[len(x)+k]
		give := func(place int, share float64) {
			if slip == "overwrites" {
				grad[place] = 0
			}
			grad[place] += share
		}
		give(s.a, gk*slopes[k][0])
		if binary(s.op) && slip != "second-input" {
			give(s.b, gk*slopes[k][1])
		}
	}
	for _, e := range grad {
		ok = ok && math.Abs(e) < 1e4
	}
	return v[len(v)-1], grad[:len(x)], ok
}

// ### END HIDDEN TESTS
