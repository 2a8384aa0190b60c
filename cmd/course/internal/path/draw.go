package path

import (
	"fmt"
	"html"
	"math"
	"strings"
	"unicode/utf8"
)

// SVGFile is the drawn graph, relative to the course's root.
const SVGFile = "notebooks/path.svg"

// The drawing's measures in pixels: a box, the distances of columns and of rows, the margins.
const (
	boxW, boxH   = 170.0, 40.0
	pitchX       = 220.0
	pitchY       = 54.0
	marginX      = 34.0
	marginTop    = 62.0
	marginBottom = 34.0
	lineChars    = 21 // in one of a box's two lines
)

// fill and edge are each class's colours; the text on fill is dark. Okabe and Ito's hues, lightened; the numbers tell the classes too.
var (
	fill = []string{"#fbe3b4", "#cfe8f7", "#c5eadb", "#fdf6b2", "#c9dcf0", "#f7d3b8", "#f1d3e4"}
	edge = []string{"#9a6700", "#2a7fb0", "#00785a", "#8a7d00", "#005a96", "#b84a00", "#a34a7c"}
)

// Alt says what the drawing shows, for those who do not see it.
func (c *Course) Alt() string {
	arrows, roots, classes := 0, 0, 0
	for i := range c.Lessons {
		arrows += len(c.Reduced(&c.Lessons[i]))
		if len(c.Lessons[i].Needs) == 0 {
			roots++
		}
		classes = max(classes, c.Lessons[i].Class)
	}
	return fmt.Sprintf("The %d lessons of the course as boxes, a column of its own colour for each of the %d classes, in the order of their numbers from top to bottom. %d arrows lead from a lesson to those that need it, nearly all of them down or to the right; %d lessons need no other.",
		len(c.Lessons), classes, arrows, roots)
}

// SVG draws the lessons and what they need. An arrow that follows from others is left out.
func (c *Course) SVG() string {
	rows, columns := 0, 0
	for i := range c.Lessons {
		rows, columns = max(rows, c.Lessons[i].Number), max(columns, c.Lessons[i].Class)
	}
	w := 2*marginX + float64(columns-1)*pitchX + boxW
	h := marginTop + float64(rows-1)*pitchY + boxH + marginBottom
	place := func(l *Lesson) (x, y float64) {
		return marginX + float64(l.Class-1)*pitchX, marginTop + float64(l.Number-1)*pitchY
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" width="%g" height="%g" role="img" aria-labelledby="t d" font-family="system-ui, sans-serif">`+"\n", w, h, w, h)
	fmt.Fprintf(&b, "<title id=\"t\">The path through the course</title>\n<desc id=\"d\">%s</desc>\n", html.EscapeString(c.Alt()))
	fmt.Fprintf(&b, "<rect width=\"%g\" height=\"%g\" fill=\"#ffffff\"/>\n<defs>\n", w, h)
	for k := range columns {
		fmt.Fprintf(&b, "<marker id=\"a%d\" viewBox=\"0 0 8 8\" refX=\"7.5\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"%s\"/></marker>\n", k+1, edge[k%len(edge)])
	}
	b.WriteString("</defs>\n<g fill=\"none\" stroke-width=\"1.5\" stroke-opacity=\"0.75\">\n")
	for i := range c.Lessons {
		to := &c.Lessons[i]
		for _, n := range c.Reduced(to) {
			from := &c.Lessons[c.at[n]]
			x0, y0 := place(from)
			x1, y1 := place(to)
			fmt.Fprintf(&b, "<path d=\"%s\" stroke=\"%s\" marker-end=\"url(#a%d)\"/>\n", arrow(x0, y0, x1, y1, from.Class == to.Class), edge[(from.Class-1)%len(edge)], from.Class)
		}
	}
	b.WriteString("</g>\n<g fill=\"#1a1a1a\">\n")
	for k := range columns {
		fmt.Fprintf(&b, "<text x=\"%g\" y=\"36\" text-anchor=\"middle\" font-size=\"16\" font-weight=\"600\">Class %d</text>\n", marginX+float64(k)*pitchX+boxW/2, k+1)
	}
	for i := range c.Lessons {
		l := &c.Lessons[i]
		x, y := place(l)
		k := (l.Class - 1) % len(fill)
		fmt.Fprintf(&b, "<a href=\"%s\"><title>%s</title><rect x=\"%g\" y=\"%g\" width=\"%g\" height=\"%g\" rx=\"7\" fill=\"%s\" stroke=\"%s\" stroke-width=\"1.3\"/>",
			strings.TrimPrefix(l.File, "notebooks/"), html.EscapeString(l.ID+" "+l.Title), x, y, boxW, boxH, fill[k], edge[k])
		lines := label(l)
		for j, line := range lines {
			fmt.Fprintf(&b, "<text x=\"%g\" y=\"%g\" font-size=\"13\">%s</text>", x+8, y+25+16*(float64(j)-float64(len(lines)-1)/2), html.EscapeString(line))
		}
		b.WriteString("</a>\n")
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

// arrow is the curve between two boxes with upper left corners (x0, y0) and (x1, y1): within a column to the next box straight down,
// farther round on the left; to another column from side to side.
func arrow(x0, y0, x1, y1 float64, same bool) string {
	switch down := y1 - y0; {
	case same && down == pitchY:
		return fmt.Sprintf("M%g %gV%g", x0+boxW/2, y0+boxH, y1)
	case same:
		out := 8 + 1.6*math.Abs(down)/pitchY
		return fmt.Sprintf("M%g %gC%.4g %g %.4g %g %g %g", x0, y0+boxH/2, x0-1.8*out, y0+boxH/2, x1-1.8*out, y1+boxH/2, x1, y1+boxH/2)
	case x1 > x0:
		mid := (pitchX - boxW) * 1.1
		return fmt.Sprintf("M%g %gC%g %g %g %g %g %g", x0+boxW, y0+boxH/2, x0+boxW+mid, y0+boxH/2, x1-mid, y1+boxH/2, x1, y1+boxH/2)
	default: // back to an earlier class
		return fmt.Sprintf("M%g %gC%g %g %g %g %g %g", x0, y0+boxH/2, x0-20, y0+boxH/2, x1+boxW+20, y1+boxH/2, x1+boxW, y1+boxH/2)
	}
}

// label is the lesson's number and the beginning of its title up to a colon, in at most two lines.
func label(l *Lesson) []string {
	title, _, _ := strings.Cut(l.Title, ":")
	lines := []string{l.ID}
	for word := range strings.FieldsSeq(title) {
		last := len(lines) - 1
		switch {
		case utf8.RuneCountInString(lines[last])+1+utf8.RuneCountInString(word) <= lineChars:
			lines[last] += " " + word
		case last == 0:
			lines = append(lines, word)
		default:
			for utf8.RuneCountInString(lines[last])+2 > lineChars {
				cut := strings.LastIndexByte(lines[last], ' ')
				if cut < 0 {
					break
				}
				lines[last] = lines[last][:cut]
			}
			lines[last] = strings.TrimRight(lines[last], ",;") + " …"
			return lines
		}
	}
	return lines
}
