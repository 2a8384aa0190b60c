package formats

import (
	"encoding/json"
	"io"
	"math"
	"strconv"
	"strings"

	"nncourse/grading"
)

// GradescopeResults is results.json of a Gradescope autograder.
type GradescopeResults struct {
	Score            float64          `json:"score"` // overrides the sum of the tests
	ExecutionTime    int64            `json:"execution_time"`
	Output           string           `json:"output"`
	OutputFormat     string           `json:"output_format"`
	TestOutputFormat string           `json:"test_output_format"`
	TestNameFormat   string           `json:"test_name_format"`
	Visibility       string           `json:"visibility"`
	StdoutVisibility string           `json:"stdout_visibility"`
	Tests            []GradescopeTest `json:"tests"`
}

// GradescopeTest is one check's part of it.
type GradescopeTest struct {
	Score      float64 `json:"score"`
	MaxScore   float64 `json:"max_score"`
	Status     string  `json:"status"` // passed, failed
	Name       string  `json:"name"`
	Number     string  `json:"number"`
	Output     string  `json:"output"`
	Visibility string  `json:"visibility"`
}

// Gradescope writes a report as results.json, as the page "Autograder Specifications" of Gradescope's autograder
// documentation describes it. Public checks are visible; hidden ones after_published, that is when the teacher publishes
// the grades, and even then they hold no input, answer or expected value. (Gradescope shows no total score to a student
// as long as a test is hidden.) The standard output of run_autograder stays hidden; what the student's program printed
// before the first hidden check is part of the output. All text is shown as text: no HTML or Markdown of a student's is
// rendered. If a check failed in the grader the error is ErrGraderFault, and nothing is written: Gradescope then says
// that the autograder failed, and gives no points.
func Gradescope(w io.Writer, r *grading.Report) error {
	if r.GraderFault != "" {
		return ErrGraderFault
	}
	g := GradescopeResults{Score: r.Score, ExecutionTime: int64(math.Ceil(max(0, r.Duration))), Output: overall(r), OutputFormat: "text",
		TestOutputFormat: "text", TestNameFormat: "text", Visibility: "visible", StdoutVisibility: "hidden", Tests: []GradescopeTest{}}
	for i, s := range forStudent(r) {
		c := r.Checks[i]
		t := GradescopeTest{Score: c.Earned, MaxScore: c.Points, Status: "failed", Name: s.name, Number: strconv.Itoa(i + 1), Output: s.text, Visibility: "after_published"}
		if c.Verdict == grading.Pass {
			t.Status, t.Output = "passed", words(c.Verdict)
		}
		if c.Public {
			t.Visibility = "visible"
		}
		g.Tests = append(g.Tests, t)
	}
	return writeJSON(w, g)
}

// overall is what is said of the submission as a whole.
func overall(r *grading.Report) string {
	var b strings.Builder
	b.WriteString(r.Title + "\n")
	for _, n := range r.Notes {
		b.WriteString("note: " + n + "\n")
	}
	if r.Verdict == grading.Unbuildable {
		b.WriteString("\n" + problems(r) + "\n")
	}
	if out := openOutput(r); out != "" {
		b.WriteString("\nYour program printed before the first hidden check began:\n" + cut(out, 4000, "… (cut)") + "\n")
	}
	if r.Sandbox != "" {
		b.WriteString("\nSandbox: " + r.Sandbox + "\n")
	}
	return grading.Printable(b.String())
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
