package nb

import (
	"fmt"
	"html"
	"strings"

	"nncourse/lib/plots"

	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// Frames shows one of several figures, chosen with a slider: something to play with that
// needs no kernel, for it lives in the page. labels[i] names the slider's position i;
// the last figure is shown first. alt says what the whole is; each figure has its own
// text, which follows the slider.
//
// Where scripts do not run (a notebook not yet trusted, a mail, a print) the last figure
// and a hint are seen, and in a terminal the figures' texts are printed and the last one
// is written as by Show. All figures are stored in the output: prefer up to 15 small ones.
//
// An empty alt, no figure, a nil figure, or lengths that differ end the cell as a failed
// Check does.
func Frames(alt string, labels []string, figs ...*plots.Figure) {
	switch {
	case strings.TrimSpace(alt) == "":
		fail(fmt.Errorf("nb: Frames without an alternative text: say in a sentence what the slider changes"))
		return
	case len(figs) == 0 || len(labels) != len(figs):
		fail(fmt.Errorf("nb: Frames with %d labels and %d figures: one label for each figure", len(labels), len(figs)))
		return
	}
	for i, f := range figs {
		if f == nil {
			fail(fmt.Errorf("nb: frame %d (%q) is nil: its function returned an error; use nb.Must", i, labels[i]))
			return
		}
	}
	var text strings.Builder
	text.WriteString(strings.TrimSpace(alt))
	for i, f := range figs {
		fmt.Fprintf(&text, "\n  %s: %s", labels[i], f.Alt)
	}
	last := figs[len(figs)-1]
	if !out.notebook() {
		out.printf("[slider] %s\n", text.String())
		Show(last)
		return
	}
	out.send(map[protocol.MIMEType]any{
		protocol.MIMETextHTML:  framesHTML(alt, labels, figs),
		protocol.MIMEImagePNG:  last.PNG,
		protocol.MIMETextPlain: text.String(),
	})
}

func framesHTML(alt string, labels []string, figs []*plots.Figure) string {
	n := len(figs) - 1
	var b strings.Builder
	fmt.Fprintf(&b, `<div class="course-frames" role="group" aria-label="%s">`+"\n", html.EscapeString(alt))
	// Shown by the script alone: where it does not run, there is no dead slider.
	fmt.Fprintf(&b, `<div hidden="hidden"><input type="range" min="0" max="%d" step="1" value="%d" aria-label="%s" style="width:22em;max-width:70%%;vertical-align:middle"> <output>%s</output></div>`+"\n",
		n, n, html.EscapeString(alt), html.EscapeString(labels[n]))
	b.WriteString("<div>\n")
	for i, f := range figs {
		more := fmt.Sprintf(`title="%s" `, html.EscapeString(labels[i]))
		if i < n {
			more += `hidden="hidden" `
		}
		b.WriteString(img(f, more) + "\n")
	}
	fmt.Fprintf(&b, "</div>\n<p><small>%s. Run the cell for a slider.</small></p>\n", html.EscapeString(labels[n]))
	b.WriteString("<script>" + framesScript + "</script>\n</div>")
	return b.String()
}

// framesScript starts every slider that is not started yet, so that it needs no names
// that two outputs could share.
const framesScript = `(function () {
  function start() {
    document.querySelectorAll(".course-frames:not([data-on])").forEach(function (box) {
      var bar = box.children[0], input = bar.querySelector("input"), word = bar.querySelector("output");
      var pictures = box.children[1].querySelectorAll("img");
      function show() {
        pictures.forEach(function (p, i) { p.hidden = i !== +input.value; });
        word.textContent = pictures[+input.value].title;
        input.setAttribute("aria-valuetext", word.textContent);
      }
      box.dataset.on = "1";
      bar.hidden = false;
      box.children[2].hidden = true;
      input.addEventListener("input", show);
      show();
    });
  }
  start();
  setTimeout(start, 0);
})();`
