package nb

import (
	"testing"

	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// A notebook gets the HTML with the text beside it.
func TestHTML(t *testing.T) {
	r := record(t, true, true)
	HTML("<b>sound</b>", "sound")
	if h, p := r.data(t, 0, protocol.MIMETextHTML), r.data(t, 0, protocol.MIMETextPlain); h != "<b>sound</b>" || p != "sound" {
		t.Errorf("%q, %q", h, p)
	}
}
