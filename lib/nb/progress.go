package nb

import (
	"fmt"
	"html"
	"strings"
	"sync"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// Progress shows how far a long computation is. Its methods may be called from several
// goroutines, as often as one likes.
//
//   - In a notebook that somebody watches it is a bar that changes at most four times a
//     second and leaves one line.
//   - In a headless run (COURSE_HEADLESS set, or no Jupyter server) it prints when a
//     quarter, a half and three quarters are done, and at the end: four lines at most.
//   - In a terminal it is a bar on one line; where stdout is no terminal, as headless.
type Progress struct {
	mu      sync.Mutex
	label   string
	total   int
	id      string
	start   time.Time
	shown   time.Time // of the last change
	quarter int       // the last one printed
	done    bool
}

// NewProgress starts a display of total steps; total ≤ 0 means that the number is not
// known, and only live displays show the steps.
func NewProgress(label string, total int) *Progress {
	p := &Progress{label: label, total: total, start: out.now()}
	if out.notebook() && out.live() {
		p.id = "progress-" + gonbui.UniqueId()
	}
	return p
}

// Set says that done of the total steps are done; note is shown beside, such as the
// loss. Calls after Done do nothing.
func (p *Progress) Set(done int, note string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done {
		return
	}
	now := out.now()
	if !out.live() {
		if q := 0; p.total > 0 {
			q = min(4*done/p.total, 4)
			if q > p.quarter && q < 4 {
				out.printf("%s: %d/%d%s\n", p.label, done, p.total, after(note))
			}
			p.quarter = max(p.quarter, q)
		}
		return
	}
	if !p.shown.IsZero() && now.Sub(p.shown) < 250*time.Millisecond {
		return
	}
	p.shown = now
	steps, left := fmt.Sprint(done), ""
	if p.total > 0 {
		steps = fmt.Sprintf("%d/%d", done, p.total)
		if spent := now.Sub(p.start); done > 0 && spent > time.Second {
			rest := time.Duration(float64(spent) * float64(p.total-done) / float64(done))
			left = fmt.Sprintf(", %s left", rest.Round(time.Second))
		}
	}
	if p.id != "" {
		value := ""
		if p.total > 0 {
			value = fmt.Sprintf(` value="%d" max="%d"`, min(done, p.total), p.total)
		}
		text := fmt.Sprintf("%s: %s%s%s", p.label, steps, left, after(note))
		p.update(fmt.Sprintf(`<progress%s aria-label="%s"></progress> %s`, value, html.EscapeString(p.label), html.EscapeString(text)), text)
		return
	}
	bar := ""
	if p.total > 0 {
		const width = 24
		n := min(width, width*done/p.total)
		bar = "[" + strings.Repeat("█", n) + strings.Repeat("·", width-n) + "] "
	}
	out.printf("\r\x1b[K%s %s%s%s%s", p.label, bar, steps, left, after(note))
}

// Done ends the display; label and note stay as one line.
func (p *Progress) Done(note string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done {
		return
	}
	p.done = true
	text := p.label + after(note)
	if note == "" {
		text = p.label + ": done"
	}
	switch {
	case p.id != "":
		p.update(html.EscapeString(text), text)
	case out.live():
		out.printf("\r\x1b[K%s\n", text)
	default:
		out.printf("%s\n", text)
	}
}

func (p *Progress) update(rich, text string) {
	out.update(p.id, map[protocol.MIMEType]any{protocol.MIMETextHTML: rich, protocol.MIMETextPlain: text})
}

func after(note string) string {
	if note == "" {
		return ""
	}
	return ": " + note
}
