// Package grading grades a student's solution of an exercise.
//
// A submission passes through four gates. Intake (intake.go, gate.go, notebook.go) takes only the exercise's own Go
// files and refuses what could reach outside the language. Build (build.go) compiles them with the exercise's harness
// in a module of the grader's own. Run (process.go, package wire) starts the program in a sandbox and calls its
// functions over a pipe; what is expected never crosses it. Checks (packages under checks) judge the numbers that come
// back, here in the grader's process. README.md describes all of it, and which attacks were tried.
package grading

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Exercise is what the grader knows about one exercise. The student's package is exercises/SLUG, the reference and the
// wrong and right variants are under solutions/SLUG, the program around the student's package is grading/harness/SLUG.
type Exercise struct {
	Slug    string   // "least-norm-gd": the name of the folders
	Title   string   // "Least norm by gradient descent"
	Package string   // "leastnormgd": the package's name, the slug without dashes
	Files   []string // the student's files; the first is the one that a single file or a notebook stands for
	Imports []string // the packages that the student may import: "math", "gonum.org/v1/gonum/mat"
	Checks  []Check  // in the order of the statement
	// Mistakes are the known ones. Each is caught with its own diagnosis, which `course verify` proves with the
	// variants under solutions/SLUG/wrong.
	Mistakes []Mistake

	CallTimeout    time.Duration // the longest that one call may take; 0 means 5 s
	MemoryMB       int           // the memory of the student's program; 0 means 512
	CallbackBudget int           // callbacks that one check answers; 0 means 100 000

	// Libraries are the folders of lib/ whose code the checks use: it decides the grade as the checks do, and is hashed with them.
	Libraries []string

	Leaderboard *Leaderboard // of the class's figures; nil means there is none
}

// Check is one thing that is verified, worth some points, all or nothing.
type Check struct {
	ID     string  // "least-norm": stable, for grade books
	Title  string  // "LeastNorm solves Ax = y"
	Points float64 // > 0
	// Public marks a check of fixed cases that the statement shows. They carry at most 30 % of the points, because a
	// table of their answers would pass them.
	Public bool
	// Run calls the student's functions through t and returns if all is well; t.Fail ends it. A check that makes no
	// call does not pass.
	Run func(t *T)
}

// Mistake is a known wrong turn.
type Mistake struct {
	ID    string // "step-not-divided"
	Cause string // likely cause: "the step misses the division by ‖∇g‖²"
	Hint  string // next hint, a question or a place to look; it does not give the line away
}

// MaxPublic is the greatest share of the points that public checks may carry.
const MaxPublic = 0.30

// Max gives the sum of the points.
func (e *Exercise) Max() float64 {
	sum := 0.0
	for _, c := range e.Checks {
		sum += c.Points
	}
	return sum
}

// mistake gives the known mistake with the ID.
func (e *Exercise) mistake(id string) (Mistake, bool) {
	for _, m := range e.Mistakes {
		if m.ID == id {
			return m, true
		}
	}
	return Mistake{}, false
}

func (e *Exercise) callTimeout() time.Duration {
	if e.CallTimeout > 0 {
		return e.CallTimeout
	}
	return 5 * time.Second
}

func (e *Exercise) memoryMB() int {
	if e.MemoryMB > 0 {
		return e.MemoryMB
	}
	return 512
}

func (e *Exercise) callbackBudget() int {
	if e.CallbackBudget > 0 {
		return e.CallbackBudget
	}
	return 100_000
}

var (
	slugForm = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	fileForm = regexp.MustCompile(`^[a-z][a-z0-9_]*\.go$`)
	idForm   = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

// Validate tells what is wrong with the exercise's own description.
func (e *Exercise) Validate() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("grading: exercise %q: %s", e.Slug, fmt.Sprintf(format, args...))
	}
	switch {
	case !slugForm.MatchString(e.Slug):
		return bad("the slug is not of the form least-norm-gd")
	case e.Package != strings.ReplaceAll(e.Slug, "-", ""):
		return bad("the package is %q, not the slug without dashes", e.Package)
	case e.Title == "":
		return bad("no title")
	case len(e.Files) == 0:
		return bad("no files")
	case len(e.Checks) == 0:
		return bad("no checks")
	}
	for _, f := range e.Files {
		if !fileForm.MatchString(f) || strings.HasSuffix(f, "_test.go") || filepath.Base(f) != f || hasBuildSuffix(f) {
			return bad("%q cannot be a student's file", f)
		}
	}
	for _, i := range e.Imports {
		if i == "unsafe" || i == "C" {
			return bad("%q cannot be allowed", i)
		}
	}
	ids, public := map[string]bool{}, 0.0
	for _, c := range e.Checks {
		switch {
		case !idForm.MatchString(c.ID) || ids[c.ID]:
			return bad("the check ID %q is of a wrong form or used twice", c.ID)
		case c.Title == "" || !(c.Points > 0) || c.Run == nil:
			return bad("check %s lacks a title, points or a function", c.ID)
		}
		ids[c.ID] = true
		if c.Public {
			public += c.Points
		}
	}
	if public > MaxPublic*e.Max() && !StudentEdition {
		return bad("public checks carry %g of %g points, more than %.0f %%", public, e.Max(), 100*MaxPublic)
	}
	ids = map[string]bool{}
	for _, m := range e.Mistakes {
		switch {
		case !idForm.MatchString(m.ID) || ids[m.ID]:
			return bad("the mistake ID %q is of a wrong form or used twice", m.ID)
		case m.Cause == "" || m.Hint == "":
			return bad("mistake %s lacks its cause or its hint", m.ID)
		}
		ids[m.ID] = true
	}
	return nil
}

// hasBuildSuffix tells whether the go command would take the file on some systems only (x_linux.go).
func hasBuildSuffix(file string) bool {
	name := strings.TrimSuffix(file, ".go")
	i := strings.LastIndexByte(name, '_')
	return i >= 0 && buildSuffix[name[i+1:]]
}

var buildSuffix = func() map[string]bool {
	m := map[string]bool{}
	for _, s := range strings.Fields(`aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9
		solaris wasip1 windows zos unix 386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le
		mips64p32 mips64p32le ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm test`) {
		m[s] = true
	}
	return m
}()

// Verdict is how a check ended. Only Pass earns its points.
type Verdict string

const (
	Pass        Verdict = "pass"
	Fail        Verdict = "fail"          // the answer is wrong
	Error       Verdict = "error"         // there was no answer that can be judged
	Timeout     Verdict = "timeout"       // a call took too long
	Crash       Verdict = "crash"         // the function panicked or ended the program
	OutOfMemory Verdict = "out-of-memory" // the program wanted more memory than it may have
	Unbuildable Verdict = "unbuildable"   // refused at intake, or the compiler did
)

// Failure explains why a check did not pass, in the order in which it is shown.
type Failure struct {
	Input    string `json:"input"`    // what the function was given; empty means the last call
	Computed string `json:"computed"` // what it answered
	Expected string `json:"expected"` // what was due
	Error    string `json:"error"`    // how far off, in which sense
	Mistake  string `json:"mistake"`  // ID of the known mistake that gives the same numbers, "" if none does
	Cause    string `json:"cause"`    // likely cause; empty means that of Mistake
	Hint     string `json:"hint"`     // next hint; empty means that of Mistake
}

// T is handed to a check. Its methods are called from the check's own goroutine.
type T struct {
	// Rand is the check's own random source: it depends on the secret, the exercise, the student, the attempt and the
	// check's ID, and on nothing else, so that a regrade repeats every instance bit for bit.
	Rand *rand.Rand

	seed      [32]byte
	shared    *shared // with the other checks of this run
	exercise  *Exercise
	check     *Check
	prog      caller
	watch     *watch
	callbacks []func(args []any) ([]any, error)
	count     int // callbacks answered
	budget    int
	calls     int    // calls that were answered
	lastFunc  string // of the last call
	lastArgs  []any
	refusal   string // why a callback was refused
}

// caller is the student's program as T sees it.
type caller interface {
	call(fn string, args []any, callback func(n int, args []any) ([]any, error)) (*reply, error)
}
