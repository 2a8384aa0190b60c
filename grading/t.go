package grading

import (
	"fmt"
	"math"
	"runtime/debug"
	"strconv"
	"strings"

	"nncourse/grading/wire"
)

// reply is what a call gave.
type reply struct {
	values  []any
	err     string // the function's error, "" for nil
	hasErr  bool
	changed []int
	calls   int
}

// ended is the panic by which a check ends before its last line.
type ended struct {
	verdict Verdict
	failure Failure
}

// verdictError is an error of caller.call that has a verdict.
type verdictError struct {
	verdict Verdict
	text    string // what happened
	cause   string
	hint    string
}

func (e *verdictError) Error() string { return e.text }

// Call runs the student's function fn, as the harness names it, with the arguments, which are of the wire's types:
// float64, []float64, [][]float64, [][][]float64, int, []int, bool, string, or a Callback. The function works on
// copies. If it panics, takes too long, or its program ends, the check ends with that verdict.
func (t *T) Call(fn string, args ...any) Answer {
	t.lastFunc, t.lastArgs, t.refusal = fn, args, ""
	t.watch.leave()
	r, err := t.prog.call(fn, args, t.answerCallback)
	t.watch.enter()
	if t.refusal != "" {
		panic(ended{Fail, Failure{Computed: "no result", Expected: "a result", Error: t.refusal}})
	}
	if err != nil {
		if v, ok := err.(*verdictError); ok {
			panic(ended{v.verdict, Failure{Computed: "no result", Expected: "a result", Error: v.text, Cause: v.cause, Hint: v.hint}})
		}
		panic(err)
	}
	t.calls++
	return Answer{Err: r.err, t: t, values: r.values, hasErr: r.hasErr, changed: r.changed}
}

// CallOK is Call for inputs that have a result: the check fails if the function returns an error.
func (t *T) CallOK(fn string, args ...any) Answer {
	a := t.Call(fn, args...)
	if a.hasErr {
		t.Fail(Failure{Computed: "error: " + a.Err, Expected: "a result and a nil error", Error: "the function refused an input that has a result"})
	}
	return a
}

// CallErr is Call for inputs that must be refused: the check fails, with the given failure, if the function returns no
// error. Empty fields of f are filled in.
func (t *T) CallErr(f Failure, fn string, args ...any) Answer {
	a := t.Call(fn, args...)
	if !a.hasErr {
		if f.Computed == "" {
			f.Computed = a.show()
		}
		if f.Expected == "" {
			f.Expected = "an error"
		}
		if f.Error == "" {
			f.Error = "the input has no result, but the function returned no error"
		}
		t.Fail(f)
	}
	return a
}

// Callback makes an argument for Call: a function that the grader computes when the student's function calls it.
// The arguments come from the student's process: check their number, types and lengths. An error ends the call, and
// the check fails with its text.
func (t *T) Callback(f func(args []any) ([]any, error)) any {
	t.callbacks = append(t.callbacks, f)
	return wire.Callback(len(t.callbacks) - 1)
}

// ScalarFunc makes a callback of x ↦ f(x) for x ∈ ℝⁿ; a wrong length is refused.
func (t *T) ScalarFunc(n int, f func(x []float64) float64) any {
	return vectorCallback(t, n, f)
}

// VectorFunc makes a callback of x ↦ f(x) ∈ ℝᵏ for x ∈ ℝⁿ; a wrong length is refused.
func (t *T) VectorFunc(n int, f func(x []float64) []float64) any {
	return vectorCallback(t, n, f)
}

// MatrixFunc makes a callback of x ↦ F(x), a list of rows, for x ∈ ℝⁿ; a wrong length is refused.
func (t *T) MatrixFunc(n int, f func(x []float64) [][]float64) any {
	return vectorCallback(t, n, f)
}

func vectorCallback[R any](t *T, n int, f func(x []float64) R) any {
	return t.Callback(func(args []any) ([]any, error) {
		if len(args) != 1 {
			return nil, fmt.Errorf("a function of one vector was called with %d arguments", len(args))
		}
		x, ok := args[0].([]float64)
		if !ok || len(x) != n {
			return nil, fmt.Errorf("a function of vectors with %d entries was called with %s", n, shape(args[0]))
		}
		return []any{f(x)}, nil
	})
}

// CallbackCount gives the callbacks that this check has answered.
func (t *T) CallbackCount() int { return t.count }

// SetCallbackBudget changes how many callbacks this check answers from now on. One more fails the check.
func (t *T) SetCallbackBudget(n int) { t.budget, t.count = n, 0 }

func (t *T) answerCallback(n int, args []any) (values []any, err error) {
	defer func() {
		if r := recover(); r != nil {
			// A mistake in the check: not the student's. It surfaces when the call returns.
			err = fmt.Errorf("grading: %s, %s: a callback panicked: %v\n%s", t.exercise.Slug, t.check.ID, r, debug.Stack())
			values = nil
		}
		if err != nil {
			t.refusal = err.Error()
		}
	}()
	if n < 0 || n >= len(t.callbacks) {
		return nil, fmt.Errorf("a function was called that the grader did not give")
	}
	if t.count >= t.budget {
		return nil, fmt.Errorf("the given function was called more than %d times", t.budget)
	}
	t.count++
	t.watch.enter() // a callback is the check's own work
	defer t.watch.leave()
	return t.callbacks[n](args)
}

// Fail ends the check as failed.
func (t *T) Fail(f Failure) { panic(ended{Fail, f}) }

// Failf ends the check as failed, for a failure that has no more to say than its error.
func (t *T) Failf(format string, args ...any) { t.Fail(Failure{Error: fmt.Sprintf(format, args...)}) }

// Input shows the last call as Go code would, with rounded numbers: LeastNorm([[1 2]], [5]).
func (t *T) Input() string {
	if t.lastFunc == "" {
		return ""
	}
	parts := make([]string, len(t.lastArgs))
	for i, a := range t.lastArgs {
		parts[i] = Show(a)
	}
	return t.lastFunc + "(" + strings.Join(parts, ", ") + ")"
}

// Answer is what the student's function returned.
type Answer struct {
	Err string // the text of its error, "" if the error was nil

	t       *T
	values  []any
	hasErr  bool
	changed []int
}

// Failed tells whether the function returned an error (whose text may be empty).
func (a Answer) Failed() bool { return a.hasErr }

// Changed tells whether the function wrote to its argument i.
func (a Answer) Changed(i int) bool {
	for _, c := range a.changed {
		if c == i {
			return true
		}
	}
	return false
}

// Unchanged fails the check if the function wrote to any of its arguments.
func (a Answer) Unchanged() {
	if len(a.changed) > 0 {
		a.t.Fail(Failure{Computed: fmt.Sprintf("argument %d is changed after the call", a.changed[0]+1), Expected: "arguments as they were",
			Error: "the function writes to what it was given", Cause: "a slice that is assigned shares its memory: x := x0 makes no copy",
			Hint: "work on a copy: slices.Clone"})
	}
}

func value[T any](a Answer, i int) T {
	var zero T
	if i >= 0 && i < len(a.values) {
		if v, ok := a.values[i].(T); ok {
			return v
		}
	}
	what := "nothing"
	if i >= 0 && i < len(a.values) {
		what = fmt.Sprintf("a %T", a.values[i])
	}
	panic(ended{Error, Failure{Computed: what, Expected: fmt.Sprintf("a %T", zero), Error: fmt.Sprintf("result %d is not of its type", i+1)}})
}

// Float gives result i.
func (a Answer) Float(i int) float64 { return value[float64](a, i) }

// Floats gives result i, a vector.
func (a Answer) Floats(i int) []float64 { return value[[]float64](a, i) }

// Matrix gives result i, a list of rows, which may be ragged.
func (a Answer) Matrix(i int) [][]float64 { return value[[][]float64](a, i) }

// Cube gives result i, a list of matrices.
func (a Answer) Cube(i int) [][][]float64 { return value[[][][]float64](a, i) }

// Int gives result i.
func (a Answer) Int(i int) int { return value[int](a, i) }

// Ints gives result i, a list of ints.
func (a Answer) Ints(i int) []int { return value[[]int](a, i) }

// Bool gives result i.
func (a Answer) Bool(i int) bool { return value[bool](a, i) }

// Text gives result i, a string.
func (a Answer) Text(i int) string { return value[string](a, i) }

// Vector gives result i, a vector of n finite entries; else the check fails.
func (a Answer) Vector(i, n int) []float64 {
	v := a.Floats(i)
	if len(v) != n {
		a.t.Fail(Failure{Computed: shape(v), Expected: shape(make([]float64, n)), Error: "the result has a wrong length"})
	}
	for j, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			a.t.Fail(Failure{Computed: Show(v), Expected: "finite numbers", Error: fmt.Sprintf("entry %d is %v", j, x)})
		}
	}
	return v
}

// show shows all results.
func (a Answer) show() string {
	if a.hasErr {
		return "error: " + a.Err
	}
	parts := make([]string, len(a.values))
	for i, v := range a.values {
		parts[i] = Show(v)
	}
	return strings.Join(parts, ", ")
}

// String shows all results, or the error.
func (a Answer) String() string { return a.show() }

// Show prints a value of one of the wire's types with four digits after the first, and at most some dozen numbers.
func Show(v any) string {
	var b strings.Builder
	left := 24
	show(&b, v, &left)
	return b.String()
}

func show(b *strings.Builder, v any, left *int) {
	switch v := v.(type) {
	case float64:
		*left--
		b.WriteString(number(v))
	case []float64:
		list(b, v, left)
	case [][]float64:
		list(b, v, left)
	case [][][]float64:
		list(b, v, left)
	case []int:
		list(b, v, left)
	case string:
		b.WriteString(strconv.Quote(v))
	case wire.Callback:
		b.WriteString("func")
	default:
		*left--
		fmt.Fprint(b, v)
	}
}

func list[E any](b *strings.Builder, v []E, left *int) {
	if v == nil {
		b.WriteString("nil")
		return
	}
	b.WriteByte('[')
	for i := range v {
		if i > 0 {
			b.WriteByte(' ')
		}
		if *left <= 0 {
			fmt.Fprintf(b, "… %d in all", len(v))
			break
		}
		show(b, v[i], left)
	}
	b.WriteByte(']')
}

// number prints x with up to five digits, and with all where a short form would hide that it is not an integer.
func number(x float64) string {
	s := strconv.FormatFloat(x, 'g', 5, 64)
	if y, _ := strconv.ParseFloat(s, 64); y != x && y == math.Trunc(y) && math.Abs(y) < 1e5 {
		s = strconv.FormatFloat(x, 'g', -1, 64)
	}
	return strings.Replace(s, "-", "−", 1)
}

// shape says what a value is: "a vector of 3 entries", "a 2×3 matrix".
func shape(v any) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case []float64:
		if v == nil {
			return "a nil vector"
		}
		return fmt.Sprintf("a vector of %d entries", len(v))
	case [][]float64:
		if len(v) == 0 {
			return "an empty matrix"
		}
		return fmt.Sprintf("a %d×%d matrix", len(v), len(v[0]))
	case [][][]float64:
		if len(v) == 0 || len(v[0]) == 0 {
			return "an empty list of matrices"
		}
		return fmt.Sprintf("%d×%d×%d numbers", len(v), len(v[0]), len(v[0][0]))
	}
	return fmt.Sprintf("a %T", v)
}
