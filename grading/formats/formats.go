// Package formats writes reports and grades in the forms that other programs read.
//
//	report.schema.json  the schema of what `course grade --json` prints
//	JUnit               XML of test results, which CI servers show
//	Gradescope          results.json of a Gradescope autograder
//	Exercism            results.json of an exercism test runner, version 3
//	Canvas, Moodle      CSV files that their gradebooks import, made from gradebook.csv of package class
//
// Gradescope and Exercism are shown to students. Of a hidden check they hold what the feedback page holds: its number,
// points, verdict, likely cause and next hint; never its ID, its title, what the function was given, what it answered or
// what was expected, nor what the program printed from the first hidden check on. JUnit holds everything and is for the
// teacher, or for one's own work, of which `course grade` says everything too.
package formats

import (
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"nncourse/grading"
)

// Schema is the JSON Schema (draft 2020-12) of the report that `course grade --json` prints for one target.
//
//go:embed report.schema.json
var Schema []byte

// ErrGraderFault is returned for a report that is no grade, because one of the checks is wrong itself. To write it down
// as a result would give a student points, or none, that nobody decided.
var ErrGraderFault = errors.New("formats: a check failed in the grader, the grade does not count")

// words says in a sentence how a check ended.
func words(v grading.Verdict) string {
	switch v {
	case grading.Pass:
		return "The check passed."
	case grading.Fail:
		return "The answer is wrong."
	case grading.Error:
		return "There was no answer that can be judged."
	case grading.Timeout:
		return "A call took too long."
	case grading.Crash:
		return "The function panicked or ended the program."
	case grading.OutOfMemory:
		return "The program wanted more memory than it may have."
	case grading.Unbuildable:
		return "It cannot be built, so nothing was run."
	}
	return "The check ended with " + string(v) + "."
}

// shown is a check as its student may see it.
type shown struct {
	name, text string // text is what explains it, "" where it passed
	input      string // "" for a hidden check
}

// forStudent gives the checks as their student may see them.
func forStudent(r *grading.Report) []shown {
	all, hidden := make([]shown, 0, len(r.Checks)), 0
	for _, c := range r.Checks {
		s := shown{name: grading.Printable(c.Title)}
		if !c.Public {
			hidden++
			s.name = fmt.Sprintf("Hidden check %d", hidden)
		}
		if c.Verdict != grading.Pass {
			s.text = words(c.Verdict)
			for _, f := range c.Failures {
				if c.Public {
					s.text += explain(f)
					if s.input == "" {
						s.input = grading.Printable(f.Input)
					}
				} else {
					s.text += explain(grading.Failure{Cause: f.Cause, Hint: f.Hint})
				}
			}
		}
		all = append(all, s)
	}
	return all
}

// explain gives a failure as lines, each with a newline before it.
func explain(f grading.Failure) string {
	var b strings.Builder
	for _, l := range []struct{ name, text string }{{"input", f.Input}, {"computed", f.Computed}, {"expected", f.Expected},
		{"error", f.Error}, {"likely cause", f.Cause}, {"hint", f.Hint}} {
		if l.text != "" {
			fmt.Fprintf(&b, "\n%s: %s", l.name, strings.TrimSpace(grading.Printable(l.text)))
		}
	}
	return b.String()
}

// problems gives as text why a submission could not be built.
func problems(r *grading.Report) string {
	var b strings.Builder
	b.WriteString(words(grading.Unbuildable))
	for _, p := range r.Problems {
		b.WriteString("\n")
		if p.Place != "" {
			b.WriteString("\n" + p.Place)
		}
		if s := strings.TrimSpace(p.Source); s != "" {
			b.WriteString("\n  " + s)
		}
		b.WriteString("\n  " + p.Message)
		if p.Explain != "" {
			b.WriteString("\n  → " + p.Explain)
		}
	}
	return grading.Printable(b.String())
}

// openOutput gives what the program printed before the first hidden check began.
func openOutput(r *grading.Report) string {
	open := func(s string, n int) string { return strings.ToValidUTF8(s[:max(0, min(n, len(s)))], "") }
	out, err := open(r.Stdout, r.StdoutOpen), open(r.Stderr, r.StderrOpen)
	if out != "" && err != "" && !strings.HasSuffix(out, "\n") {
		out += "\n"
	}
	return grading.Printable(out + err)
}

// cut shortens s to at most n characters, the mark that says so included.
func cut(s string, n int, mark string) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-utf8.RuneCountInString(mark)]) + mark
}
