package formats

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"nncourse/grading"
)

// field is what a published format says of a key.
type field struct {
	kind     string // text, number, object, tests; "text?" may be null
	required bool
	values   []string // the only ones
}

// visibilities and formats are the values of the page "Autograder Specifications".
var (
	visibilities = []string{"hidden", "after_due_date", "after_published", "visible"}
	outputForms  = []string{"text", "simple_format", "html", "md", "ansi"}

	gradescopeTop = map[string]field{"score": {kind: "number"}, "execution_time": {kind: "number"}, "output": {kind: "text"},
		"output_format": {kind: "text", values: outputForms}, "test_output_format": {kind: "text", values: outputForms},
		"test_name_format": {kind: "text", values: outputForms}, "visibility": {kind: "text", values: visibilities},
		"stdout_visibility": {kind: "text", values: visibilities}, "extra_data": {kind: "object"}, "tests": {kind: "tests"}, "leaderboard": {kind: "tests"}}
	gradescopeTest = map[string]field{"score": {kind: "number"}, "max_score": {kind: "number"}, "status": {kind: "text", values: []string{"passed", "failed"}},
		"name": {kind: "text"}, "name_format": {kind: "text", values: outputForms}, "number": {kind: "text"}, "output": {kind: "text"},
		"output_format": {kind: "text", values: outputForms}, "tags": {kind: "tests"}, "visibility": {kind: "text", values: visibilities}, "extra_data": {kind: "object"}}

	// The page "The Test Runner Interface".
	exercismTop = map[string]field{"version": {kind: "number", required: true}, "status": {kind: "text", required: true, values: []string{"pass", "fail", "error"}},
		"message": {kind: "text?"}, "tests": {kind: "tests"}}
	exercismTest = map[string]field{"name": {kind: "text", required: true}, "status": {kind: "text", required: true, values: []string{"pass", "fail", "error"}},
		"test_code": {kind: "text", required: true}, "message": {kind: "text?"}, "output": {kind: "text?"}, "task_id": {kind: "number"}}
)

// keysWrong tells where an object is not as the fields say.
func keysWrong(where string, fields map[string]field, m map[string]any) (bad []string) {
	for k, f := range fields {
		if _, ok := m[k]; f.required && !ok {
			bad = append(bad, where+": "+k+" is missing")
		}
	}
	for k, v := range m {
		f, ok := fields[k]
		if !ok {
			bad = append(bad, where+": there is no key "+k)
			continue
		}
		switch f.kind {
		case "text?":
			_, ok = v.(string)
			ok = ok || v == nil
		case "text":
			_, ok = v.(string)
		case "number":
			_, ok = v.(float64)
		case "object":
			_, ok = v.(map[string]any)
		case "tests":
			_, ok = v.([]any)
		}
		if !ok {
			bad = append(bad, fmt.Sprintf("%s: %s is %v", where, k, v))
		}
		if s, isText := v.(string); isText && f.values != nil && !slices.Contains(f.values, s) {
			bad = append(bad, where+": "+k+" is "+s)
		}
	}
	return bad
}

func testsOf(m map[string]any) (tests []map[string]any) {
	list, _ := m["tests"].([]any)
	for _, t := range list {
		x, _ := t.(map[string]any)
		tests = append(tests, x)
	}
	return tests
}

func gradescopeErrors(m map[string]any) []string {
	bad := keysWrong("top", gradescopeTop, m)
	_, score := m["score"]
	tests := testsOf(m)
	if !score && len(tests) == 0 {
		bad = append(bad, "neither score nor tests")
	}
	for i, t := range tests {
		bad = append(bad, keysWrong(fmt.Sprintf("test %d", i), gradescopeTest, t)...)
		if _, ok := t["score"]; !ok && !score {
			bad = append(bad, fmt.Sprintf("test %d: no score here and none at the top", i))
		}
	}
	return bad
}

func exercismErrors(m map[string]any) []string {
	bad := keysWrong("top", exercismTop, m)
	if m["version"] != 3.0 {
		bad = append(bad, "the version is not 3")
	}
	text, isText := m["message"].(string)
	if m["status"] == "error" != isText || isText && (text == "" || len(text) > 65535) {
		bad = append(bad, "the message does not fit the status")
	}
	tests, passed := testsOf(m), true
	if m["status"] != "error" && len(tests) == 0 {
		bad = append(bad, "no tests")
	}
	for i, t := range tests {
		where := fmt.Sprintf("test %d", i)
		bad = append(bad, keysWrong(where, exercismTest, t)...)
		passed = passed && t["status"] == "pass"
		if text, _ := t["message"].(string); t["status"] == "pass" && text != "" {
			bad = append(bad, where+": it passed with a message")
		}
		if out, _ := t["output"].(string); utf8.RuneCountInString(out) > 500 {
			bad = append(bad, where+": the output is too long")
		}
	}
	if m["status"] != "error" && passed != (m["status"] == "pass") {
		bad = append(bad, "the status is not that of the tests")
	}
	return bad
}

// result writes r and reads it again.
func result(t *testing.T, write func(io.Writer, *grading.Report) error, r *grading.Report) (map[string]any, string) {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, r); err != nil {
		t.Fatal(err)
	}
	return parse(t, b.Bytes()), b.String()
}

// long prints more than exercism takes.
func long() *grading.Report {
	r := spoiled(grading.Fail)
	r.Stdout, r.StdoutOpen, r.Stderr = strings.Repeat("é\n", 3000), 6000, ""
	return r
}

func everyReport(t *testing.T) []*grading.Report {
	all := []*grading.Report{long()}
	for _, r := range reports(t) {
		all = append(all, r)
	}
	for _, v := range verdicts {
		all = append(all, spoiled(v))
	}
	return all
}

func TestResultsHaveThePublishedForm(t *testing.T) {
	for _, r := range everyReport(t) {
		if m, text := result(t, Gradescope, r); gradescopeErrors(m) != nil {
			t.Errorf("Gradescope, %s: %s\n%s", r.Verdict, strings.Join(gradescopeErrors(m), "; "), text)
		}
		if m, text := result(t, Exercism, r); exercismErrors(m) != nil {
			t.Errorf("exercism, %s: %s\n%s", r.Verdict, strings.Join(exercismErrors(m), "; "), text)
		}
	}
}

// The rules refuse what breaks them, so the test above says something.
func TestResultRulesRefuse(t *testing.T) {
	first := func(m map[string]any) map[string]any { return testsOf(m)[0] }
	for name, tc := range map[string]struct {
		write func(io.Writer, *grading.Report) error
		rules func(map[string]any) []string
		spoil func(m map[string]any)
	}{
		"a visibility":        {Gradescope, gradescopeErrors, func(m map[string]any) { first(m)["visibility"] = "secret" }},
		"no score":            {Gradescope, gradescopeErrors, func(m map[string]any) { delete(m, "score"); delete(m, "tests") }},
		"a score as text":     {Gradescope, gradescopeErrors, func(m map[string]any) { first(m)["score"] = "1" }},
		"an unknown key":      {Gradescope, gradescopeErrors, func(m map[string]any) { m["grade"] = 1.0 }},
		"a status":            {Gradescope, gradescopeErrors, func(m map[string]any) { first(m)["status"] = "pass" }},
		"a number for number": {Gradescope, gradescopeErrors, func(m map[string]any) { first(m)["number"] = 1.0 }},
		"version 2":           {Exercism, exercismErrors, func(m map[string]any) { m["version"] = 2.0 }},
		"no name":             {Exercism, exercismErrors, func(m map[string]any) { delete(first(m), "name") }},
		"long output":         {Exercism, exercismErrors, func(m map[string]any) { first(m)["output"] = strings.Repeat("x", 501) }},
		"a message on a pass": {Exercism, exercismErrors, func(m map[string]any) { first(m)["status"] = "pass" }},
		"pass with a failure": {Exercism, exercismErrors, func(m map[string]any) { m["status"] = "pass" }},
		"error without words": {Exercism, exercismErrors, func(m map[string]any) { m["status"] = "error" }},
	} {
		m, _ := result(t, tc.write, reports(t)["fail"])
		tc.spoil(m)
		if tc.rules(m) == nil {
			t.Errorf("%s: it is taken", name)
		}
	}
}

// Scores, statuses and order are those of the report.
func TestResultsSayWhatHappened(t *testing.T) {
	for _, r := range everyReport(t) {
		m, _ := result(t, Gradescope, r)
		tests, sum := testsOf(m), 0.0
		if len(tests) != len(r.Checks) {
			t.Fatalf("%d tests for %d checks", len(tests), len(r.Checks))
		}
		for i, c := range r.Checks {
			x := tests[i]
			sum += x["score"].(float64)
			visibility := map[bool]string{true: "visible", false: "after_published"}[c.Public]
			if x["max_score"] != c.Points || x["score"] != c.Earned || x["visibility"] != visibility || (x["status"] == "passed") != (c.Verdict == grading.Pass) {
				t.Errorf("check %+v is written as %v", c, x)
			}
		}
		if m["score"] != r.Score || r.Title != nasty && sum != r.Score || m["stdout_visibility"] != "hidden" {
			t.Errorf("score %v for %g, tests %g, stdout %v", m["score"], r.Score, sum, m["stdout_visibility"])
		}
		m, _ = result(t, Exercism, r)
		if (m["status"] == "error") != (r.Verdict == grading.Unbuildable) || (m["status"] == "pass") != (r.Verdict == grading.Pass) {
			t.Errorf("status %v for %s", m["status"], r.Verdict)
		}
		var got, want []string
		for i, x := range testsOf(m) {
			got = append(got, x["status"].(string))
			switch v := r.Checks[i].Verdict; v {
			case grading.Pass, grading.Fail:
				want = append(want, string(v))
			default:
				want = append(want, "error")
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("statuses %v, due %v", got, want)
		}
	}
	m, text := result(t, Exercism, reports(t)["unbuildable"])
	if msg := m["message"].(string); !strings.Contains(msg, "broken.go:") || !strings.Contains(msg, "func broken(") {
		t.Errorf("the compiler's error is written as\n%s", text)
	}
	m, _ = result(t, Exercism, long())
	if out := testsOf(m)[0]["output"].(string); utf8.RuneCountInString(out) != 500 || !strings.HasSuffix(out, "Output was truncated. Please limit to 500 chars") {
		t.Errorf("long output is written as %d characters, …%q", utf8.RuneCountInString(out), out[len(out)-60:])
	}
}

func TestLongMessage(t *testing.T) {
	r := spoiled(grading.Unbuildable)
	for range 100 {
		r.Problems = append(r.Problems, grading.Problem{Message: strings.Repeat("∇", 300)})
	}
	m, _ := result(t, Exercism, r)
	msg := m["message"].(string)
	if n := len(msg); n > 65535 || n < 65530 || !strings.HasSuffix(msg, "∇\n… (cut)") {
		t.Errorf("a message of %d bytes that ends in %q", n, msg[len(msg)-20:])
	}
}

// TestHiddenStaysHidden: nothing that only hidden checks have is in what students see.
func TestHiddenStaysHidden(t *testing.T) {
	searched := 0
	for name, r := range reports(t) {
		// What the student may see anyway.
		public := ""
		for _, c := range r.Checks {
			if c.Public {
				public += fmt.Sprintf("%+v", c)
			}
		}
		for format, write := range map[string]func(io.Writer, *grading.Report) error{"Gradescope": Gradescope, "exercism": Exercism} {
			m, text := result(t, write, r)
			plain := fmt.Sprint(m) // without JSON's escapes
			look := func(what, s string) {
				// "scale" and a lone number are also other things' text.
				if s = strings.TrimSpace(grading.Printable(s)); len(s) < 6 || strings.Contains(public, s) {
					return
				}
				searched++
				if strings.Contains(plain, s) || strings.Contains(text, s) {
					t.Errorf("%s of %s: %s is shown: %q", format, name, what, s)
				}
			}
			for _, c := range r.Checks {
				if c.Public {
					continue
				}
				look("the ID", c.ID)
				look("the title", c.Title)
				for _, f := range c.Failures {
					look("an input", f.Input)
					look("an answer", f.Computed)
					look("an expected value", f.Expected)
					look("an error", f.Error)
				}
			}
			if name == "talk" {
				closed := r.Stdout[r.StdoutOpen:]
				if strings.Count(closed, "scale got") < 2 {
					t.Fatalf("the program printed while hidden checks ran only %q", closed)
				}
				for line := range strings.Lines(closed) {
					look("what was printed in a hidden check", line)
				}
				if !strings.Contains(plain, "open ␛[31m & <words>") {
					t.Errorf("%s of %s: what was printed before is missing:\n%s", format, name, plain)
				}
			}
		}
	}
	if searched < 60 {
		t.Errorf("%d searches: the test shows little", searched)
	}
}

func TestGraderFaultIsNoGrade(t *testing.T) {
	r := *reports(t)["fail"]
	r.GraderFault = "check dot panicked"
	for _, write := range []func(io.Writer, *grading.Report) error{Gradescope, Exercism} {
		var b bytes.Buffer
		if err := write(&b, &r); !errors.Is(err, ErrGraderFault) || b.Len() > 0 {
			t.Errorf("error %v, written %q", err, b.String())
		}
	}
}
