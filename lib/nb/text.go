package nb

import (
	"fmt"
	"html"
	"strings"
	"time"

	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// Markdown shows s as Markdown, with LaTeX between dollar signs; a terminal prints it
// as it is.
func Markdown(s string) { markdown(s, s) }

func markdown(rich, text string) {
	if out.notebook() {
		out.send(map[protocol.MIMEType]any{protocol.MIMETextMarkdown: rich, protocol.MIMETextPlain: text})
		return
	}
	out.printf("%s\n", text)
}

// Claim is what a lesson asserts about its own numbers. If it holds, it prints "✓ "
// and the text. If not, it prints "✗ " and the text and ends the cell with exit code 1,
// after all earlier output has arrived. NaN makes comparisons false, so write claims as
// what must hold: nb.Claim(err <= tol, …), never !(err > tol).
func Claim(holds bool, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if holds {
		out.printf("✓ %s\n", text)
		return
	}
	out.printf("✗ %s\n", text)
	out.end(1)
}

// Duration writes a time with three digits at most, as "⏱ 1.2 s". The mark tells
// `course run --check` that the number is not to be compared.
func Duration(d time.Duration) string {
	s := d.Seconds()
	switch {
	case d < 0:
		return "⏱ −" + strings.TrimPrefix(Duration(-d), "⏱ ")
	case s >= 99.95:
		return fmt.Sprintf("⏱ %.0f s", s)
	case s >= 0.9995:
		return fmt.Sprintf("⏱ %.1f s", s)
	case s >= 0.9995e-3:
		return fmt.Sprintf("⏱ %s ms", three(s*1e3))
	}
	return fmt.Sprintf("⏱ %s µs", three(s*1e6))
}

// three writes 0 ≤ v < 1000 with two or three digits.
func three(v float64) string {
	switch {
	case v >= 9.95:
		return fmt.Sprintf("%.0f", v)
	default:
		return fmt.Sprintf("%.1f", v)
	}
}

// Predict asks for a guess before the next cell runs. Options are shown as lines to be
// opened by a click, only one at a time; without options there is one line to be opened
// once the guess is written down. Question and options may hold LaTeX between dollar
// signs. It works in a page without a kernel, and is a plain list in a terminal.
func Predict(question string, options ...string) {
	var rich, text strings.Builder
	fmt.Fprintf(&rich, "**Predict first.** %s\n\n", question)
	fmt.Fprintf(&text, "Predict first: %s", question)
	const commit = "Your guess. Say in one sentence why, then run the next cell."
	for i, o := range options {
		fmt.Fprintf(&rich, "<details name=\"predict\"><summary>%c. %s</summary>%s</details>\n", 'a'+i%26, html.EscapeString(o), commit)
		fmt.Fprintf(&text, "\n  %c. %s", 'a'+i%26, o)
	}
	if len(options) == 0 {
		rich.WriteString("<details><summary>My guess is written down.</summary>Then run the next cell.</details>\n")
	}
	markdown(rich.String(), text.String())
}

// Answer shows summary, with body folded away below it until the reader clicks. Body is
// Markdown and may hold LaTeX between dollar signs. A terminal prints both.
func Answer(summary, body string) {
	markdown(fmt.Sprintf("<details><summary>%s</summary>\n\n%s\n\n</details>\n", html.EscapeString(summary), strings.TrimSpace(body)),
		summary+"\n  "+strings.ReplaceAll(strings.TrimSpace(body), "\n", "\n  "))
}
