package grading

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sort"
	"strings"
	"time"

	"nncourse/grading/sandbox"
)

// FormativeSecret is the secret for grading one's own work. It is known to everybody, and so are the instances that
// follow from it: it is for learning. A teacher grades with a secret of the class's own.
const FormativeSecret = "formative: everybody may know these instances"

// Options say how a submission is graded.
type Options struct {
	Root   string // the course
	Tree   string // where exercises/, solutions/ and grading/harness/ lie; "" means Root
	Secret []byte // instances follow from it by HMAC(secret, exercise, student, attempt); nil means FormativeSecret
	// BuildTimeout bounds the compiler and the linker together; 0 means 30 s.
	BuildTimeout time.Duration
	// RunTimeout bounds all calls of a submission together; 0 means ten times the exercise's CallTimeout.
	RunTimeout time.Duration
	// Sandbox says as what submissions are built and run.
	Sandbox Mode
	// Others is set where the work is not one's own: grading refuses to run it outside a sandbox that contains it, unless
	// Unsafe is set as well; then every report says so.
	Others, Unsafe bool
	// Without leaves out sandbox layers, for tests.
	Without sandbox.Level
	// Public leaves out the hidden checks: Max and Score count the public ones. Such a grade is for learning.
	Public bool
	// Scratch is the folder in which builds are made and removed again; "" means the system's.
	Scratch string
	// Progress is told about the one slow thing, which is done once for each exercise. It may be nil.
	Progress func(line string)
}

func (o *Options) tree() string {
	if o.Tree != "" {
		return o.Tree
	}
	return o.Root
}

func (o *Options) cacheDir() string { return filepath.Join(o.Root, ".course", "grading-cache") }

func (o *Options) buildTimeout() time.Duration {
	if o.BuildTimeout > 0 {
		return o.BuildTimeout
	}
	return 30 * time.Second
}

func (o *Options) runTimeout(e *Exercise) time.Duration {
	if o.RunTimeout > 0 {
		return o.RunTimeout
	}
	return 10 * e.callTimeout()
}

func (o *Options) progress(format string, args ...any) {
	if o.Progress != nil {
		o.Progress(fmt.Sprintf(format, args...))
	}
}

// Report is the result. Its JSON form is described in README.md.
type Report struct {
	Exercise string  `json:"exercise"`
	Title    string  `json:"title"`
	Target   string  `json:"target"`
	Student  string  `json:"student"` // "" for one's own work
	Attempt  string  `json:"attempt"`
	Score    float64 `json:"score"`
	Max      float64 `json:"max"`
	Percent  float64 `json:"percent"`
	Verdict  Verdict `json:"verdict"` // pass, unbuildable, or that of the first check that did not pass

	Checks   []CheckResult `json:"checks"`
	Figures  []Figure      `json:"figures,omitempty"` // what was measured, where an exercise measures: see T.Figure
	Problems []Problem     `json:"problems"`          // why it could not be built
	Notes    []string      `json:"notes"`             // what was left aside at intake

	Sandbox     string  `json:"sandbox"`     // the layers that were on: "landlock+seccomp+rlimits"
	SandboxWhy  string  `json:"sandbox_why"` // why not more
	Unsafe      bool    `json:"unsafe"`      // others' work, graded where nothing contains a hostile program; Notes say it too
	Submission  string  `json:"submission"`  // SHA-256 of the graded source
	Grader      string  `json:"grader"`      // SHA-256 of the checks, the harness, the wire, go.mod and the Go version
	Seed        string  `json:"seed"`        // which instances: the first 16 hexadecimal digits of the HMAC
	Go          string  `json:"go"`          // version and platform: "go1.26.8 linux/amd64"
	Backend     string  `json:"backend"`     // what computes: "go", float64
	BuildTime   float64 `json:"build_seconds"`
	Duration    float64 `json:"seconds"`
	Stdout      string  `json:"stdout"` // the first 64 KB of what the program printed; it is never read by the grader
	Stderr      string  `json:"stderr"`
	StdoutOpen  int     `json:"stdout_open"`            // bytes of Stdout from before the first hidden check began: what a student may see
	StderrOpen  int     `json:"stderr_open"`            // likewise; a program can print what it is given, and so the instances of hidden checks
	OutputLost  int64   `json:"output_lost"`            // bytes beyond that
	Starts      int     `json:"starts"`                 // how often the program was started
	GraderFault string  `json:"grader_fault,omitempty"` // a mistake in a check: the grade does not count, tell the teacher
}

// CheckResult is one check's.
type CheckResult struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Points   float64   `json:"points"`
	Earned   float64   `json:"earned"`
	Verdict  Verdict   `json:"verdict"`
	Public   bool      `json:"public"`
	Failures []Failure `json:"failures"`
	Seconds  float64   `json:"seconds"`
}

// ErrNoSandbox is returned where others' work would run without containment.
var ErrNoSandbox = errors.New("no sandbox that contains a hostile program")

// Grade grades one submission. The error is the grader's or the machine's; everything the student did is in the report.
func Grade(ctx context.Context, s *Submission, e *Exercise, o Options) (*Report, error) {
	b, err := Build(ctx, s, e, o)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	return b.Run(ctx)
}

// Prepare does the one slow thing in advance: it compiles what submissions of the exercise may import.
func Prepare(ctx context.Context, e *Exercise, o Options) error {
	_, err := prepare(ctx, e, &o)
	return err
}

// Built is a submission that passed or failed the compiler. It can be run for several students and attempts: set these
// in its Submission between runs.
type Built struct {
	Submission *Submission
	Problems   []Problem

	e       *Exercise
	o       Options
	p       *prepared
	prog    *program
	seconds float64
	grader  string
}

// Close removes what was built.
func (b *Built) Close() {
	if b.prog != nil {
		b.prog.close()
		b.prog = nil
	}
}

// Build takes a submission to the compiler.
func Build(ctx context.Context, s *Submission, e *Exercise, o Options) (*Built, error) {
	if err := e.Validate(); err != nil {
		return nil, err
	}
	if o.Public {
		open := *e
		open.Checks = slices.DeleteFunc(slices.Clone(e.Checks), func(c Check) bool { return !c.Public })
		if len(open.Checks) == 0 {
			return nil, fmt.Errorf("exercise %s has no public check", e.Slug)
		}
		e = &open
	}
	if o.Others && !o.Unsafe && !o.contained() {
		return nil, fmt.Errorf("%w: %s", ErrNoSandbox, sandbox.Detect().Why)
	}
	p, err := prepare(ctx, e, &o)
	if err != nil {
		return nil, err
	}
	b := &Built{Submission: s, e: e, o: o, p: p}
	if b.grader, err = graderHash(e, &o, p); err != nil {
		return nil, err
	}
	begin := time.Now()
	if b.prog, b.Problems, err = build(ctx, s, e, p, &o); err != nil {
		return nil, err
	}
	b.seconds = time.Since(begin).Seconds()
	return b, nil
}

// Seed gives the bytes from which a submission's instances follow.
func Seed(secret []byte, exercise, student, attempt string) [32]byte {
	if secret == nil {
		secret = []byte(FormativeSecret)
	}
	mac := hmac.New(sha256.New, secret)
	for _, s := range []string{exercise, student, attempt} {
		fmt.Fprintf(mac, "%d:%s", len(s), s)
	}
	return [32]byte(mac.Sum(nil))
}

// Run runs the checks.
func (b *Built) Run(ctx context.Context) (*Report, error) {
	begin := time.Now()
	s, e := b.Submission, b.e
	seed := Seed(b.o.Secret, e.Slug, s.Student, s.Attempt)
	r := &Report{
		Exercise: e.Slug, Title: e.Title, Target: s.Target, Student: s.Student, Attempt: s.Attempt, Max: e.Max(),
		Checks: []CheckResult{}, Problems: []Problem{}, Notes: append([]string{}, s.Notes...),
		Sandbox: b.o.Level().String(), SandboxWhy: b.o.Why(), Unsafe: b.o.Others && !b.o.contained(),
		Submission: s.Hash(), Grader: b.grader, Seed: hex.EncodeToString(seed[:8]),
		Go: b.p.tc.version + " " + b.p.goos + "/" + b.p.goarch, Backend: "go", BuildTime: b.seconds,
	}
	if r.Unsafe {
		r.Notes = append(r.Notes, UnsafeNote)
	}
	if StudentEdition {
		r.Notes = append(r.Notes, studentNote)
	}
	if b.prog == nil {
		r.Problems, r.Verdict = b.Problems, Unbuildable
		for _, c := range e.Checks {
			r.Checks = append(r.Checks, CheckResult{ID: c.ID, Title: c.Title, Points: c.Points, Public: c.Public, Verdict: Unbuildable, Failures: []Failure{}})
		}
		r.Duration = b.seconds + time.Since(begin).Seconds()
		return r, nil
	}
	p, err := newProcess(s, e, &b.o, b.prog)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	r.Verdict = Pass
	openOut, openErr, hidden := "", "", false
	stuck := false // a check was abandoned: it may still hold the program
	for i := range e.Checks {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c := &e.Checks[i]
		if !c.Public && !hidden {
			p.settle()
			openOut, openErr, hidden = p.stdoutAll.String(), p.stderrAll.String(), true
		}
		if stuck {
			r.Checks = append(r.Checks, CheckResult{ID: c.ID, Title: c.Title, Points: c.Points, Public: c.Public, Verdict: Error,
				Failures: []Failure{faultOfTheGrader("an earlier check did not end, and this one was not run")}})
			continue
		}
		res, err := runCheck(e, c, p, seed)
		if err != nil {
			var g *graderError
			if !errors.As(err, &g) {
				return nil, err
			}
			r.GraderFault = err.Error()
			stuck = stuck || errors.Is(err, errAbandoned)
		}
		if res.Verdict == Pass {
			res.Earned = c.Points
		} else if r.Verdict == Pass {
			r.Verdict = res.Verdict
		}
		r.Score += res.Earned
		r.Checks = append(r.Checks, res)
	}
	p.stop()
	p.shared.mu.Lock()
	r.Figures = p.shared.figures
	p.shared.mu.Unlock()
	r.Percent = 100 * r.Score / r.Max
	if r.Verdict == Pass {
		r.Score, r.Percent = r.Max, 100 // no rounding
	} else {
		r.Percent = min(r.Percent, 99.99)
	}
	r.Stdout, r.Stderr = Printable(p.stdoutAll.String()), Printable(p.stderrAll.String())
	r.StdoutOpen, r.StderrOpen = len(r.Stdout), len(r.Stderr)
	if hidden {
		r.StdoutOpen, r.StderrOpen = commonPrefix(r.Stdout, Printable(openOut)), commonPrefix(r.Stderr, Printable(openErr))
	}
	r.OutputLost, r.Starts = p.stdoutAll.Dropped()+p.stderrAll.Dropped(), p.starts
	if p.starts > 0 {
		r.Sandbox = p.level.String()
	}
	r.Duration = b.seconds + time.Since(begin).Seconds()
	return r, nil
}

// commonPrefix gives the length of the longest common beginning of a and b that ends between two characters. (What was
// read of a program's output so far may end within one.)
func commonPrefix(a, b string) int {
	n := 0
	for i, r := range b {
		if !strings.HasPrefix(a[n:], string(r)) {
			break
		}
		n = i + len(string(r))
	}
	return n
}

// runCheck runs one check. A panic in it that is not its end is a mistake of the check's.
func runChecking(e *Exercise, c *Check, p caller, seed [32]byte, w *watch) (res CheckResult, err error) {
	begin := time.Now()
	res = CheckResult{ID: c.ID, Title: c.Title, Points: c.Points, Public: c.Public, Verdict: Error, Failures: []Failure{}}
	// Each check has a source of its own: to add one changes no other's instances.
	t := &T{Rand: rand.New(rand.NewChaCha8(sha256.Sum256(append(seed[:], c.ID...)))), seed: seed, shared: &shared{}, exercise: e, check: c, prog: p, watch: w, budget: e.callbackBudget()}
	if run, ok := p.(*process); ok {
		t.shared = &run.shared
	}
	defer func() {
		res.Seconds = time.Since(begin).Seconds()
		switch x := recover().(type) {
		case nil:
		case ended:
			f := x.failure
			if f.Input == "" {
				f.Input = t.Input()
			}
			if m, ok := e.mistake(f.Mistake); ok {
				if f.Cause == "" {
					f.Cause = m.Cause
				}
				if f.Hint == "" {
					f.Hint = m.Hint
				}
			} else if f.Mistake != "" {
				err = &graderError{fmt.Errorf("check %s names the mistake %q, which the exercise does not list", c.ID, f.Mistake)}
			}
			f.Input, f.Computed, f.Expected, f.Error = clip(f.Input, 1500), clip(f.Computed, 1500), clip(f.Expected, 1500), clip(f.Error, 1500)
			res.Verdict, res.Failures = x.verdict, append(res.Failures, f)
		case *graderError:
			res.Failures = append(res.Failures, faultOfTheGrader(x))
			err = x
		case error:
			err = fmt.Errorf("check %s: %w", c.ID, x)
			if _, runtimeError := x.(interface{ RuntimeError() }); runtimeError {
				err = &graderError{fmt.Errorf("check %s panicked: %w\n%s", c.ID, x, debug.Stack())}
				res.Failures = append(res.Failures, faultOfTheGrader(x))
			}
		default:
			err = &graderError{fmt.Errorf("check %s panicked: %v\n%s", c.ID, x, debug.Stack())}
			res.Failures = append(res.Failures, faultOfTheGrader(x))
		}
	}()
	c.Run(t)
	if t.calls == 0 {
		return res, &graderError{fmt.Errorf("check %s called no function", c.ID)}
	}
	res.Verdict = Pass
	return res, nil
}

// graderHash identifies what decides a grade besides the submission: equal hashes, submissions and seeds give equal
// grades.
func graderHash(e *Exercise, o *Options, p *prepared) (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, p.hash)
	dirs := []string{filepath.Join(o.Root, "grading"), filepath.Join(o.Root, "grading", "sandbox"), filepath.Join(o.Root, "grading", "wasi"),
		filepath.Join(o.Root, "grading", "checks", "kit"), filepath.Join(o.Root, "grading", "checks", e.Package)}
	for _, l := range e.Libraries {
		dirs = append(dirs, filepath.Join(o.Root, "lib", l))
	}
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		sort.Slice(entries, func(i, j int) bool { return entries[i].Name() < entries[j].Name() })
		for _, entry := range entries {
			name := entry.Name()
			if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				continue
			}
			b, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				return "", err
			}
			fmt.Fprintf(h, "%s %d\n", name, len(b))
			h.Write(b)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
