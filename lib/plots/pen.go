package plots

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"
	"strings"

	xfont "golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/vg"
)

// pen draws on a rectangle of a canvas. Its coordinates are CSS pixels from the
// rectangle's top left corner, y downwards.
type pen struct {
	*page
	c      vg.Canvas
	ox, oy float64    // the rectangle's top left corner on the canvas
	w, h   float64    // the rectangle's size
	total  float64    // height of the canvas
	vector bool       // SVG
	raster draw.Image // what the canvas paints on, if not vector
}

// page is what all pens of one canvas share.
type page struct {
	err   error // the first error
	photo bool  // it holds a photograph: keep its colours
}

func newPen(c vg.Canvas, w, h int, vector bool) *pen {
	return &pen{page: new(page), c: c, w: float64(w), h: float64(h), total: float64(h), vector: vector}
}

// sub returns a pen for a part of p's rectangle.
func (p *pen) sub(x, y, w, h float64) *pen {
	q := *p
	q.ox, q.oy, q.w, q.h = p.ox+x, p.oy+y, w, h
	return &q
}

func (p *pen) pt(x, y float64) vg.Point {
	return vg.Point{X: vg.Length(p.ox + x), Y: vg.Length(p.total - p.oy - y)}
}

// stroke is the style of a line.
type stroke struct {
	colour color.Color
	width  float64
	dash   []float64
}

func (p *pen) path(closed bool, xy ...float64) vg.Path {
	var path vg.Path
	for i := 0; i+1 < len(xy); i += 2 {
		if i == 0 {
			path.Move(p.pt(xy[0], xy[1]))
		} else {
			path.Line(p.pt(xy[i], xy[i+1]))
		}
	}
	if closed {
		path.Close()
	}
	return path
}

// line draws the polygonal line through x₀,y₀,x₁,y₁,….
func (p *pen) line(s stroke, xy ...float64) { p.strokePath(s, p.path(false, xy...)) }

func (p *pen) strokePath(s stroke, path vg.Path) {
	if len(path) == 0 {
		return
	}
	p.c.SetColor(s.colour)
	p.c.SetLineWidth(vg.Length(s.width))
	var dash []vg.Length
	for _, d := range s.dash {
		dash = append(dash, vg.Length(d))
	}
	p.c.SetLineDash(dash, 0)
	p.c.Stroke(path)
}

func (p *pen) fill(c color.Color, path vg.Path) {
	if len(path) == 0 {
		return
	}
	p.c.SetColor(c)
	p.c.Fill(path)
}

func (p *pen) polygon(c color.Color, xy ...float64) { p.fill(c, p.path(true, xy...)) }

func (p *pen) rect(x, y, w, h float64, c color.Color) {
	p.polygon(c, x, y, x+w, y, x+w, y+h, x, y+h)
}

func (p *pen) frame(x, y, w, h float64, s stroke) {
	p.strokePath(s, p.path(true, x, y, x+w, y, x+w, y+h, x, y+h))
}

// image draws img into a rectangle, every pixel of it a crisp rectangle: in the PNG by
// the nearest pixel, past the canvas, which would blur.
func (p *pen) image(x, y, w, h float64, img image.Image) {
	if p.vector {
		p.c.DrawImage(vg.Rectangle{Min: p.pt(x, y+h), Max: p.pt(x+w, y)}, img)
		return
	}
	device := func(v float64) int { return int(math.Round(v * pngScale)) }
	to := image.Rect(device(p.ox+x), device(p.oy+y), device(p.ox+x+w), device(p.oy+y+h))
	b := img.Bounds()
	for v := range to.Dy() {
		sy := b.Min.Y + v*b.Dy()/to.Dy()
		for u := range to.Dx() {
			p.raster.Set(to.Min.X+u, to.Min.Y+v, img.At(b.Min.X+u*b.Dx()/to.Dx(), sy))
		}
	}
}

// type styles
type style struct {
	size   float64 // px
	bold   bool
	colour color.Color
}

var (
	titleStyle   = style{15, true, ink}
	labelStyle   = style{12.5, false, inkSoft}
	tickStyle    = style{11.5, false, inkSoft}
	legendStyle  = style{12.5, false, ink}
	captionStyle = style{12, false, ink}
)

var fonts = font.NewCache(liberation.Collection())

func (s style) face(size float64) font.Face {
	f := font.Font{Typeface: "Liberation", Variant: "Sans"}
	if s.bold {
		f.Weight = xfont.WeightBold
	}
	return fonts.Lookup(f, vg.Length(size))
}

// anchor says which point of a text lies at x.
type anchor float64

const (
	left   anchor = 0
	centre anchor = 0.5
	right  anchor = 1
)

// scripts maps superscript and subscript characters to the ones they are made of.
var scripts = func() map[rune]rune {
	m := make(map[rune]rune)
	const (
		sup, supBase = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿᵀ", "0123456789+−()nT"
		sub, subBase = "₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₖₙᵢⱼ", "0123456789+−()knij"
	)
	for k, r := range []rune(sup) {
		m[r] = []rune(supBase)[k]
	}
	for k, r := range []rune(sub) {
		m[r] = -[]rune(subBase)[k]
	}
	return m
}()

// run is a stretch of text of one size and height.
type run struct {
	text  string
	shift int // +1 superscript, −1 subscript
}

func runs(s string) []run {
	var out []run
	for _, r := range s {
		shift := 0
		if b, ok := scripts[r]; ok {
			if r, shift = b, 1; b < 0 {
				r, shift = -b, -1
			}
		}
		if n := len(out); n > 0 && out[n-1].shift == shift {
			out[n-1].text += string(r)
		} else {
			out = append(out, run{string(r), shift})
		}
	}
	return out
}

const scriptSize = 0.72 // of the text's size

func (s style) width(txt string) float64 {
	var w float64
	for _, r := range runs(txt) {
		size := s.size
		if r.shift != 0 {
			size *= scriptSize
		}
		f := s.face(size)
		w += float64(f.Width(r.text))
	}
	return w
}

// text writes one line with its baseline at y.
func (p *pen) text(x, y float64, a anchor, s style, txt string) {
	if txt == "" {
		return
	}
	p.checkGlyphs(s, txt)
	x -= float64(a) * s.width(txt)
	for _, r := range runs(txt) {
		size, dy := s.size, 0.0
		switch r.shift {
		case 1:
			size, dy = size*scriptSize, -0.36*size
		case -1:
			size, dy = size*scriptSize, 0.2*size
		}
		f := s.face(size)
		p.c.SetColor(s.colour)
		p.c.FillString(f, p.pt(x, y+dy), r.text)
		x += float64(f.Width(r.text))
	}
}

func (p *pen) checkGlyphs(s style, txt string) {
	f := s.face(s.size)
	var b sfnt.Buffer
	for _, r := range runs(txt) {
		for _, c := range r.text {
			if i, err := f.Face.GlyphIndex(&b, c); (err != nil || i == 0) && p.err == nil {
				p.err = fmt.Errorf("plots: the figures' font has no %q (%U), in %q: write it otherwise", c, c, txt)
			}
		}
	}
}

// wrap breaks txt at spaces into lines of at most width px; "\n" always breaks.
// A single word that is too wide is cut with an ellipsis.
func (s style) wrap(txt string, width float64) []string {
	var lines []string
	for _, par := range strings.Split(txt, "\n") {
		line := ""
		for _, word := range strings.Fields(par) {
			switch next := strings.TrimSpace(line + " " + word); {
			case line == "" || s.width(next) <= width:
				line = next
			default:
				lines = append(lines, line)
				line = word
			}
		}
		lines = append(lines, line)
	}
	for i, l := range lines {
		lines[i] = s.cut(l, width)
	}
	return lines
}

// cut shortens txt to width px, with an ellipsis.
func (s style) cut(txt string, width float64) string {
	if s.width(txt) <= width {
		return txt
	}
	r := []rune(txt)
	for n := len(r) - 1; n > 0; n-- {
		if t := strings.TrimSpace(string(r[:n])) + "…"; s.width(t) <= width {
			return t
		}
	}
	return "…"
}
