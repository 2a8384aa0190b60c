package formats

import (
	"io"
	"strings"
	"unicode/utf8"

	"nncourse/grading"
)

// ExercismResults is results.json of an exercism test runner.
type ExercismResults struct {
	Version int            `json:"version"` // 3
	Status  string         `json:"status"`  // pass: all tests passed; fail: one did not; error: none was run
	Message *string        `json:"message"` // null unless Status is error
	Tests   []ExercismTest `json:"tests,omitempty"`
}

// ExercismTest is one check's part of it.
type ExercismTest struct {
	Name     string  `json:"name"`
	Status   string  `json:"status"`  // pass, fail, error
	Message  *string `json:"message"` // null where it passed
	Output   *string `json:"output"`  // null where there is none
	TestCode string  `json:"test_code"`
}

// Limits of the exercism format, and what it says of an output that was cut.
const (
	exercismOutput  = 500   // characters
	exercismMessage = 65535 // bytes
	exercismCut     = "\nOutput was truncated. Please limit to 500 chars"
)

// Exercism writes a report as an exercism test runner does: version 3 of the page "The Test Runner Interface" of
// exercism's documentation. The checks are in the order of the statement, since the first that did not pass is the one
// that is shown. The program's output is not recorded for each check: what it printed before the first hidden check is
// put to the first test that did not pass, or to the first. test_code is a comment that names the check, with the input
// where that may be seen: checks are no code that a student could run. If a check failed in the grader the error is
// ErrGraderFault, and nothing is written.
func Exercism(w io.Writer, r *grading.Report) error {
	if r.GraderFault != "" {
		return ErrGraderFault
	}
	x := ExercismResults{Version: 3, Status: "pass"}
	if r.Verdict == grading.Unbuildable {
		x.Status, x.Message = "error", message(problems(r))
		return writeJSON(w, x)
	}
	first := -1
	for i, s := range forStudent(r) {
		t := ExercismTest{Name: s.name, Status: "error", TestCode: "// " + strings.ReplaceAll(s.name, "\n", "\n// ")}
		switch r.Checks[i].Verdict {
		case grading.Pass:
			t.Status = "pass"
		case grading.Fail:
			t.Status = "fail"
		}
		if t.Status != "pass" {
			t.Message, x.Status = message(s.text), "fail"
			if first < 0 {
				first = i
			}
		}
		if s.input != "" {
			t.TestCode += "\n// input: " + strings.ReplaceAll(s.input, "\n", "\n// ")
		}
		x.Tests = append(x.Tests, t)
	}
	if out := openOutput(r); out != "" && len(x.Tests) > 0 {
		out = cut(out, exercismOutput, exercismCut)
		x.Tests[max(0, first)].Output = &out
	}
	return writeJSON(w, x)
}

// message gives a pointer to s, cut to the length that is allowed.
func message(s string) *string {
	if len(s) > exercismMessage {
		const mark = "\n… (cut)"
		n := exercismMessage - len(mark)
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n] + mark
	}
	return &s
}
