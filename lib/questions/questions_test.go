package questions

import (
	"math"
	"path/filepath"
	"strings"
	"testing"
)

// What is embedded is what the files say, in the form in which Format writes it; its content is tested with the lessons, by
// cmd/course/internal/path.
func TestFiles(t *testing.T) {
	n := 0
	for i, name := range Files() {
		list, err := ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		n += len(list)
		text, err := Format(list)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := files.ReadFile(name); err != nil || string(b) != text {
			t.Errorf("%s is not as Format writes it, %v", name, err)
		}
		of, err := Of(i + 1)
		if err != nil || len(of) != len(list) {
			t.Errorf("class %d: %d of %d questions, %v", i+1, len(of), len(list), err)
		}
	}
	all, err := All()
	if err != nil || len(all) != n || n < 60 {
		t.Errorf("%d of %d questions, %v", len(all), n, err)
	}
	if _, err := ReadFile(filepath.Join("testdata", "none.json")); err == nil {
		t.Error("a file that is not there was read")
	}
	if _, err := parse("x", []byte(`[{"id":"1","answr":"?"}]`)); err == nil {
		t.Error("a field that is not known was read")
	}
}

func TestAccepts(t *testing.T) {
	n := Number{Value: -0.5, Within: 0.01}
	for v, want := range map[float64]bool{-0.5: true, -0.505: true, -0.52: false, 0.5: false, math.Inf(-1): false, math.NaN(): false} {
		if n.Accepts(v) != want {
			t.Errorf("%g: %t", v, !want)
		}
	}
}

func sample() []Question {
	return []Question{
		{ID: "1.2-a", Class: 1, Lesson: "class1/02-svm", Cell: "ab", Question: "Is `a < b`?", Answer: "*Yes*, since b > a.", Right: "yes", Wrong: []string{"no", "never"}},
		{ID: "4.10-b", Class: 4, Lesson: "class4/10-lenet-mnist", Cell: "cd", Question: "How many?", Answer: "Two, as a*b*c is 2.", Number: &Number{2, 0.1, "dogs"}},
	}
}

func TestFold(t *testing.T) {
	s := Fold(sample())
	for _, want := range []string{"**1.** Is `a < b`?", "<details><summary>Answer</summary>\n\n*Yes*, since b > a.", "in lesson 1.2](../class1/02-svm.ipynb#cell-id=ab)", "**2.**", "lesson 4.10]"} {
		if !strings.Contains(s, want) {
			t.Errorf("%q is not in\n%s", want, s)
		}
	}
}

// The page's part has each question once, its answer, and exactly one right choice; a seed gives the same order of choices again, and
// another seed another one.
func TestSelfTest(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	s := SelfTest(all, 7)
	choices := 0
	for _, q := range all {
		if strings.Count(s, `<li data-id="`+q.ID+`"`) != 1 {
			t.Errorf("%s is not there once", q.ID)
		}
		if q.Number == nil {
			choices++
		}
	}
	if got := strings.Count(s, `data-right="1"`); got != choices {
		t.Errorf("%d right choices for %d questions", got, choices)
	}
	if strings.Count(s, "</script") != 1 || strings.Contains(s, "http") {
		t.Error("the script ends early, or something is loaded")
	}
	if s != SelfTest(all, 7) || s == SelfTest(all, 8) {
		t.Error("the order does not follow from the seed")
	}
	if got := rich("a < b, `x*y*z` and *so*"); got != "a &lt; b, <code>x*y*z</code> and <em>so</em>" {
		t.Error(got)
	}
}
