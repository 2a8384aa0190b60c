package feedback

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"nncourse/grading/class"
	"nncourse/internal/chromium"
)

// TestAxe opens the pages of the sample class in Chromium, in light and dark and on a narrow screen, and lets axe-core look at
// them: no finding of impact serious or critical. It also proves that the style is in force, that a page asks for nothing
// else, that nothing in it runs, and that it is not wider than the screen. COURSE_SCREENSHOTS names a folder for pictures.
func TestAxe(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out the browser")
	}
	chromium.Find(t)
	source := chromium.Axe(t)
	dir := t.TempDir()
	writeSample(t, dir)
	eve := hostileClass(t)
	if err := os.MkdirAll(filepath.Join(dir, "feedback", "eve"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := (&Pages{}).Student(filepath.Join(dir, "feedback", "eve"), eve); err != nil {
		t.Fatal(err)
	}
	pages := []string{"summary.html"}
	for _, id := range []string{"a01", class.SafeName("é05"), "f06", "i09", "l12", "eve", "r18"} {
		pages = append(pages, "feedback/"+id+"/index.html")
	}
	pairs, err := filepath.Glob(filepath.Join(dir, "similarity", "*", "*.html"))
	if err != nil || len(pairs) < 3 {
		t.Fatalf("pages of similar pairs: %v, %v", pairs, err)
	}
	for _, p := range pairs[:2] {
		rel, _ := filepath.Rel(dir, p)
		pages = append(pages, filepath.ToSlash(rel))
	}

	ctx, cancel := context.WithTimeout(chromium.Tab(t, 1200, 900), 4*time.Minute)
	defer cancel()
	var said []string
	chromedp.ListenTarget(ctx, func(ev any) {
		switch ev := ev.(type) {
		case *log.EventEntryAdded:
			said = append(said, ev.Entry.Text)
		case *runtime.EventExceptionThrown:
			said = append(said, ev.ExceptionDetails.Error())
		}
	})
	if err := chromedp.Run(ctx, log.Enable()); err != nil {
		t.Fatalf("starting the browser: %v", err)
	}
	rules := 0
	seen := 0
	for _, look := range []struct {
		name   string
		width  int64
		scheme string
		step   int // every so many of the pages
	}{{"light", 1200, "light", 1}, {"dark", 1200, "dark", 3}, {"narrow", 360, "light", 3}} {
		for i, p := range pages {
			if i%look.step != 0 {
				continue
			}
			seen++
			var state struct {
				Title, Background string
				Wide              bool
				Entries           int
			}
			said = nil
			err := chromedp.Run(ctx,
				emulation.SetDeviceMetricsOverride(look.width, 900, 1, false),
				emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: look.scheme}}),
				chromedp.Navigate((&url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(dir, p))}).String()),
				chromedp.Evaluate(`({Title: document.title, Background: getComputedStyle(document.body).backgroundColor,
					Wide: document.documentElement.scrollWidth > document.documentElement.clientWidth, Entries: performance.getEntriesByType('resource').length})`, &state),
			)
			if err != nil {
				t.Fatalf("%s, %s: %v", look.name, p, err)
			}
			rules += chromium.RunAxe(t, ctx, source, look.name+", "+p)
			if want := map[string]string{"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 27)"}[look.scheme]; state.Background != want {
				t.Errorf("%s, %s: the background is %s, not %s: the style is not in force", look.name, p, state.Background, want)
			}
			if state.Title == "" || strings.HasPrefix(state.Title, "hacked") || state.Entries != 0 || len(said) > 0 {
				t.Errorf("%s, %s: title %.60q, %d requests, the browser says %q", look.name, p, state.Title, state.Entries, said)
			}
			if state.Wide {
				t.Errorf("%s, %s: the page is wider than a screen of %d pixels", look.name, p, look.width)
			}
			if to := os.Getenv("COURSE_SCREENSHOTS"); to != "" {
				var shot []byte
				if err := chromedp.Run(ctx, chromedp.FullScreenshot(&shot, 100)); err != nil {
					t.Logf("no picture of %s: %v", p, err) // too tall for one
					continue
				}
				name := look.name + "-" + strings.NewReplacer("/", "-", ".html", "").Replace(p) + ".png"
				if err := os.WriteFile(filepath.Join(to, name), shot, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	t.Logf("axe %s: %d pages, %d rules passed", chromium.AxeVersion, seen, rules)
	if rules < 10*seen || seen < 15 {
		t.Errorf("axe passed %d rules on %d pages: it did not look", rules, seen)
	}
}
