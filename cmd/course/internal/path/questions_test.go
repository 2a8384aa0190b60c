package path

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"nncourse/lib/questions"
)

// The questions of the course: enough of them, of every class that has lessons, none twice, each shown by a lesson that is there. That
// the cells hold what they shall show, TestUpToDate says.
func TestQuestions(t *testing.T) {
	c, _ := course(t)
	all, err := questions.All()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 60 {
		t.Errorf("only %d questions", len(all))
	}
	seen, perClass := map[string]bool{}, map[int]int{}
	for i := range all {
		q := &all[i]
		perClass[q.Class]++
		l, err := c.Find(q.Lesson)
		if err != nil {
			t.Errorf("%s: %v", q.ID, err)
			continue
		}
		if q.Class != l.Class || q.Place() != l.ID || !strings.HasPrefix(q.ID, l.ID+"-") || !regexp.MustCompile(`^\d\.\d+-[a-z0-9]+$`).MatchString(q.ID) {
			t.Errorf("%s, class %d, is about lesson %s", q.ID, q.Class, l.ID)
		}
		if q.Cell == "" {
			t.Errorf("%s names no cell", q.ID)
		}
		for _, once := range []string{q.ID, q.Question} {
			if seen[once] {
				t.Errorf("%q twice", once)
			}
			seen[once] = true
		}
		if len(q.Question) < 15 || len(q.Answer) < 15 || !strings.HasSuffix(q.Answer, ".") && !strings.HasSuffix(q.Answer, ")") {
			t.Errorf("%s: %q, %q", q.ID, q.Question, q.Answer)
		}
		if n := q.Number; n != nil {
			if q.Right != "" || len(q.Wrong) > 0 || n.Within <= 0 || !n.Accepts(n.Value) || n.Accepts(n.Value+2*n.Within) || n.Value != 0 && n.Within > 0.1*abs(n.Value) {
				t.Errorf("%s: %+v", q.ID, n)
			}
			continue
		}
		choices := append([]string{q.Right}, q.Wrong...)
		slices.Sort(choices)
		if q.Right == "" || len(choices) < 2 || len(choices) > 4 || len(slices.Compact(slices.Clone(choices))) != len(choices) || choices[0] == "" {
			t.Errorf("%s: right %q, wrong %q", q.ID, q.Right, q.Wrong)
		}
	}
	lessons := map[int]int{}
	for i := range c.Lessons {
		lessons[c.Lessons[i].Class]++
	}
	for k, n := range lessons { // beside the lesson of the questions there is one that they can be about
		if n > 1 && perClass[k] < 2 {
			t.Errorf("class %d has %d questions", k, perClass[k])
		}
	}
}

func abs(x float64) float64 { return max(x, -x) }
