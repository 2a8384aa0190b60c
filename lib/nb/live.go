package nb

import (
	"fmt"
	"html"
	"strings"

	"nncourse/lib/plots"

	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// Live shows something that a script makes live, and the figure wherever scripts do not run: in a static rendering, in a
// notebook that is not trusted yet, in a terminal. class is the class of the element round the figure, data its data-
// attributes (name without "data-", value); script finds the element by its class and may put something in the figure's
// place. note stands below the figure. A nil figure ends the cell like a failed Check.
func Live(f *plots.Figure, class string, data map[string]string, note, script string) {
	if f == nil || strings.Contains(script, "</script") {
		fail(fmt.Errorf("nb: Live wants a figure, and a script without </script"))
		return
	}
	if !out.notebook() {
		Show(f)
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<div class="%s"`, html.EscapeString(class))
	for k, v := range data {
		fmt.Fprintf(&b, ` data-%s="%s"`, html.EscapeString(k), html.EscapeString(v))
	}
	fmt.Fprintf(&b, ">%s\n<p><small>%s</small></p>\n<script>%s</script></div>", img(f, ""), html.EscapeString(note), script)
	out.send(map[protocol.MIMEType]any{protocol.MIMETextHTML: b.String(), protocol.MIMEImagePNG: f.PNG, protocol.MIMETextPlain: f.Alt})
}
