package grading

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"
)

// ownLimit bounds the time that a check computes by itself, without the time that the student's program takes: a loop
// that does not end is then a fault of the exercise, named, and not a grading that hangs. Each check needs well under a second.
var ownLimit = time.Minute

var errAbandoned = errors.New("grading: the check was abandoned")

// watch counts a check's own time. The check runs in a goroutine of its own, which cannot be killed: an abandoned one
// ends at its next call, and touches nothing until then.
type watch struct {
	mu    sync.Mutex
	since time.Time     // when the check, or a callback of it, took over
	own   time.Duration // before that
	away  bool          // the student's program is at work
	gone  bool          // abandoned
}

// leave stops the clock: the student's program takes over.
func (w *watch) leave() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.gone {
		runtime.Goexit()
	}
	if !w.away {
		w.own, w.away = w.own+time.Since(w.since), true
	}
}

// enter starts it again.
func (w *watch) enter() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.gone {
		runtime.Goexit()
	}
	w.since, w.away = time.Now(), false
}

// over abandons the check if its own time has passed the limit.
func (w *watch) over() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.away && w.own+time.Since(w.since) > ownLimit {
		w.gone = true
	}
	return w.gone
}

// runCheck runs one check and bounds its own time. After errAbandoned p must not be used again.
func runCheck(e *Exercise, c *Check, p caller, seed [32]byte) (CheckResult, error) {
	type outcome struct {
		res CheckResult
		err error
	}
	w := &watch{since: time.Now()}
	done := make(chan outcome, 1)
	begin := time.Now()
	go func() {
		res, err := runChecking(e, c, p, seed, w)
		done <- outcome{res, err}
	}()
	tick := time.NewTicker(ownLimit / 20)
	defer tick.Stop()
	for {
		select {
		case o := <-done:
			return o.res, o.err
		case <-tick.C:
			if w.over() {
				err := fmt.Errorf("check %s computed for more than %v without calling the submission: %w", c.ID, ownLimit, errAbandoned)
				return CheckResult{ID: c.ID, Title: c.Title, Points: c.Points, Public: c.Public, Verdict: Error, Seconds: time.Since(begin).Seconds(),
					Failures: []Failure{faultOfTheGrader(err)}}, &graderError{err}
			}
		}
	}
}

// faultOfTheGrader is what a student reads of a check that is itself at fault.
func faultOfTheGrader(err any) Failure {
	return Failure{Error: fmt.Sprintf("the grader failed here: %v", err), Cause: "a mistake in the exercise, not in your work; tell the teacher"}
}
