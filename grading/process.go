package grading

import (
	"bufio"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"nncourse/grading/sandbox"
	"nncourse/grading/wasi"
	"nncourse/grading/wire"
)

// maxRestarts is how often the student's program is started again after it ended, hung, or disturbed the pipe.
const maxRestarts = 5

// maxTimeouts is after how many calls without an answer a function is not called again: the wait would tell nothing new.
const maxTimeouts = 2

// maxOutput is how much of the program's output is kept, in bytes.
const maxOutput = 64 << 10

// process runs a built submission and carries calls to it. It is used by one goroutine.
type process struct {
	s    *Submission
	e    *Exercise
	o    *Options
	prog *program
	dir  string // the program's working folder, private and empty

	proc                 *sandbox.Process
	in                   *os.File // requests
	out                  *os.File // replies
	replies              *bufio.Reader
	stderr               *capture // of this start, for the words about a crash
	starts               int
	id                   uint64
	until                time.Time // when the whole submission's time is over
	last                 *verdictError
	timeouts             map[string]int // function → calls without an answer
	stdoutAll, stderrAll *capture
	level                sandbox.Level
	shared               shared // between the checks
}

func newProcess(s *Submission, e *Exercise, o *Options, prog *program) (*process, error) {
	dir, err := os.MkdirTemp(prog.dir, "run-")
	if err != nil {
		return nil, err
	}
	return &process{s: s, e: e, o: o, prog: prog, dir: dir, timeouts: map[string]int{}, until: time.Now().Add(o.runTimeout(e)),
		stdoutAll: &capture{limit: maxOutput}, stderrAll: &capture{limit: maxOutput}}, nil
}

func (p *process) start() error {
	inR, inW, err := os.Pipe()
	if err != nil {
		return err
	}
	outR, outW, err := os.Pipe()
	if err != nil {
		inR.Close()
		inW.Close()
		return err
	}
	p.stderr = &capture{limit: 8 << 10}
	memory := p.e.memoryMB()
	stderr := io.MultiWriter(p.stderr, p.stderrAll)
	var proc *sandbox.Process
	spec := sandbox.Spec{
		Path: p.prog.path, Args: []string{p.e.Package}, Dir: p.dir,
		Env:    []string{"GOMAXPROCS=2", "GOTRACEBACK=single", fmt.Sprintf("GOMEMLIMIT=%dMiB", memory*3/4)},
		Stdout: p.stdoutAll, Stderr: stderr, Files: []*os.File{inR, outW}, Profile: sandbox.Compute,
	}
	var layers sandbox.Level
	if p.o.wasm() {
		spec, err = p.prog.host.Run(p.prog.path, p.prog.code, memory, inR, outW, p.stdoutAll, stderr)
		spec.Dir = p.dir
		memory += wasi.HostMB
		layers = sandbox.WASI
	}
	spec.Limits = sandbox.Limits{MemoryMB: memory, CPU: 2*p.o.runTimeout(p.e) + 5*time.Second, FileMB: 1, OpenFiles: 64}
	spec.Without = p.o.Without
	if err == nil {
		proc, err = sandbox.Start(spec)
	}
	inR.Close()
	outW.Close()
	if err != nil {
		inW.Close()
		outR.Close()
		return err
	}
	p.proc, p.in, p.out, p.replies = proc, inW, outR, bufio.NewReaderSize(outR, 64<<10)
	p.level = proc.Level | layers
	p.starts++
	return nil
}

// settle waits until what the program printed before its last reply is read: the reply comes through another pipe and
// may overtake it. The program waits for a call meanwhile, so two looks without a new byte are enough.
func (p *process) settle() {
	if p.proc == nil {
		return
	}
	const look, looks = 5 * time.Millisecond, 100
	total := func() int64 {
		return int64(len(p.stdoutAll.String())+len(p.stderrAll.String())) + p.stdoutAll.Dropped() + p.stderrAll.Dropped()
	}
	for seen, same, i := total(), 0, 0; same < 2 && i < looks; i++ {
		time.Sleep(look)
		if now := total(); now != seen {
			seen, same = now, 0
		} else {
			same++
		}
	}
}

// stop ends the program. A well-behaved one ends by itself when the pipe closes, but nobody waits for that.
func (p *process) stop() (exit sandbox.Exit) {
	if p.proc == nil {
		return
	}
	exit = p.proc.Kill()
	p.in.Close()
	p.out.Close()
	p.proc = nil
	return exit
}

// call sends one call and gives its reply. An error that is a *verdictError is the student's; any other the grader's.
func (p *process) call(fn string, args []any, callback func(n int, args []any) ([]any, error)) (*reply, error) {
	if p.timeouts[fn] >= maxTimeouts {
		return nil, &verdictError{verdict: Timeout, text: fmt.Sprintf("not called: %s did not answer %d times before", fn, maxTimeouts)}
	}
	if p.proc == nil {
		if p.starts > maxRestarts && p.last != nil {
			return nil, &verdictError{verdict: p.last.verdict, text: fmt.Sprintf("not called: the program had to be started again %d times, the last time because %s", maxRestarts, p.last.text)}
		}
		if err := p.start(); err != nil {
			return nil, err
		}
	}
	now := time.Now()
	if !now.Before(p.until) {
		p.stop()
		return nil, &verdictError{verdict: Timeout, text: fmt.Sprintf("not called: all calls together took over %v", p.o.runTimeout(p.e))}
	}
	limit := p.e.callTimeout()
	deadline := now.Add(limit)
	if deadline.After(p.until) {
		deadline = p.until
	}
	late := p.alarm(deadline)

	p.id++
	var nonce [16]byte
	rand.Read(nonce[:])
	m := &wire.Message{Op: wire.OpCall, ID: p.id, Nonce: hex.EncodeToString(nonce[:]), Func: fn}
	var err error
	if m.Values, err = wire.EncodeAll(args); err != nil {
		return nil, &graderError{fmt.Errorf("%s: %s: %w", p.e.Slug, fn, err)}
	}
	r, err := p.exchange(m, callback)
	fired := late()
	var v *verdictError
	var g *graderError
	switch {
	case err == nil:
		return r, nil
	case errors.As(err, &g):
		return nil, g
	case errors.As(err, &v):
		if v.verdict == Error {
			p.stop() // the pipe is out of step
			p.last = v
		}
		return nil, v
	}
	// The pipe was silent too long, or carried what is no message, or broke. If it broke because the program is ending,
	// the end is worth a moment's wait: it says why.
	timeout := fired || errors.Is(err, os.ErrDeadlineExceeded)
	if !timeout && (!errors.Is(err, wire.ErrFrame) || errors.Is(err, io.ErrUnexpectedEOF)) {
		select {
		case <-p.proc.Done():
		case <-time.After(500 * time.Millisecond):
		}
	}
	ended := false
	select {
	case <-p.proc.Done():
		ended = true
	default:
	}
	exit := p.stop()
	switch {
	case timeout && !ended || fired:
		v = &verdictError{verdict: Timeout, text: fmt.Sprintf("no answer within %v", limit.Round(time.Millisecond)),
			cause: "a loop that does not end, or far too much work", hint: "look at each loop: what makes its condition false?"}
		if !time.Now().Before(p.until) {
			v.text = fmt.Sprintf("all calls together took over %v", p.o.runTimeout(p.e))
		}
		p.timeouts[fn]++
	case ended:
		v = p.ending(exit)
	case errors.Is(err, wire.ErrFrame):
		v = disturbed(err)
	default:
		v = disturbed(fmt.Errorf("the program closed the pipe"))
	}
	p.last = v
	return nil, v
}

// alarm bounds what is read and written from now on. It gives a function that ends the bound, and tells whether the
// program was killed for it: where pipes know no deadline (Windows), that is what frees the grader.
func (p *process) alarm(deadline time.Time) (stop func() bool) {
	if p.in.SetWriteDeadline(deadline) == nil && p.out.SetReadDeadline(deadline) == nil {
		return func() bool { return false }
	}
	proc := p.proc
	done := make(chan struct{})
	timer := time.AfterFunc(time.Until(deadline), func() {
		proc.Kill()
		close(done)
	})
	return func() bool {
		if timer.Stop() {
			return false
		}
		<-done
		return true
	}
}

// graderError marks what is not the student's fault.
type graderError struct{ err error }

func (e *graderError) Error() string { return e.err.Error() }
func (e *graderError) Unwrap() error { return e.err }

func disturbed(err error) *verdictError {
	return &verdictError{verdict: Error, text: "the answer did not arrive as it should: " + clip(err.Error(), 200),
		cause: "the program writes to the grader's pipe itself, or closes it"}
}

// exchange writes the call and reads until its answer, answering callbacks in between.
func (p *process) exchange(call *wire.Message, callback func(n int, args []any) ([]any, error)) (*reply, error) {
	if err := wire.WriteMessage(p.in, call); err != nil {
		return nil, err
	}
	refused := ""
	for {
		m, err := wire.ReadMessage(p.replies)
		if err != nil {
			return nil, err
		}
		if m.ID != call.ID || m.Nonce != call.Nonce {
			return nil, disturbed(fmt.Errorf("a message does not belong to this call"))
		}
		switch m.Op {
		case wire.OpCallback:
			answer := &wire.Message{Op: wire.OpAnswer, ID: call.ID, Nonce: call.Nonce}
			args, err := wire.DecodeAll(m.Values)
			if err != nil {
				return nil, disturbed(err)
			}
			if refused == "" {
				values, err := callback(m.Callback, args)
				if err != nil {
					refused = err.Error()
				} else if answer.Values, err = wire.EncodeAll(values); err != nil {
					return nil, &graderError{fmt.Errorf("%s: a callback of %s: %w", p.e.Slug, call.Func, err)}
				}
			}
			if refused != "" {
				answer.Err = &refused
			}
			if err := wire.WriteMessage(p.in, answer); err != nil {
				return nil, err
			}
		case wire.OpReturn:
			if m.Panic != nil {
				return nil, p.panicked(call.Func, m.Panic)
			}
			r := &reply{changed: m.Changed, hasErr: m.Err != nil}
			if r.hasErr {
				if r.err = clip(*m.Err, 500); r.err == "" {
					r.err = "(an error without text)"
				}
			}
			if r.values, err = wire.DecodeAll(m.Values); err != nil {
				return nil, disturbed(err)
			}
			for _, v := range r.values {
				if _, ok := v.(wire.Callback); ok {
					return nil, disturbed(fmt.Errorf("a result of a type that cannot be one"))
				}
			}
			return r, nil
		default:
			return nil, disturbed(fmt.Errorf("a message of the kind %.20q", m.Op))
		}
	}
}

// panicked turns the harness's report of a panic into a verdict.
func (p *process) panicked(fn string, r *wire.Panic) error {
	text := clip(r.Text, 300)
	where := ""
	for _, f := range r.Stack {
		if place, line := p.s.locate(f.File, f.Line, 0); place != "" {
			where = " at " + place
			if line = strings.TrimSpace(line); line != "" {
				where += ": " + line
			}
			break
		}
	}
	switch r.Kind {
	case "goexit":
		return &verdictError{verdict: Crash, text: "the function ended its goroutine (runtime.Goexit) and returned nothing"}
	case "callback":
		return &verdictError{verdict: Fail, text: text}
	case "harness":
		// Either the exercise's own mistake, or a forged message; not a pass in either case.
		return &verdictError{verdict: Error, text: "the harness of " + p.e.Slug + " reports: " + text, cause: "a mistake in the exercise; tell the teacher"}
	}
	cause, hint := explainPanic(r.Text)
	return &verdictError{verdict: Crash, text: "panic: " + text + where, cause: cause, hint: hint}
}

// explainPanic says a run-time error in plain words.
func explainPanic(text string) (cause, hint string) {
	switch {
	case strings.Contains(text, "index out of range"):
		return "an index runs past the end of a slice", "check lengths first: an empty input and one element are inputs too"
	case strings.Contains(text, "slice bounds out of range"):
		return "a slice expression reaches past the end", "check the bounds against len"
	case strings.Contains(text, "nil pointer"):
		return "a pointer is used before anything was assigned to it", "a struct behind a pointer needs new or &T{…}"
	case strings.Contains(text, "nil map"):
		return "a map is written before it was made", "make it first: make(map[K]V)"
	case strings.Contains(text, "divide by zero"):
		return "an integer is divided by zero", "is a length zero?"
	case strings.HasPrefix(text, "mat:"), strings.HasPrefix(text, "blas:"), strings.HasPrefix(text, "lapack:"), strings.HasPrefix(text, "floats:"):
		return "gonum refuses the shapes or the values it was given", "print the dimensions before the call"
	case strings.Contains(text, "makeslice"):
		return "a slice of negative or huge length is made", "check the length that make is given"
	}
	return "", ""
}

var fatalLine = regexp.MustCompile(`(?m)^(?:fatal error|runtime|panic|SIG[A-Z]+): .*$`)
var ownFrame = regexp.MustCompile(`nncourse/exercises/[\w-]+/([\w.-]+\.go):(\d+)`)

// ending says in a verdict how the program ended during a call. What the program printed decides at most between crash
// and out-of-memory, which earn the same.
func (p *process) ending(exit sandbox.Exit) *verdictError {
	head, tail := p.stderr.String(), p.stderr.End()
	said := clip(fatalLine.FindString(head), 200)
	where := ""
	if m := ownFrame.FindStringSubmatch(head); m != nil {
		if place, line := p.s.locate(m[1], atoi(m[2]), 0); place != "" {
			where = " at " + place
			if line = strings.TrimSpace(line); line != "" {
				where += ": " + line
			}
		}
	}
	all := head + tail
	memory := int64(p.e.memoryMB()) << 20
	switch {
	case strings.Contains(all, "out of memory") || strings.Contains(all, "cannot allocate memory") || exit.Signal == "killed" && exit.MaxRSS > memory*9/10,
		// Go's collector does not always notice that it was given no memory before it uses it.
		strings.Contains(head, "SIGSEGV") && strings.Contains(head, "runtime.gc") && exit.MaxRSS > memory*7/10:
		return &verdictError{verdict: OutOfMemory, text: fmt.Sprintf("the program wanted more than its %d MB%s", p.e.memoryMB(), where),
			cause: "a slice that grows without end, or one of a far too large length", hint: "which make or append is given a size that does not come from the input's size?"}
	case strings.Contains(all, "stack exceeds") || strings.Contains(all, "stack overflow"):
		return &verdictError{verdict: Crash, text: "the stack overflowed" + where, cause: "a function that calls itself without end", hint: "which case ends the recursion?"}
	case strings.Contains(all, "all goroutines are asleep"):
		return &verdictError{verdict: Crash, text: "all goroutines wait for each other (deadlock)" + where, cause: "a channel without a partner, or a lock that is taken twice"}
	case exit.Signal == "CPU time limit exceeded" || exit.Signal == "killed" && exit.CPU >= p.o.runTimeout(p.e):
		return &verdictError{verdict: Timeout, text: "the program used up its processor time"}
	case exit.Signal != "":
		return &verdictError{verdict: Crash, text: "the program ended by a signal: " + exit.Signal + where}
	case said != "":
		cause, hint := explainPanic(said)
		return &verdictError{verdict: Crash, text: "the program ended: " + said + where, cause: cause, hint: hint}
	}
	return &verdictError{verdict: Crash, text: fmt.Sprintf("the program ended with exit code %d instead of an answer%s", exit.Code, where),
		cause: "os.Exit or log.Fatal", hint: "return an error instead of ending the program"}
}
