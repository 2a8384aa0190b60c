package nb

import (
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"testing"

	"nncourse/lib/plots"

	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// Show displays figures, one below the other. In a notebook each becomes one output
// that holds SVG, PNG and the alternative text. In a terminal the text is printed and
// the PNG written to a temporary file, whose path is printed too (no file under
// `go test`). A nil figure ends the cell like a failed Check.
func Show(figs ...*plots.Figure) {
	for i, f := range figs {
		if f == nil {
			fail(fmt.Errorf("nb: figure %d is nil: its function returned an error; use nb.ShowE or nb.Must", i))
			return
		}
		if out.notebook() {
			out.send(figureBundle(f))
			continue
		}
		out.printf("[figure] %s\n", f.Alt)
		if testing.Testing() {
			continue
		}
		dir := filepath.Join(os.TempDir(), "course-figures")
		err := os.MkdirAll(dir, 0o755)
		if err == nil {
			var file *os.File
			if file, err = os.CreateTemp(dir, "figure-*.png"); err == nil {
				_, err = file.Write(f.PNG)
				err = errors.Join(err, file.Close())
				out.printf("         %s\n", file.Name())
			}
		}
		if err != nil {
			out.printf("         (not written: %v)\n", err)
		}
	}
}

// ShowE shows f, or ends the cell with err: for nb.ShowE(plots.Curves(…)).
func ShowE(f *plots.Figure, err error) {
	if err != nil {
		fail(err)
		return
	}
	Show(f)
}

// figureBundle is the output of one figure. The visible part is the HTML: an <img>
// is the one form whose alternative text arrives everywhere (see the package's text).
// The PNG is for programs that know no HTML, such as the export to PDF.
func figureBundle(f *plots.Figure) map[protocol.MIMEType]any {
	return map[protocol.MIMEType]any{
		protocol.MIMETextHTML:  img(f, ""),
		protocol.MIMEImagePNG:  f.PNG,
		protocol.MIMETextPlain: f.Alt,
	}
}

// img is the figure's <img>, its SVG inside.
func img(f *plots.Figure, more string) string {
	return fmt.Sprintf(`<img alt="%s" width="%d" height="%d" style="max-width:100%%;height:auto" %ssrc="data:image/svg+xml;base64,%s">`,
		html.EscapeString(f.Alt), f.Width, f.Height, more, base64.StdEncoding.EncodeToString(f.SVG))
}
