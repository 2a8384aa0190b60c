// Package autodiff computes derivatives by the chain rule: exact up to rounding, and all partial derivatives of a number
// at the price of a few times that number (reverse mode; Linnainmaa 1970, Griewank & Walther 2008, ch. 3).
//
// While a function is computed, every operation writes one entry on a tape: its value and its local slopes, the
// derivatives by its one or two inputs. For v = f(a, b) those are ∂v/∂a and ∂v/∂b. Backward reads the tape from its
// end and hands each entry's derivative on to its inputs:
//
//	∂y/∂a += ∂y/∂v · ∂v/∂a
//	∂y/∂b += ∂y/∂v · ∂v/∂b
//
// The sum is the chain rule of several variables: an a that is used twice gets a share from each use. tape.go is the
// whole method; operations.go has the operations, a few lines each.
//
// At the kinks of ReLU and Abs the slope is 0. Values of different tapes in one operation are a bug and panic. A tape
// is for one goroutine.
package autodiff

import "fmt"

// Tape lists operations in the order in which they were done. The zero Tape is empty and ready to use.
type Tape struct {
	entries []entry
}

type entry struct {
	op    string     // "sin", "×", …; "variable" or "constant" where a computation begins
	arity int        // the number of inputs: 0, 1 or 2
	in    [2]int     // the inputs' places on the tape, all before this one
	slope [2]float64 // the local slopes ∂v/∂input
	value float64    // v
	grad  float64    // ∂y/∂v, after Backward of y
}

// Value is a number that knows how it was computed: a place on a tape.
type Value struct {
	tape  *Tape
	index int
}

// Var puts a number on the tape by which derivatives are wanted.
func (t *Tape) Var(x float64) Value { return t.put(entry{op: "variable", value: x}) }

// Const puts a number on the tape that stays as it is.
func (t *Tape) Const(c float64) Value { return t.put(entry{op: "constant", value: c}) }

// Reset empties the tape and keeps its memory; the values on it must not be used any more.
func (t *Tape) Reset() { t.entries = t.entries[:0] }

func (t *Tape) put(e entry) Value {
	t.entries = append(t.entries, e)
	return Value{t, len(t.entries) - 1}
}

// one records v = f(a) with the slope ∂v/∂a.
func one(op string, a Value, v, slope float64) Value {
	return a.tape.put(entry{op: op, arity: 1, in: [2]int{a.index}, slope: [2]float64{slope}, value: v})
}

// two records v = f(a, b) with the slopes ∂v/∂a and ∂v/∂b.
func two(op string, a, b Value, v, slopeA, slopeB float64) Value {
	if a.tape != b.tape {
		panic(fmt.Sprintf("autodiff: %s of values on different tapes", op))
	}
	return a.tape.put(entry{op: op, arity: 2, in: [2]int{a.index, b.index}, slope: [2]float64{slopeA, slopeB}, value: v})
}

// Float is the number itself.
func (v Value) Float() float64 { return v.tape.entries[v.index].value }

// Grad is ∂y/∂v after Backward of y.
func (v Value) Grad() float64 { return v.tape.entries[v.index].grad }

// Backward computes ∂y/∂v for every v on the tape of y, in one pass however many variables there are. Derivatives of an
// earlier Backward are forgotten; what y does not depend on gets 0.
func (y Value) Backward() {
	entries := y.tape.entries
	for i := range entries {
		entries[i].grad = 0
	}
	entries[y.index].grad = 1 // ∂y/∂y
	for i := y.index; i >= 0; i-- {
		v := &entries[i]
		for k := range v.arity {
			entries[v.in[k]].grad += v.grad * v.slope[k] // ∂y/∂a += ∂y/∂v · ∂v/∂a
		}
	}
}

// Gradient computes f(x) and its gradient by a tape of its own. f must compute with the operations of this package; it
// may use xs[0].Tape() for constants.
func Gradient(f func(xs []Value) Value, x []float64) (value float64, gradient []float64) {
	t := &Tape{}
	xs := make([]Value, len(x))
	for i := range x {
		xs[i] = t.Var(x[i])
	}
	y := f(xs)
	y.Backward()
	gradient = make([]float64, len(x))
	for i := range x {
		gradient[i] = xs[i].Grad()
	}
	return y.Float(), gradient
}

// Tape is the tape that v is on.
func (v Value) Tape() *Tape { return v.tape }

// Entry is one line of a tape, to look at.
type Entry struct {
	Op     string    // "sin", "×", …; "variable" or "constant" where a computation begins
	Inputs []int     // the inputs' places on the tape
	Slopes []float64 // ∂v/∂input, as Inputs
	Value  float64   // v
	Grad   float64   // ∂y/∂v, after Backward of y
}

// Entries copies the tape, in the order of the operations.
func (t *Tape) Entries() []Entry {
	list := make([]Entry, len(t.entries))
	for i, e := range t.entries {
		list[i] = Entry{e.op, append([]int(nil), e.in[:e.arity]...), append([]float64(nil), e.slope[:e.arity]...), e.value, e.grad}
	}
	return list
}
