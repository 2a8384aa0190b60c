package plots

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"io"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"nncourse/lib/workspace"
)

// Figure is a finished picture.
type Figure struct {
	// Alt says in words what is to be seen. Never empty.
	Alt string
	// SVG and PNG hold the same picture. The SVG carries Alt as its title and
	// description; the PNG has 2·Width × 2·Height pixels.
	SVG, PNG []byte
	// Width and Height are in CSS pixels.
	Width, Height int

	paint   func(p *pen) // draws the picture on any page, for Panels
	stretch bool         // paint fills any height
}

// pngScale is the number of the PNG's pixels for one CSS pixel.
const pngScale = 2

// maxSide is the largest width or height of a figure, in CSS pixels.
const maxSide = 8000

// Save writes the figure to path; its extension, .svg or .png, chooses the format.
// The file appears whole or not at all.
func (f *Figure) Save(path string) error {
	var data []byte
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".svg":
		data = f.SVG
	case ".png":
		data = f.PNG
	default:
		return fmt.Errorf("plots: cannot save %q: the extension must be .svg or .png", path)
	}
	if len(data) == 0 {
		return fmt.Errorf("plots: cannot save %q: the figure is empty; make figures with the functions of plots", path)
	}
	err := workspace.Replace(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	if err != nil {
		return fmt.Errorf("plots: cannot save the figure: %w", err)
	}
	return nil
}

// checkAlt refuses texts that cannot stand for a picture.
func checkAlt(alt string) error {
	t := strings.TrimSpace(alt)
	switch {
	case t == "":
		return errors.New("plots: the alternative text is empty: say in a sentence what is to be seen")
	case utf8.RuneCountInString(t) < 12 || len(strings.Fields(t)) < 3:
		return fmt.Errorf("plots: the alternative text %q is too short: say in a sentence what is to be seen", t)
	}
	return nil
}

// render draws one picture twice, as SVG and as PNG. alt has been checked.
func render(alt string, w, h int, paint func(p *pen)) (*Figure, error) {
	if w < 40 || h < 40 || w > maxSide || h > maxSide {
		return nil, fmt.Errorf("plots: a figure of %d×%d px: each side must be between 40 and %d", w, h, maxSide)
	}
	f := &Figure{Alt: strings.TrimSpace(alt), Width: w, Height: h, paint: paint, stretch: true}

	var b bytes.Buffer
	sc := vgsvg.NewWith(vgsvg.UseWH(vg.Length(w), vg.Length(h)))
	p := newPen(sc, w, h, true)
	p.rect(0, 0, float64(w), float64(h), card)
	paint(p)
	if p.err != nil {
		return nil, p.err
	}
	if _, err := sc.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("plots: %w", err)
	}
	f.SVG = tidySVG(b.Bytes(), f.Alt, w, h)

	// 1 unit of the canvas is 1/72 inch.
	ic := vgimg.NewWith(vgimg.UseWH(vg.Length(w), vg.Length(h)),
		vgimg.UseDPI(72*pngScale), vgimg.UseBackgroundColor(card))
	p = newPen(ic, w, h, false)
	p.raster = ic.Image()
	paint(p)
	if p.err != nil {
		return nil, p.err
	}
	var err error
	f.PNG, err = encodePNG(ic.Image(), p.photo)
	return f, err
}

// tidySVG gives the canvas's output a size in px, a title and a description, one
// font list for the whole picture, and crisp pixels for pictures made of pixels.
func tidySVG(svg []byte, alt string, w, h int) []byte {
	body := string(svg)
	if i := strings.Index(body, "xmlns:xlink"); i >= 0 {
		if j := strings.Index(body[i:], ">"); j >= 0 {
			body = body[i+j+1:]
		}
	}
	r := strings.NewReplacer(
		"font-family:Liberation Sans;", "",
		"font-variant:normal;", "", "font-variant:none;", "",
		"font-weight:normal;", "",
		"font-style:normal;", "",
		"data:image/jpg;", "data:image/png;",
		"<image ", `<image preserveAspectRatio="none" style="image-rendering:pixelated" `,
		";stroke-opacity:1", "", ";fill-opacity:1", "",
		"\n\tstyle=", " style=",
	)
	body = sizedText(r.Replace(body))
	text := xmlEscape(alt)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" `+
		`width="%d" height="%d" viewBox="0 0 %d %d" role="img" `+
		`font-family="'Liberation Sans',Arial,Helvetica,sans-serif">`+"\n", w, h, w, h)
	fmt.Fprintf(&b, "<title>%s</title>\n<desc>%s</desc>", text, text)
	b.WriteString(body)
	return []byte(b.String())
}

var textElement = regexp.MustCompile(`<text ([^>]*font-size:([0-9.]+)px[^>]*)>([^<]*)</text>`)

// sizedText gives every text of two characters and more the length that it has in the
// package's font, so that the layout holds with whatever font the reader has.
func sizedText(svg string) string {
	return textElement.ReplaceAllStringFunc(svg, func(s string) string {
		m := textElement.FindStringSubmatch(s)
		txt := html.UnescapeString(m[3])
		size, err := strconv.ParseFloat(m[2], 64)
		if err != nil || utf8.RuneCountInString(txt) < 2 {
			return s
		}
		f := style{bold: strings.Contains(m[1], "font-weight:bold")}.face(size)
		return fmt.Sprintf(`<text textLength="%.1f" lengthAdjust="spacingAndGlyphs" %s>%s</text>`, float64(f.Width(txt)), m[1], m[3])
	})
}

var xmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func xmlEscape(s string) string { return xmlEscaper.Replace(s) }
