package nb

import "github.com/janpfeifer/gonb/gonbui/protocol"

// HTML shows rich in a notebook, and text wherever HTML is not shown: a terminal, a rendering without it. rich is trusted as it is.
func HTML(rich, text string) {
	if !out.notebook() {
		out.printf("%s\n", text)
		return
	}
	out.send(map[protocol.MIMEType]any{protocol.MIMETextHTML: rich, protocol.MIMETextPlain: text})
}
