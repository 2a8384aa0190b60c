package nb

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// Table shows rows under a header, with a caption. The first cell of a row is its
// heading; columns of numbers are set flush right. A row may be shorter than the
// header; cells hold plain text. In a terminal, and in the text form of the output,
// the columns are aligned with spaces.
func Table(caption string, header []string, rows [][]string) {
	text := textTable(caption, header, rows)
	if out.notebook() {
		out.send(map[protocol.MIMEType]any{
			protocol.MIMETextHTML:  htmlTable(caption, header, rows),
			protocol.MIMETextPlain: text,
		})
		return
	}
	out.printf("%s\n", text)
}

var number = regexp.MustCompile(`^[-+−±≈<>≤≥ ]*[0-9][0-9., \x{202f}]*([eE][-+−]?[0-9]+|×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?( ?± ?[0-9.,]+)?\s*(%|×|ms|s|µs|min|MB|GB|KB)?$`)

// numeric tells for each column below the header whether all its cells are numbers.
func numeric(columns int, rows [][]string) []bool {
	is := make([]bool, columns)
	for i := range is {
		seen := false
		is[i] = i > 0
		for _, r := range rows {
			if i < len(r) && strings.Trim(r[i], " –—-") != "" {
				seen = true
				is[i] = is[i] && number.MatchString(strings.TrimPrefix(r[i], "⏱ "))
			}
		}
		is[i] = is[i] && seen
	}
	return is
}

func columns(header []string, rows [][]string) int {
	n := len(header)
	for _, r := range rows {
		n = max(n, len(r))
	}
	return n
}

func htmlTable(caption string, header []string, rows [][]string) string {
	right := numeric(columns(header, rows), rows)
	side := func(i int) string {
		if right[i] {
			return ` style="text-align:right"`
		}
		return ` style="text-align:left"`
	}
	var b strings.Builder
	b.WriteString("<table>\n")
	if caption != "" {
		fmt.Fprintf(&b, "<caption style=\"text-align:left\">%s</caption>\n", html.EscapeString(caption))
	}
	if len(header) > 0 {
		b.WriteString("<thead><tr>")
		for i, h := range header {
			fmt.Fprintf(&b, `<th scope="col"%s>%s</th>`, side(i), html.EscapeString(h))
		}
		b.WriteString("</tr></thead>\n")
	}
	b.WriteString("<tbody>\n")
	for _, r := range rows {
		b.WriteString("<tr>")
		for i, c := range r {
			tag := "td"
			if i == 0 {
				tag = "th"
				b.WriteString(`<th scope="row"`)
			} else {
				b.WriteString("<td")
			}
			fmt.Fprintf(&b, "%s>%s</%s>", side(i), html.EscapeString(c), tag)
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody>\n</table>")
	return b.String()
}

func textTable(caption string, header []string, rows [][]string) string {
	right := numeric(columns(header, rows), rows)
	width := make([]int, len(right))
	for _, r := range append([][]string{header}, rows...) {
		for i, c := range r {
			width[i] = max(width[i], utf8.RuneCountInString(c))
		}
	}
	var b strings.Builder
	if caption != "" {
		b.WriteString(caption + "\n")
	}
	line := func(r []string) {
		var l strings.Builder
		for i, c := range r {
			gap := strings.Repeat(" ", width[i]-utf8.RuneCountInString(c))
			if right[i] {
				l.WriteString(gap + c + "  ")
			} else {
				l.WriteString(c + gap + "  ")
			}
		}
		b.WriteString(strings.TrimRight(l.String(), " ") + "\n")
	}
	if len(header) > 0 {
		line(header)
		n := -2
		for _, w := range width {
			n += w + 2
		}
		b.WriteString(strings.Repeat("─", max(n, 0)) + "\n")
	}
	for _, r := range rows {
		line(r)
	}
	return strings.TrimRight(b.String(), "\n")
}
