package formats

import (
	"encoding/xml"
	"io"
	"math"
	"strconv"

	"nncourse/grading"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Time     string       `xml:"time,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
	Out        string          `xml:"system-out,omitempty"`
	Err        string          `xml:"system-err,omitempty"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Name    string       `xml:"name,attr"`
	Class   string       `xml:"classname,attr"`
	Time    string       `xml:"time,attr"`
	Skipped *junitReason `xml:"skipped"`
	Error   *junitReason `xml:"error"`
	Failure *junitReason `xml:"failure"`
}

type junitReason struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes reports as JUnit XML, as CI servers read it: the structure of junit-10.xsd of the Jenkins xUnit plugin,
// which is that of Maven Surefire with the element testsuites around it. A report is a testsuite. Its first testcase is
// the build; the others are the checks, hidden ones too, with all that is known: it is no format for students. A wrong
// answer is a failure; every other end of a check that is no pass is an error, whose type is the verdict; where nothing
// was built the checks are skipped. Control characters, which XML 1.0 cannot hold, are shown as ␀ to ␟.
func JUnit(w io.Writer, reports []*grading.Report) error {
	all := junitSuites{Name: "course grade", Suites: []junitSuite{}}
	total := 0.0
	for _, r := range reports {
		s := junitSuite{Name: grading.Printable(r.Exercise), Time: junitTime(r.Duration), Out: grading.Printable(r.Stdout), Err: grading.Printable(r.Stderr)}
		if r.Student != "" {
			s.Name += " · " + grading.Printable(r.Student)
		}
		for _, p := range [][2]string{{"title", r.Title}, {"target", r.Target}, {"student", r.Student}, {"attempt", r.Attempt}, {"score", float(r.Score)},
			{"max", float(r.Max)}, {"percent", float(r.Percent)}, {"verdict", string(r.Verdict)}, {"sandbox", r.Sandbox}, {"sandbox_why", r.SandboxWhy}, {"unsafe", strconv.FormatBool(r.Unsafe)},
			{"submission", r.Submission}, {"grader", r.Grader}, {"seed", r.Seed}, {"go", r.Go}, {"grader_fault", r.GraderFault}} {
			s.Properties = append(s.Properties, junitProperty{p[0], grading.Printable(p[1])})
		}
		class := "exercises." + grading.Printable(r.Exercise)
		build := junitCase{Name: "build", Class: class, Time: junitTime(r.BuildTime)}
		if r.Verdict == grading.Unbuildable {
			build.Error = &junitReason{Type: string(r.Verdict), Message: words(r.Verdict), Text: problems(r)}
			s.Errors++
		}
		s.Cases = append(s.Cases, build)
		for _, c := range r.Checks {
			x := junitCase{Name: grading.Printable(c.Title), Class: class, Time: junitTime(c.Seconds)}
			reason := &junitReason{Type: grading.Printable(string(c.Verdict)), Message: words(c.Verdict)}
			for _, f := range c.Failures {
				if f.Error != "" && reason.Text == "" {
					reason.Message = grading.Printable(f.Error)
				}
				reason.Text += explain(f)
			}
			switch c.Verdict {
			case grading.Pass:
			case grading.Unbuildable:
				x.Skipped = reason
				s.Skipped++
			case grading.Fail:
				x.Failure = reason
				s.Failures++
			default:
				x.Error = reason
				s.Errors++
			}
			s.Cases = append(s.Cases, x)
		}
		s.Tests = len(s.Cases)
		all.Tests, all.Failures, all.Errors = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors
		total += r.Duration
		all.Suites = append(all.Suites, s)
	}
	all.Time = junitTime(total)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// junitTime gives seconds as Surefire writes them: digits and a point, no sign and no exponent.
func junitTime(s float64) string {
	if math.IsNaN(s) || math.IsInf(s, 0) || s < 0 {
		s = 0
	}
	return strconv.FormatFloat(s, 'f', 3, 64)
}

func float(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
