package formats

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nncourse/grading"
)

// node is an element as it stands in the file.
type node struct {
	name     string
	attr     map[string]string
	children []*node
	text     string
}

// parseXML reads one element strictly.
func parseXML(data []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	var root *node
	var open []*node
	for {
		token, err := d.Token()
		if err == io.EOF {
			if root == nil {
				return nil, fmt.Errorf("no element")
			}
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		switch x := token.(type) {
		case xml.StartElement:
			n := &node{name: x.Name.Local, attr: map[string]string{}}
			for _, a := range x.Attr {
				if _, twice := n.attr[a.Name.Local]; twice {
					return nil, fmt.Errorf("%s has %s twice", n.name, a.Name.Local)
				}
				n.attr[a.Name.Local] = a.Value
			}
			switch {
			case len(open) > 0:
				open[len(open)-1].children = append(open[len(open)-1].children, n)
			case root == nil:
				root = n
			default:
				return nil, fmt.Errorf("two roots")
			}
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text += string(x)
			}
		}
	}
}

// element is what junit-10.xsd (Jenkins xUnit plugin; its sequences and choices here are all "any number, any order",
// but for properties, where stated) says of an element.
type element struct {
	required, optional, children []string
	text                         bool // mixed content, or xs:string
}

var junitXSD = map[string]element{
	"testsuites": {optional: []string{"name", "time", "tests", "failures", "errors"}, children: []string{"testsuite"}},
	"testsuite": {required: []string{"name", "tests", "failures", "errors"},
		optional: []string{"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
		children: []string{"testsuite", "properties", "testcase", "system-out", "system-err"}},
	"properties": {children: []string{"property"}},
	"property":   {required: []string{"name", "value"}},
	"testcase": {required: []string{"name"}, optional: []string{"time", "classname", "group"},
		children: []string{"skipped", "error", "failure", "rerunFailure", "rerunError", "flakyFailure", "flakyError", "system-out", "system-err"}},
	"failure":    {optional: []string{"type", "message"}, text: true},
	"error":      {optional: []string{"type", "message"}, text: true},
	"skipped":    {optional: []string{"type", "message"}, text: true},
	"system-out": {text: true},
	"system-err": {text: true},
}

// surefireTime is the pattern of SUREFIRE_TIME in the same file.
var surefireTime = regexp.MustCompile(`^((([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?)$`)

// junitErrors tells what the published structure forbids, and where the counts do not agree with what is there.
func junitErrors(data []byte) (bad []string) {
	root, err := parseXML(data)
	if err != nil {
		return []string{err.Error()}
	}
	if root.name != "testsuites" && root.name != "testsuite" {
		bad = append(bad, "the root is "+root.name)
	}
	var walk func(n *node) (tests, failures, errors, skipped int)
	walk = func(n *node) (tests, failures, errors, skipped int) {
		rule, ok := junitXSD[n.name]
		if !ok {
			bad = append(bad, "no element is called "+n.name)
			return
		}
		for _, a := range rule.required {
			if _, ok := n.attr[a]; !ok {
				bad = append(bad, n.name+" lacks "+a)
			}
		}
		for a := range n.attr {
			if !slices.Contains(rule.required, a) && !slices.Contains(rule.optional, a) {
				bad = append(bad, n.name+" has no attribute "+a)
			}
		}
		if !rule.text && strings.TrimSpace(n.text) != "" {
			bad = append(bad, fmt.Sprintf("%s holds the text %q", n.name, n.text))
		}
		if t, ok := n.attr["time"]; ok && !surefireTime.MatchString(t) {
			bad = append(bad, fmt.Sprintf("%s has the time %q", n.name, t))
		}
		for _, c := range n.children {
			if !slices.Contains(rule.children, c.name) {
				bad = append(bad, n.name+" cannot hold "+c.name)
			}
			t, f, e, s := walk(c)
			tests, failures, errors, skipped = tests+t, failures+f, errors+e, skipped+s
		}
		switch n.name {
		case "testcase":
			tests++
			if failures+errors+skipped > 1 {
				bad = append(bad, n.attr["name"]+" ended in several ways")
			}
		case "failure":
			failures++
		case "error":
			errors++
		case "skipped":
			skipped++
		case "testsuites", "testsuite":
			for a, want := range map[string]int{"tests": tests, "failures": failures, "errors": errors, "skipped": skipped} {
				if got, ok := n.attr[a]; ok && got != strconv.Itoa(want) {
					bad = append(bad, fmt.Sprintf("%s says %s=%s, there are %d", n.name, a, got, want))
				}
			}
		}
		return
	}
	walk(root)
	return bad
}

func junit(t *testing.T, r ...*grading.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := JUnit(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// nasty is text that XML, JSON, CSV and terminals dislike.
const nasty = "a<b>&\"'\x00\x01\x1b[31m\x7f\xff\ufffe]]>\r\n\tz"

func spoiled(verdict grading.Verdict) *grading.Report {
	return &grading.Report{Exercise: "sample", Title: nasty, Target: nasty, Student: nasty, Max: 3, Verdict: verdict, Duration: -1,
		Stdout: nasty, Stderr: nasty, StdoutOpen: len(nasty), StderrOpen: 1 << 20,
		Checks: []grading.CheckResult{
			{ID: "a", Title: nasty, Points: 1, Verdict: verdict, Public: true, Seconds: 1234567.0004, Failures: []grading.Failure{{Input: nasty, Computed: nasty, Expected: nasty, Error: nasty, Cause: nasty, Hint: nasty}}},
			{ID: "b", Title: "hidden title", Points: 2, Earned: 2, Verdict: grading.Pass}}}
}

var verdicts = []grading.Verdict{grading.Fail, grading.Error, grading.Timeout, grading.Crash, grading.OutOfMemory, grading.Unbuildable}

func TestJUnitHasThePublishedStructure(t *testing.T) {
	var all []*grading.Report
	for _, r := range reports(t) {
		all = append(all, r)
	}
	for _, v := range verdicts {
		all = append(all, spoiled(v))
	}
	for _, r := range all {
		if bad := junitErrors([]byte(junit(t, r))); bad != nil {
			t.Errorf("%s, %s: %s\n%s", r.Target, r.Verdict, strings.Join(bad, "; "), junit(t, r))
		}
	}
	for _, some := range [][]*grading.Report{nil, all} {
		if bad := junitErrors([]byte(junit(t, some...))); bad != nil {
			t.Errorf("%d reports: %s", len(some), strings.Join(bad, "; "))
		}
	}
}

func TestJUnitSaysWhatHappened(t *testing.T) {
	r := reports(t)
	for name, want := range map[string]string{
		"pass":        `tests="6" failures="0" errors="0" skipped="0"`,
		"fail":        `tests="6" failures="2" errors="0" skipped="0"`,
		"unbuildable": `tests="6" failures="0" errors="1" skipped="5"`,
	} {
		if text := junit(t, r[name]); !strings.Contains(text, want) {
			t.Errorf("%s: %s is missing in\n%s", name, want, text)
		}
	}
	root, err := parseXML([]byte(junit(t, spoiled(grading.Crash))))
	if err != nil {
		t.Fatal(err)
	}
	c := root.children[0].children[2] // after properties and the build
	if c.name != "testcase" || c.attr["time"] != "1234567.000" || len(c.children) != 1 || c.children[0].name != "error" || c.children[0].attr["type"] != "crash" {
		t.Fatalf("the crash is written as %+v", c)
	}
	want := "a<b>&\"'␀␁␛[31m␡\ufffd\ufffd]]>␍\n\tz"
	if got := c.attr["name"]; got != want {
		t.Errorf("the title comes back as %q, want %q", got, want)
	}
	if got := c.children[0].text; !strings.Contains(got, "expected: "+want) {
		t.Errorf("the failure comes back as %q", got)
	}
}

// The rules refuse what breaks them, so the tests above say something.
func TestJUnitRulesRefuse(t *testing.T) {
	good := junit(t, reports(t)["fail"])
	for old, new := range map[string]string{
		`<testsuites `:                  `<testsuites skipped="0" `,
		` failures="2" errors="0" skip`: ` failures="1" errors="0" skip`,
		`<testcase name="build"`:        `<testcase`,
		`</testcase>`:                   `<output></output></testcase>`,
		`<property name="title"`:        `<property key="title"`,
		`time="`:                        `time="-`,
		`</properties>`:                 `</properties>text`,
		`</testsuites>`:                 ``,
	} {
		bad := strings.Replace(good, old, new, 1)
		if bad == good || junitErrors([]byte(bad)) == nil {
			t.Errorf("%s for %s is taken", new, old)
		}
	}
}
