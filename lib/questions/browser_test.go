package questions

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"nncourse/internal/chromium"
)

// In the real browser: one question at a time, by keyboard; the first answer counts, the score outlives the page, and Reset empties it; a
// seed gives its order again.
func TestInBrowser(t *testing.T) {
	ctx, cancel := context.WithTimeout(chromium.Tab(t, 900, 900), 2*time.Minute)
	defer cancel()
	page := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(page, []byte("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>t</title><body>"+SelfTest(sample(), 3)+"</body></html>"), 0o644); err != nil {
		t.Fatal(err)
	}
	do := func(actions ...chromedp.Action) {
		t.Helper()
		if err := chromedp.Run(ctx, actions...); err != nil {
			t.Fatal(err)
		}
	}
	text := func(expression string) string {
		t.Helper()
		var s string
		do(chromedp.Evaluate("String("+expression+")", &s))
		return s
	}
	const score, shown = `document.querySelector(".st-score").textContent`, `Array.from(document.querySelectorAll("li")).filter(l => !l.hidden).map(l => l.dataset.id).join()`
	do(chromedp.Navigate("file://" + page))
	if s := text(score); !strings.Contains(s, "0 right of 0") {
		t.Errorf("at the start: %s", s)
	}
	first := text(shown)
	if first != "1.2-a" && first != "4.10-b" {
		t.Fatalf("shown at first: %q", first)
	}
	// The number, with a decimal comma, by the keyboard only; a second answer does not count.
	do(chromedp.SetValue(".st-class", "4", chromedp.ByQuery), chromedp.Evaluate(`document.querySelector(".st-class").dispatchEvent(new Event("change"))`, nil))
	if s := text(shown); s != "4.10-b" {
		t.Fatalf("of class 4: %q", s)
	}
	field := `li[data-id="4.10-b"] input`
	do(chromedp.Focus(field, chromedp.ByQuery), chromedp.KeyEvent("2,05"+kb.Enter))
	if s := text(score); !strings.Contains(s, "1 right of 1") {
		t.Errorf("after a right number: %s", s)
	}
	if text(`document.querySelector("li[data-id='4.10-b'] details").open`) != "true" {
		t.Error("the answer is not shown after Check")
	}
	do(chromedp.SetValue(field, "9", chromedp.ByQuery), chromedp.Click(`li[data-id="4.10-b"] .st-check`, chromedp.ByQuery))
	if s := text(score); !strings.Contains(s, "1 right of 1") {
		t.Errorf("after a second answer: %s", s)
	}
	if s := text(`document.querySelector("li[data-id='4.10-b'] .st-verdict").textContent`); !strings.Contains(s, "Not right") {
		t.Errorf("9 is judged: %s", s)
	}
	// A wrong choice, after the page was loaded again.
	do(chromedp.Reload(), chromedp.SetValue(".st-class", "1", chromedp.ByQuery), chromedp.Evaluate(`document.querySelector(".st-class").dispatchEvent(new Event("change"))`, nil),
		chromedp.Click(`li[data-id="1.2-a"] .st-check`, chromedp.ByQuery))
	if s := text(`document.querySelector("li[data-id='1.2-a'] .st-verdict").textContent`); !strings.Contains(s, "Choose") {
		t.Errorf("nothing chosen: %s", s)
	}
	do(chromedp.Click(`li[data-id="1.2-a"] input:not([data-right])`, chromedp.ByQuery), chromedp.Click(`li[data-id="1.2-a"] .st-check`, chromedp.ByQuery),
		chromedp.SetValue(".st-class", "0", chromedp.ByQuery), chromedp.Evaluate(`document.querySelector(".st-class").dispatchEvent(new Event("change"))`, nil))
	if s := text(score); !strings.Contains(s, "1 right of 2") {
		t.Errorf("over both classes, after a reload: %s", s)
	}
	if s := text(shown); s != first {
		t.Errorf("the same seed begins with %s, before with %s", s, first)
	}
	do(chromedp.Click(".st-reset", chromedp.ByQuery))
	if s := text(score); !strings.Contains(s, "0 right of 0") {
		t.Errorf("after Reset: %s", s)
	}
	// Every field has a name, and every button says what it does.
	if s := text(`Array.from(document.querySelectorAll("input, select")).filter(e => !e.labels.length).length`); s != "0" {
		t.Errorf("%s fields without a label", s)
	}
}
