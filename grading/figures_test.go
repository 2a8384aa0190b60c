package grading

import (
	"math"
	"math/rand/v2"
	"testing"
)

// once is a run of two checks that share something; T's are made here as runChecking makes them.
func once(s *shared, seed byte) *T {
	return &T{seed: [32]byte{seed}, shared: s, exercise: &Exercise{}, check: &Check{}}
}

func TestOnce(t *testing.T) {
	s, done := &shared{}, 0
	draw := func(t *T) uint64 {
		return t.Once("training", func(rng *rand.Rand) any { done++; t.calls++; return rng.Uint64() }).(uint64)
	}
	first := once(s, 1)
	a := draw(first)
	second := once(s, 1)
	if b := draw(second); a != b || done != 1 || second.calls != 1 {
		t.Errorf("%d, then %d; done %d times, the second check has %d calls", a, b, done, second.calls)
	}
	if b := draw(once(&shared{}, 1)); b != a {
		t.Error("the same seed draws otherwise")
	}
	if b := draw(once(&shared{}, 2)); b == a {
		t.Error("another seed draws the same")
	}
}

// What ended the first check ends the others likewise; what asked the submission nothing is a fault of the check's.
func TestOnceEnds(t *testing.T) {
	s, done := &shared{}, 0
	for range 2 {
		func() {
			defer func() {
				if e, ok := recover().(ended); !ok || e.verdict != Fail || e.failure.Error != "no model" {
					t.Errorf("ended with %v", e)
				}
			}()
			c := once(s, 1)
			c.Once("training", func(*rand.Rand) any { done++; c.calls++; c.Failf("no model"); return nil })
		}()
	}
	if done != 1 {
		t.Errorf("done %d times", done)
	}
	defer func() {
		if recover() == nil {
			t.Error("a value that rests on no answer was taken")
		}
	}()
	once(&shared{}, 1).Once("idle", func(*rand.Rand) any { return 1 })
}

func TestFigures(t *testing.T) {
	s := &shared{}
	c := once(s, 1)
	c.Figure(Figure{ID: "clean", Name: "Clean accuracy", Value: 0.5, Lo: 0.4, Hi: 0.61, Unit: "share"})
	c.Figure(Figure{ID: "seconds", Name: "Training time", Value: 1.25, Lo: 1.25, Hi: 1.25, Unit: "s"})
	c.Figure(Figure{ID: "bad", Value: math.NaN()})
	once(s, 1).Figure(Figure{ID: "clean", Name: "Clean accuracy", Value: 0.7, Lo: 0.6, Hi: 0.8, Unit: "share"})
	r := Report{Figures: s.figures}
	if len(r.Figures) != 2 {
		t.Fatalf("%v", r.Figures)
	}
	if f, ok := r.Figure("clean"); !ok || f.String() != "Clean accuracy: 70 % (60 to 80)" {
		t.Errorf("%v", f)
	}
	if _, ok := r.Figure("bad"); ok {
		t.Error("NaN is a figure")
	}
	for f, want := range map[Figure]string{{Unit: "flag", Value: 1}: "yes", {Unit: "flag"}: "no", {Unit: "count", Value: 198}: "198", {Unit: "s", Value: 1.25}: "1.2 s",
		{Unit: "share", Value: 0.5, Lo: 0.5, Hi: 0.5}: "50 %"} {
		if f.Text() != want {
			t.Errorf("%q, want %q", f.Text(), want)
		}
	}
}
