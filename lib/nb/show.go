package nb

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
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
			out.send(figureBundle(f), "")
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

// figureBundle is the output of one figure.
func figureBundle(f *plots.Figure) map[protocol.MIMEType]any {
	return map[protocol.MIMEType]any{
		protocol.MIMEImageSVG:  string(f.SVG),
		protocol.MIMEImagePNG:  f.PNG,
		protocol.MIMETextPlain: strings.TrimSpace(f.Alt),
	}
}
