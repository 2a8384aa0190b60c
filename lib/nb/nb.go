// Package nb shows things in a GoNB cell, and in a plain terminal.
package nb

import (
	"errors"
	"fmt"
	"html"
	"strings"
	"time"
	"unicode/utf8"

	"nncourse/lib/plots"

	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// Table shows rows under a header, with a caption above. Rows may be shorter than the
// header. In a terminal and as the text of the output it is aligned with spaces.
func Table(caption string, header []string, rows [][]string) {
	text := textTable(caption, header, rows)
	if out.notebook() {
		out.send(map[protocol.MIMEType]any{
			protocol.MIMETextHTML:  htmlTable(caption, header, rows),
			protocol.MIMETextPlain: text,
		}, "")
		return
	}
	out.printf("%s\n", text)
}

func htmlTable(caption string, header []string, rows [][]string) string {
	var b strings.Builder
	b.WriteString("<table>")
	if caption != "" {
		fmt.Fprintf(&b, "<caption>%s</caption>", html.EscapeString(caption))
	}
	b.WriteString("<thead><tr>")
	for _, h := range header {
		fmt.Fprintf(&b, `<th scope="col">%s</th>`, html.EscapeString(h))
	}
	b.WriteString("</tr></thead><tbody>")
	for _, r := range rows {
		b.WriteString("<tr>")
		for i, c := range r {
			if i == 0 {
				fmt.Fprintf(&b, `<th scope="row">%s</th>`, html.EscapeString(c))
			} else {
				fmt.Fprintf(&b, "<td>%s</td>", html.EscapeString(c))
			}
		}
		b.WriteString("</tr>")
	}
	b.WriteString("</tbody></table>")
	return b.String()
}

func textTable(caption string, header []string, rows [][]string) string {
	all := append([][]string{header}, rows...)
	var width []int
	for _, r := range all {
		for i, c := range r {
			if i == len(width) {
				width = append(width, 0)
			}
			width[i] = max(width[i], utf8.RuneCountInString(c))
		}
	}
	var b strings.Builder
	if caption != "" {
		b.WriteString(caption + "\n")
	}
	for k, r := range all {
		var line strings.Builder
		for i, c := range r {
			line.WriteString(c + strings.Repeat(" ", width[i]-utf8.RuneCountInString(c)+2))
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
		if k == 0 {
			n := -2
			for _, w := range width {
				n += w + 2
			}
			b.WriteString(strings.Repeat("─", max(n, 0)) + "\n")
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

// Markdown shows s as Markdown, with LaTeX between dollar signs; a terminal prints it.
func Markdown(s string) {
	if out.notebook() {
		out.send(map[protocol.MIMEType]any{protocol.MIMETextMarkdown: s, protocol.MIMETextPlain: s}, "")
		return
	}
	out.printf("%s\n", s)
}

// Claim is what a lesson asserts about its own numbers. If it holds, it prints
// "✓ " and the text; if not, it prints "✗ " and the text and ends the cell with exit
// code 1.
func Claim(holds bool, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if holds {
		out.printf("✓ %s\n", text)
		return
	}
	out.printf("✗ %s\n", text)
	out.sync()
	out.exit(1)
}

// Check ends the cell with one clear message and exit code 1 if err is not nil.
func Check(err error) {
	if err != nil {
		fail(err)
	}
}

// Must returns v, or ends the cell as Check does.
func Must[T any](v T, err error) T {
	Check(err)
	return v
}

func fail(err error) {
	out.printf("error: %s\n", innermost(err))
	out.sync()
	out.exit(1)
}

func innermost(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err.Error()
		}
		err = next
	}
}

// Progress shows how far a long computation is.
type Progress struct {
	label string
	total int
	last  int
}

// NewProgress starts a display of total steps.
func NewProgress(label string, total int) *Progress { return &Progress{label: label, total: total} }

// Set says that done of the total steps are done; note is shown beside, such as a loss.
func (p *Progress) Set(done int, note string) {
	if p.total > 0 && done*4/p.total > p.last {
		p.last = done * 4 / p.total
		out.printf("%s: %d/%d %s\n", p.label, done, p.total, note)
	}
}

// Done ends the display; its note stays.
func (p *Progress) Done(note string) { out.printf("%s: %s\n", p.label, note) }

// Duration writes a time as "⏱ 1.2 s". The mark tells `course run --check` not to
// compare the number.
func Duration(d time.Duration) string {
	switch {
	case d >= time.Minute:
		return fmt.Sprintf("⏱ %d min %02d s", int(d.Minutes()), int(d.Seconds())%60)
	case d >= time.Second:
		return fmt.Sprintf("⏱ %.1f s", d.Seconds())
	case d >= time.Millisecond:
		return fmt.Sprintf("⏱ %.3g ms", float64(d)/1e6)
	}
	return fmt.Sprintf("⏱ %.3g µs", float64(d)/1e3)
}

// Predict asks the reader to commit to a guess before the next cell runs. It shows the
// question and the options, each to be opened by a click.
func Predict(question string, options ...string) {
	text := "Predict first: " + question
	for i, o := range options {
		text += fmt.Sprintf("\n  %c) %s", 'a'+i, o)
	}
	out.printf("%s\n", text)
}

// Answer shows summary with body folded below it.
func Answer(summary, body string) {
	text := summary + "\n" + body
	if out.notebook() {
		out.send(map[protocol.MIMEType]any{
			protocol.MIMETextHTML:  "<details><summary>" + html.EscapeString(summary) + "</summary>" + html.EscapeString(body) + "</details>",
			protocol.MIMETextPlain: text,
		}, "")
		return
	}
	out.printf("%s\n", text)
}

// Frames shows one of several figures, chosen with a slider that works in the page
// alone, without the kernel. labels name the positions.
func Frames(alt string, labels []string, figs ...*plots.Figure) {
	if len(figs) > 0 {
		Show(figs[len(figs)-1])
	}
}
