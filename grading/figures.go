package grading

import (
	"crypto/sha256"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
)

// Figure is something measured about a submission that is worth knowing besides the points: the accuracy of a classifier. A
// leaderboard is made of figures, and a student may see them, so they must give no instance away.
type Figure struct {
	ID    string  `json:"id"`   // "robust-accuracy": stable
	Name  string  `json:"name"` // "Robust accuracy"
	Value float64 `json:"value"`
	Lo    float64 `json:"lo"`   // ends of an interval of confidence 95 %; equal to Value where there is none
	Hi    float64 `json:"hi"`   //
	Unit  string  `json:"unit"` // "share" (0 to 1, shown in percent), "count", "s" (seconds), "flag" (0 or 1)
}

// String writes a figure for people: "Robust accuracy: 71 % (61 to 79)".
func (f Figure) String() string { return f.Name + ": " + f.Text() }

// Text is String without the name.
func (f Figure) Text() string {
	switch f.Unit {
	case "share":
		s := fmt.Sprintf("%.0f %%", 100*f.Value)
		if f.Lo != f.Hi {
			s += fmt.Sprintf(" (%.0f to %.0f)", 100*f.Lo, 100*f.Hi)
		}
		return s
	case "s":
		return fmt.Sprintf("%.1f s", f.Value)
	case "flag":
		if f.Value != 0 {
			return "yes"
		}
		return "no"
	}
	return fmt.Sprintf("%g", f.Value)
}

// Figure gives the report's figure with the ID.
func (r *Report) Figure(id string) (Figure, bool) {
	for _, f := range r.Figures {
		if f.ID == id {
			return f, true
		}
	}
	return Figure{}, false
}

// shared is what the checks of one run have in common.
type shared struct {
	mu      sync.Mutex
	figures []Figure
	once    map[string]*kept
}

// kept is the outcome of what Once did the first time.
type kept struct {
	value any
	ended *ended // it ended the check instead
}

// Figure reports a measurement; a second one of the same ID takes the place of the first. One that is not finite is left out.
func (t *T) Figure(f Figure) {
	for _, v := range []float64{f.Value, f.Lo, f.Hi} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return
		}
	}
	t.shared.mu.Lock()
	defer t.shared.mu.Unlock()
	for i := range t.shared.figures {
		if t.shared.figures[i].ID == f.ID {
			t.shared.figures[i] = f
			return
		}
	}
	t.shared.figures = append(t.shared.figures, f)
}

// Once is for what is too dear to be done by every check, a training for example. The first check that asks for the key runs do, with a random
// source that depends on the seed and the key and not on which check is first; the others of the same submission and seed get its value. If do
// ended the first check (by Fail, or because a call had no answer), it ends the others in the same way.
func (t *T) Once(key string, do func(rng *rand.Rand) any) any {
	t.shared.mu.Lock()
	k := t.shared.once[key]
	t.shared.mu.Unlock()
	if k == nil {
		k = &kept{}
		before := t.calls
		func() {
			defer func() {
				x := recover()
				if e, ok := x.(ended); ok {
					if e.failure.Input == "" {
						e.failure.Input = t.Input()
					}
					k.ended = &e
				} else if x != nil {
					panic(x)
				}
			}()
			k.value = do(rand.New(rand.NewChaCha8(sha256.Sum256(fmt.Appendf(t.seed[:], "once %s", key)))))
		}()
		if k.ended == nil && t.calls == before {
			panic(fmt.Sprintf("grading: Once %q called no function of the student's", key))
		}
		t.shared.mu.Lock()
		if t.shared.once == nil {
			t.shared.once = map[string]*kept{}
		}
		t.shared.once[key] = k
		t.shared.mu.Unlock()
	} else {
		t.calls++ // of an earlier check's: the value rests on it
	}
	if k.ended != nil {
		panic(*k.ended)
	}
	return k.value
}
