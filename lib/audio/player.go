package audio

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
)

// Player is an HTML element that plays the sound in a page without any file beside it, with its caption: a data URI of 8-bit samples,
// 4/3 of a byte each, in an audio element.
func (s *Sound) Player(caption string) string {
	var b bytes.Buffer
	if err := WriteWAV(&b, s, 8); err != nil {
		panic(err) // a Buffer does not fail
	}
	return fmt.Sprintf(`<figure style="display:inline-block;margin:0.3em 1em 0.3em 0"><figcaption>%s</figcaption><audio controls preload="none" aria-label="%s" src="data:audio/wav;base64,%s"></audio></figure>`,
		html.EscapeString(caption), html.EscapeString(caption), base64.StdEncoding.EncodeToString(b.Bytes()))
}
