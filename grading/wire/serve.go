package wire

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
)

// Funcs names the functions that the grader may call.
type Funcs map[string]func(*Call) []any

// Return makes the results of a function from the values and the error that the student's function returned:
//
//	"LeastNorm": func(c *wire.Call) []any {
//		x, err := leastnormgd.LeastNorm(c.Matrix(0), c.Floats(1))
//		return wire.Return(err, x)
//	},
func Return(err error, values ...any) []any { return append(values, result{err}) }

// result marks the error at the end of a list of results, nil included.
type result struct{ err error }

// maxStack is the greatest stack of a goroutine in bytes. A depth of 100 000 calls fits; endless recursion ends in some
// 100 ms, most of which the runtime takes to find its way back through the stack.
const maxStack = 16 << 20

// Serve answers the grader's calls until it closes the pipe, and does not return. The main function of a harness
// consists of it.
func Serve(funcs Funcs) {
	debug.SetMaxStack(maxStack)
	in, out := channel()
	if err := serve(in, out, funcs); err != nil {
		fmt.Fprintln(os.Stderr, "This program is started by `go tool course grade`, which talks to it over "+channelIs+":", err)
		os.Exit(3)
	}
	os.Exit(0)
}

func serve(in io.Reader, out io.Writer, funcs Funcs) error {
	for {
		m, err := ReadMessage(in)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if m.Op != OpCall {
			return fmt.Errorf("wire: %q where a call was due", m.Op)
		}
		if err := WriteMessage(out, answer(in, out, funcs, m)); err != nil {
			return err
		}
	}
}

// answer runs one call in a goroutine of its own, so that neither a panic nor runtime.Goexit ends the program.
func answer(in io.Reader, out io.Writer, funcs Funcs, m *Message) *Message {
	reply := &Message{Op: OpReturn, ID: m.ID, Nonce: m.Nonce}
	f := funcs[m.Func]
	if f == nil {
		reply.Panic = &Panic{Kind: "harness", Text: "the harness has no function " + m.Func}
		return reply
	}
	args, err := DecodeAll(m.Values)
	if err != nil {
		reply.Panic = &Panic{Kind: "harness", Text: err.Error()}
		return reply
	}
	given := make([]any, len(args))
	for i := range args {
		given[i] = Clone(args[i])
	}
	c := &Call{name: m.Func, args: args, id: m.ID, nonce: m.Nonce, in: in, out: out}
	done := make(chan struct{})
	var results []any
	go func() {
		defer close(done)
		returned := false
		defer func() {
			if returned {
				return
			}
			reply.Panic = describe(recover())
		}()
		results = f(c)
		returned = true
	}()
	<-done
	c.close()
	if reply.Panic != nil {
		return reply
	}
	values := results
	if n := len(results); n > 0 {
		if r, ok := results[n-1].(result); ok {
			values = results[:n-1]
			if r.err != nil {
				text, p := errorText(r.err)
				if p != nil {
					reply.Panic = p
					return reply
				}
				reply.Err = &text
			}
		}
	}
	if reply.Values, err = EncodeAll(values); err != nil {
		reply.Panic = &Panic{Kind: "harness", Text: err.Error()}
		return reply
	}
	for i := range args {
		if !Same(args[i], given[i]) {
			reply.Changed = append(reply.Changed, i)
		}
	}
	return reply
}

// errorText calls the student's Error method, which may panic or never return to us.
func errorText(err error) (text string, p *Panic) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		returned := false
		defer func() {
			if !returned {
				recover() // what it panics with may be its own like again, so nobody asks it
				p = &Panic{Kind: "panic", Text: "the error's own method Error panicked"}
			}
		}()
		text = clip(err.Error(), 1000)
		returned = true
	}()
	<-done
	return text, p
}

// describe is called while the goroutine unwinds; r is what recover gave, nil after runtime.Goexit.
func describe(r any) *Panic {
	p := &Panic{Kind: "panic"}
	switch r := r.(type) {
	case nil:
		p.Kind, p.Text = "goexit", "runtime.Goexit was called"
	case refused:
		p.Kind, p.Text = "callback", string(r)
	case misuse:
		p.Kind, p.Text = "harness", string(r)
	case string:
		p.Text = clip(r, 1000)
	case runtime.Error:
		p.Text = clip(r.Error(), 1000)
	default:
		// A value of the student's: its methods are not called.
		p.Text = fmt.Sprintf("a value of type %T", r)
		if e, ok := r.(error); ok {
			if text, failed := errorText(e); failed == nil {
				p.Text = text
			}
		}
	}
	pcs := make([]uintptr, 200)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for len(p.Stack) < 8 {
		f, more := frames.Next()
		if name, ok := strings.CutPrefix(f.Function, "nncourse/exercises/"); ok {
			p.Stack = append(p.Stack, Place{Func: name[strings.IndexByte(name, '.')+1:], File: base(f.File), Line: f.Line})
		}
		if !more {
			break
		}
	}
	return p
}

func base(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

func clip(s string, n int) string {
	if len(s) > n {
		s = s[:n] + "…"
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// refused is the panic that ends a call whose callback the grader refused; misuse one for the harness's mistakes.
type (
	refused string
	misuse  string
)

// Call is one call of the grader's, as a harness sees it. Its methods give the arguments by position; they panic
// where the type is another, which the grader reports as a mistake in the exercise, not of the student's.
type Call struct {
	name  string
	args  []any
	id    uint64
	nonce string
	in    io.Reader
	out   io.Writer

	mu     sync.Mutex // one callback at a time
	closed bool       // the function has returned
}

func (c *Call) close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
}

func arg[T any](c *Call, i int) T {
	if i < 0 || i >= len(c.args) {
		panic(misuse(fmt.Sprintf("%s has %d arguments, the harness asks for number %d", c.name, len(c.args), i)))
	}
	v, ok := c.args[i].(T)
	if !ok {
		panic(misuse(fmt.Sprintf("argument %d of %s is a %T, the harness asks for a %T", i, c.name, c.args[i], v)))
	}
	return v
}

// Float gives argument i as a float64.
func (c *Call) Float(i int) float64 { return arg[float64](c, i) }

// Floats gives argument i as a vector.
func (c *Call) Floats(i int) []float64 { return arg[[]float64](c, i) }

// Matrix gives argument i as a list of rows.
func (c *Call) Matrix(i int) [][]float64 { return arg[[][]float64](c, i) }

// Cube gives argument i as a list of matrices.
func (c *Call) Cube(i int) [][][]float64 { return arg[[][][]float64](c, i) }

// Int gives argument i as an int.
func (c *Call) Int(i int) int { return arg[int](c, i) }

// Ints gives argument i as a list of ints.
func (c *Call) Ints(i int) []int { return arg[[]int](c, i) }

// Bool gives argument i as a bool.
func (c *Call) Bool(i int) bool { return arg[bool](c, i) }

// String gives argument i as a string.
func (c *Call) String(i int) string { return arg[string](c, i) }

// Len gives the number of arguments.
func (c *Call) Len() int { return len(c.args) }

// Func gives argument i as a function that the grader computes. Its arguments and results are values of the wire's
// types. Calls from several goroutines are served one after the other. If the grader refuses (its error, or the
// budget of callbacks is spent), the function does not return and the whole call ends.
func (c *Call) Func(i int) func(args ...any) []any {
	n := arg[Callback](c, i)
	return func(args ...any) []any {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.closed {
			runtime.Goexit() // a goroutine that outlived its call
		}
		values, err := EncodeAll(args)
		if err != nil {
			panic(misuse(err.Error()))
		}
		if err := WriteMessage(c.out, &Message{Op: OpCallback, ID: c.id, Nonce: c.nonce, Callback: int(n), Values: values}); err != nil {
			panic(refused(err.Error()))
		}
		m, err := ReadMessage(c.in)
		if err == nil && (m.Op != OpAnswer || m.ID != c.id) {
			err = errors.New("the answer to a callback is out of turn")
		}
		if err != nil {
			panic(refused(err.Error()))
		}
		if m.Err != nil {
			panic(refused(*m.Err))
		}
		results, err := DecodeAll(m.Values)
		if err != nil {
			panic(refused(err.Error()))
		}
		return results
	}
}

// ScalarFunc gives argument i as a function x ↦ f(x) ∈ ℝ.
func (c *Call) ScalarFunc(i int) func(x []float64) float64 {
	f := c.Func(i)
	return func(x []float64) float64 { return first[float64](c, i, f(x)) }
}

// VectorFunc gives argument i as a function x ↦ f(x) ∈ ℝᵏ.
func (c *Call) VectorFunc(i int) func(x []float64) []float64 {
	f := c.Func(i)
	return func(x []float64) []float64 { return first[[]float64](c, i, f(x)) }
}

// MatrixFunc gives argument i as a function x ↦ F(x), a list of rows; a Jacobian, say.
func (c *Call) MatrixFunc(i int) func(x []float64) [][]float64 {
	f := c.Func(i)
	return func(x []float64) [][]float64 { return first[[][]float64](c, i, f(x)) }
}

func first[T any](c *Call, i int, results []any) T {
	if len(results) != 1 {
		panic(misuse(fmt.Sprintf("the callback in argument %d of %s gave %d results, not one", i, c.name, len(results))))
	}
	v, ok := results[0].(T)
	if !ok {
		panic(misuse(fmt.Sprintf("the callback in argument %d of %s gave a %T, the harness asks for a %T", i, c.name, results[0], v)))
	}
	return v
}
