// Package testall runs every test of the course and counts what passed, failed and was skipped, with the reasons.
package testall

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sort"
	"strings"
	"time"

	"nncourse/cmd/course/internal/group"
	"nncourse/lib/workspace"
)

// Outcome is one test, notebook or exercise.
type Outcome struct {
	Suite   string  `json:"suite"` // vet, go, fuzz, notebooks, exercises, images
	Name    string  `json:"name"`
	Status  string  `json:"status"` // passed, failed, skipped
	Detail  string  `json:"detail,omitempty"`
	Seconds float64 `json:"seconds"`
}

// Status values.
const (
	Passed  = "passed"
	Failed  = "failed"
	Skipped = "skipped"
)

// testEvent is a line of `go test -json` (go doc test2json).
type testEvent struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Output     string
	Elapsed    float64
}

// GoTest runs `go test` in dir and returns one outcome for each top-level test and example, and one for each package
// that does not build or ends outside a test. A skipped subtest is counted too, so that none is silent.
func GoTest(ctx context.Context, dir string, progress io.Writer, args ...string) ([]Outcome, error) {
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-json"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(workspace.Environ(os.Environ()), "GOFLAGS=", "COURSE_HEADLESS=1")
	group.Own(cmd)
	cmd.Cancel = func() error { return group.Kill(cmd) }
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	outcomes, parseErr := parseGoTest(out, progress)
	err = cmd.Wait()
	if ctx.Err() != nil {
		return outcomes, ctx.Err()
	}
	if parseErr != nil {
		return outcomes, parseErr
	}
	if _, failed := count(outcomes); err != nil && failed == 0 {
		outcomes = append(outcomes, Outcome{Suite: "go", Name: "go test", Status: Failed, Detail: fmt.Sprintf("%v\n%s", err, stderr.String())})
	}
	return outcomes, nil
}

func parseGoTest(r io.Reader, progress io.Writer) ([]Outcome, error) {
	type key struct{ pkg, test string }
	output := map[key]*strings.Builder{}
	failedTests := map[string]int{} // package → failed top-level tests
	var outcomes []Outcome
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e testEvent
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			continue // what a test prints past the framing
		}
		if e.Package == "" {
			e.Package = e.ImportPath
		}
		pkg, _, _ := strings.Cut(e.Package, " ") // "nncourse/x [nncourse/x.test]" in build output
		k := key{pkg, e.Test}
		switch e.Action {
		case "output", "build-output":
			if output[k] == nil {
				output[k] = &strings.Builder{}
			}
			if output[k].Len() < 64<<10 {
				output[k].WriteString(e.Output)
			}
			continue
		case "pass", "fail", "skip", "build-fail":
		default:
			continue
		}
		text := ""
		if output[k] != nil {
			text = output[k].String()
			delete(output, k)
		}
		name := strings.TrimPrefix(pkg, "nncourse/")
		switch sub := strings.Contains(e.Test, "/"); {
		case e.Action == "build-fail":
			failedTests[pkg]++
			outcomes = append(outcomes, Outcome{"go", name, Failed, strings.TrimSpace(text), 0})
		case e.Test == "" && e.Action == "fail" && failedTests[pkg] == 0:
			outcomes = append(outcomes, Outcome{"go", name, Failed, strings.TrimSpace(text), e.Elapsed})
		case e.Test == "":
			if progress != nil && e.Action != "skip" {
				fmt.Fprintf(progress, "  %s %-44s %6.1f s\n", mark(e.Action), name, e.Elapsed)
			}
		case e.Action == "skip":
			outcomes = append(outcomes, Outcome{"go", name + " " + e.Test, Skipped, reason(text), e.Elapsed})
		case sub && e.Action == "fail":
			// Its words are shown with its parent, which fails too.
			parent := key{pkg, strings.SplitN(e.Test, "/", 2)[0]}
			if output[parent] == nil {
				output[parent] = &strings.Builder{}
			}
			output[parent].WriteString(text)
		case sub:
		case e.Action == "fail":
			failedTests[pkg]++
			outcomes = append(outcomes, Outcome{"go", name + " " + e.Test, Failed, strings.TrimSpace(text), e.Elapsed})
		default:
			outcomes = append(outcomes, Outcome{"go", name + " " + e.Test, Passed, "", e.Elapsed})
		}
	}
	return outcomes, lines.Err()
}

func mark(action string) string {
	if action == "pass" {
		return "✓"
	}
	return "✗"
}

// reason takes the words of t.Skip out of a test's output: "    x_test.go:12: no plugin here".
func reason(text string) string {
	var said []string
	for l := range strings.Lines(text) {
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "=== ") || strings.HasPrefix(l, "--- ") {
			continue
		}
		if file, rest, ok := strings.Cut(l, ".go:"); ok && !strings.ContainsAny(file, " ") {
			if _, words, ok := strings.Cut(rest, ": "); ok {
				l = words
			}
		}
		said = append(said, l)
	}
	if len(said) == 0 {
		return "(no reason given)"
	}
	return strings.Join(said, " ")
}

func count(o []Outcome) (passed, failed int) {
	for _, x := range o {
		switch x.Status {
		case Passed:
			passed++
		case Failed:
			failed++
		}
	}
	return passed, failed
}

// Skips groups skipped outcomes by reason, most frequent first: "7× no plugin here".
func Skips(o []Outcome) []string {
	names := map[string][]string{}
	for _, x := range o {
		if x.Status == Skipped {
			names[x.Detail] = append(names[x.Detail], x.Name)
		}
	}
	reasons := make([]string, 0, len(names))
	for r := range names {
		reasons = append(reasons, r)
	}
	sort.Slice(reasons, func(i, j int) bool {
		if len(names[reasons[i]]) != len(names[reasons[j]]) {
			return len(names[reasons[i]]) > len(names[reasons[j]])
		}
		return reasons[i] < reasons[j]
	})
	for i, r := range reasons {
		n := names[r]
		what := n[0]
		if len(n) > 1 {
			what = fmt.Sprintf("%s and %d more", n[0], len(n)-1)
		}
		reasons[i] = fmt.Sprintf("%d× %s (%s)", len(n), r, what)
	}
	return reasons
}

// Failures names what failed, each with the first words that say why: what a test reports with its file and line, or panics with, else the
// end of what was printed. A reader of the last page of a log finds them there.
func Failures(o []Outcome) []string {
	const lines, width = 8, 300
	var all []string
	for _, x := range o {
		if x.Status != Failed {
			continue
		}
		var said, whole []string
		for l := range strings.Lines(x.Detail) {
			l = strings.TrimSpace(l)
			if r := []rune(l); len(r) > width {
				l = string(r[:width]) + "…"
			}
			if l != "" && !strings.HasPrefix(l, "=== ") {
				whole = append(whole, l)
			}
			if strings.Contains(l, ".go:") || strings.HasPrefix(l, "panic:") || strings.HasPrefix(l, "fatal error:") {
				said = append(said, l)
			}
		}
		if len(said) > lines {
			said = append(said[:lines:lines], "…")
		}
		if len(said) == 0 {
			said = whole[max(0, len(whole)-lines):]
		}
		all = append(all, strings.Join(append([]string{x.Suite + ": " + x.Name}, said...), "\n    "))
	}
	return all
}
