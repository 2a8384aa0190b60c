package grading

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// slow answers after a while.
type slow time.Duration

func (s slow) call(fn string, args []any, callback func(n int, args []any) ([]any, error)) (*reply, error) {
	time.Sleep(time.Duration(s))
	if fn == "Back" {
		if _, err := callback(0, nil); err != nil {
			return nil, err
		}
	}
	return &reply{values: []any{1.0}}, nil
}

// A check that computes for ever ends the check, as the grader's fault; time in the student's program does not count.
func TestCheckOwnTime(t *testing.T) {
	defer func(d time.Duration) { ownLimit = d }(ownLimit)
	ownLimit = 400 * time.Millisecond
	hold := make(chan struct{})
	defer close(hold)
	for _, c := range []struct {
		name string
		run  func(t *T)
		ends bool
	}{
		{"a loop before any call", func(t *T) { <-hold; t.Call("F") }, true},
		{"a loop after a call", func(t *T) { t.Call("F"); <-hold }, true},
		{"a loop in a callback", func(t *T) {
			t.Call("Back", t.Callback(func([]any) ([]any, error) { <-hold; return nil, nil }))
		}, true},
		{"slow calls", func(t *T) { t.Call("F"); t.Call("F"); t.Call("F") }, false},
	} {
		res, err := runCheck(&Exercise{Slug: "x"}, &Check{ID: "x", Points: 1, Run: c.run}, slow(250*time.Millisecond), [32]byte{})
		if !c.ends {
			if err != nil || res.Verdict != Pass {
				t.Errorf("%s: %+v, %v; want a pass", c.name, res, err)
			}
			continue
		}
		var g *graderError
		if !errors.Is(err, errAbandoned) || !errors.As(err, &g) || res.Verdict != Error || len(res.Failures) != 1 || !strings.Contains(res.Failures[0].Cause, "not in your work") {
			t.Errorf("%s: %+v, %v; want the grader's fault", c.name, res, err)
		}
	}
}
