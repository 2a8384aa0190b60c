package nb

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"nncourse/lib/workspace"

	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// Grade shows how far the exercise is solved: the public checks as a table, with what was given, computed and
// expected, the likely cause and the next hint, and below it the hints of exercises/SLUG/HINTS.md, folded.
//
// It grades the functions that this notebook's cells declare, in the form in which they were last run: saving is not
// needed. Where no cell declares them, or the cells still hold the exercise's stub, it grades the files in
// exercises/SLUG. An exercise that is not solved does not end the cell; a course that cannot grade does, as a failed
// Check.
func Grade(slug string) {
	root, err := workspace.Root()
	if err != nil {
		fail(err)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	g, err := grade(ctx, root, slug, program())
	if err != nil {
		fail(err)
		return
	}
	if !out.notebook() {
		out.printf("%s\n", g.text())
		return
	}
	out.send(map[protocol.MIMEType]any{protocol.MIMETextHTML: g.html(), protocol.MIMETextPlain: g.text()})
	if hints := g.hints(); hints != "" {
		out.send(map[protocol.MIMEType]any{protocol.MIMETextMarkdown: hints, protocol.MIMETextPlain: "Hints in three steps: exercises/" + g.Exercise + "/HINTS.md"})
	}
}

// program gives the source that the kernel made for the running cell: it holds the declarations of all cells that were
// run. "" outside a kernel.
func program() string {
	dir := os.Getenv(protocol.GONB_TMP_DIR_ENV)
	if dir == "" || !out.notebook() {
		return ""
	}
	for _, name := range []string{"main.go", "main_test.go"} { // the latter for a cell with %test
		if file := filepath.Join(dir, name); exists(file) {
			return file
		}
	}
	return ""
}

func exists(file string) bool { _, err := os.Stat(file); return err == nil }

// grade asks the course command: this library does not know the grader.
func grade(ctx context.Context, root, slug, file string) (*graded, error) {
	args := []string{"tool", "course", "grade", "--exercise", slug, "--cell=" + file}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	for _, kv := range os.Environ() {
		// The kernel's flags would build another command than the one that set-up made; and its pipes are not for others.
		if name, _, _ := strings.Cut(kv, "="); name != "GOFLAGS" && name != protocol.GONB_PIPE_ENV && name != protocol.GONB_PIPE_BACK_ENV {
			cmd.Env = append(cmd.Env, kv)
		}
	}
	cmd.Env = append(cmd.Env, "GOFLAGS=", workspace.RootEnv+"="+root)
	cmd.WaitDelay = 2 * time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("nb: grading %s took longer than two minutes", slug)
	case errors.Is(err, exec.ErrNotFound):
		return nil, fmt.Errorf("nb: grading needs the go command on PATH")
	case err != nil:
		return nil, fmt.Errorf("nb: %s could not be graded: %w", slug, errors.New(strings.TrimSpace(stderr.String())))
	}
	g := &graded{}
	if err := json.Unmarshal(stdout.Bytes(), g); err != nil {
		return nil, fmt.Errorf("nb: the course command answered something else than a grade: %w", err)
	}
	if g.Report != nil && g.Report.GraderFault != "" {
		return nil, fmt.Errorf("nb: the exercise's own checks are wrong; tell the teacher: %s", g.Report.GraderFault)
	}
	return g, nil
}

// graded is what `course grade --cell` answers.
type graded struct {
	Exercise, Title, Source, State string
	Functions, Missing, Helpers    []string
	Report                         *gradeReport
	Hints                          []struct{ Title, Body string }
}

type gradeReport struct {
	Score, Max float64
	Verdict    string
	Checks     []gradeCheck
	Problems   []struct{ Place, Source, Message, Explain string }
	// GraderFault is not the student's.
	GraderFault string `json:"grader_fault"`
}

type gradeCheck struct {
	Title          string
	Points, Earned float64
	Verdict        string
	Failures       []struct{ Input, Computed, Expected, Error, Cause, Hint string }
}

func points(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// and joins names: "A, B and C".
func and(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// headline says how far the exercise is, and what to do next.
func (g *graded) headline() (status, next string) {
	r := g.Report
	where := "in cells of this notebook, and run them; or write them in exercises/" + g.Exercise
	switch {
	case g.State == "missing":
		return "Not solved yet.", fmt.Sprintf("No cell that you have run declares %s. Run the cell that does, then run this one again.", and(g.Missing))
	case g.State == "unwritten" && g.Source == "cells":
		return "Not solved yet.", fmt.Sprintf("Write %s in place of the stub, run that cell, then run this one again.", and(g.Functions))
	case g.State == "unwritten":
		return "Not solved yet.", fmt.Sprintf("Write %s %s. Then run this cell again.", and(g.Functions), where)
	case r.Verdict == "unbuildable":
		return "Nothing could be run.", "Mend the first place below, then run this cell again."
	case r.Verdict == "pass":
		return fmt.Sprintf("✓ All public checks hold: %s of %s points.", points(r.Score), points(r.Max)),
			"They are a beginning: the grader has hidden checks too, on other inputs."
	}
	return fmt.Sprintf("%s of %s points of the public checks.", points(r.Score), points(r.Max)), "Start with the first ✗."
}

// notes are what the reader should know of how it was graded.
func (g *graded) notes() []string {
	var notes []string
	if g.State == "graded" && g.Source == "folder" {
		notes = append(notes, "Graded: the files in exercises/"+g.Exercise+", because no cell holds a solution.")
	}
	if g.State == "graded" && g.Report.Verdict == "pass" && len(g.Helpers) > 0 {
		notes = append(notes, fmt.Sprintf("The functions use %s. When the notebook's file is graded, only cells with the tag exercise:%s count: let these be in one.", and(g.Helpers), g.Exercise))
	}
	return notes
}

func (g *graded) mark(c gradeCheck) string {
	switch {
	case c.Verdict == "pass":
		return "✓"
	case g.State == "unwritten":
		return "○"
	}
	return "✗"
}

// verdict adds what is neither pass nor fail.
func (c gradeCheck) title() string {
	switch c.Verdict {
	case "pass", "fail", "unbuildable":
		return c.Title
	}
	return c.Title + " — " + c.Verdict
}

// text is the plain form.
func (g *graded) text() string {
	var b strings.Builder
	status, next := g.headline()
	fmt.Fprintf(&b, "%s: %s %s\n", g.Title, status, next)
	line := func(name, text string) {
		if text = strings.TrimSpace(text); text != "" {
			fmt.Fprintf(&b, "        %-9s %s\n", name, strings.ReplaceAll(text, "\n", "\n                  "))
		}
	}
	if r := g.Report; r != nil && r.Verdict == "unbuildable" {
		for _, p := range r.Problems {
			fmt.Fprintf(&b, "  %s\n", strings.TrimSpace(p.Place+"  "+p.Message))
			line("line", p.Source)
			line("→", p.Explain)
		}
	} else if r != nil {
		for _, c := range r.Checks {
			fmt.Fprintf(&b, "  %s %s/%s %s\n", g.mark(c), points(c.Earned), points(c.Points), c.title())
			for _, f := range c.Failures {
				line("input", f.Input)
				line("computed", f.Computed)
				line("expected", f.Expected)
				if g.State != "unwritten" {
					line("error", f.Error)
				}
				line("likely", f.Cause)
				line("hint", f.Hint)
			}
		}
	}
	for _, n := range g.notes() {
		fmt.Fprintln(&b, n)
	}
	return strings.TrimRight(b.String(), "\n")
}

// html is the table.
func (g *graded) html() string {
	var b strings.Builder
	esc := func(s string) string {
		return strings.ReplaceAll(html.EscapeString(strings.TrimSpace(s)), "\n", "<br>")
	}
	status, next := g.headline()
	const left = ` style="text-align:left;vertical-align:top"`
	fmt.Fprintf(&b, "<div class=\"course-grade\" role=\"group\" aria-label=\"%s\">\n<p><strong>%s: %s</strong> %s</p>\n",
		html.EscapeString(g.Title+", graded"), esc(g.Title), esc(status), esc(next))
	row := func(tag string, attrs string, cells ...string) {
		b.WriteString("<tr>")
		for i, c := range cells {
			t, scope := tag, ""
			if i == 0 && tag == "td" {
				t, scope = "th", ` scope="row"`
			} else if tag == "th" {
				scope = ` scope="col"`
			}
			fmt.Fprintf(&b, "<%s%s%s%s>%s</%s>", t, scope, attrs, left, c, t)
		}
		b.WriteString("</tr>\n")
	}
	switch r := g.Report; {
	case r == nil:
	case r.Verdict == "unbuildable":
		b.WriteString("<table>\n<thead>")
		row("th", "", "Where", "Your line", "What is wrong", "What to do")
		b.WriteString("</thead>\n<tbody>\n")
		for _, p := range r.Problems {
			row("td", "", esc(p.Place), "<code>"+esc(p.Source)+"</code>", esc(p.Message), esc(p.Explain))
		}
		b.WriteString("</tbody>\n</table>\n")
	default:
		b.WriteString("<table>\n<thead>")
		row("th", "", "Public check", "Points", "Input", "Computed", "Expected", "Likely cause, next hint")
		b.WriteString("</thead>\n<tbody>\n")
		for _, c := range r.Checks {
			first, share := g.mark(c)+" "+esc(c.title()), points(c.Earned)+"/"+points(c.Points)
			if len(c.Failures) == 0 {
				fmt.Fprintf(&b, `<tr><th scope="row"%s>%s</th><td%s>%s</td><td colspan="4"%s>holds</td></tr>`+"\n", left, first, left, share, left)
				continue
			}
			for i, f := range c.Failures {
				if i > 0 {
					first, share = "", ""
				}
				var help []string
				if f.Cause != "" {
					help = append(help, esc(f.Cause))
				}
				if f.Hint != "" {
					help = append(help, "<em>"+esc(f.Hint)+"</em>")
				}
				if len(help) == 0 {
					help = append(help, "see the hints below")
				}
				computed := esc(f.Computed)
				if g.State == "unwritten" {
					computed = "not written yet"
				} else if f.Error != "" {
					computed += "<br><small>" + esc(f.Error) + "</small>"
				}
				row("td", "", first, share, esc(f.Input), computed, esc(f.Expected), strings.Join(help, "<br>"))
			}
		}
		b.WriteString("</tbody>\n</table>\n")
	}
	for _, n := range g.notes() {
		fmt.Fprintf(&b, "<p><small>%s</small></p>\n", esc(n))
	}
	b.WriteString("</div>")
	return b.String()
}

// hints is Markdown, each step folded, "" if all is done or there are none.
func (g *graded) hints() string {
	if len(g.Hints) == 0 || g.Report != nil && g.Report.Verdict == "pass" {
		return ""
	}
	var b strings.Builder
	b.WriteString("**Hints.** Open one, close it, try again.\n\n")
	for _, h := range g.Hints {
		fmt.Fprintf(&b, "<details><summary>%s</summary>\n\n%s\n\n</details>\n\n", html.EscapeString(h.Title), h.Body)
	}
	return strings.TrimSpace(b.String()) + "\n"
}
