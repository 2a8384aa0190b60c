package feedback

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

// axe-core as the npm registry has it: the integrity of the package, and the hash of the one file in it that is used.
const (
	axeVersion   = "4.14.1"
	axeIntegrity = "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
	axeSHA256    = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
)

// axe gives axe-core's source: from the file that COURSE_AXE names, from ROOT/.course/axe, or by npm, which puts it there.
// Without any of them the test is skipped. A source that is not the pinned one is an error.
func axe(t *testing.T) string {
	t.Helper()
	file := os.Getenv("COURSE_AXE")
	if file == "" {
		file = filepath.Join(root(t), ".course", "axe", "axe.min.js")
		if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
			if err := fetchAxe(t, file); err != nil {
				t.Skipf("no axe-core: put axe.min.js of version %s at ROOT/.course/axe, or name it in COURSE_AXE; fetching it: %v", axeVersion, err)
			}
		}
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != axeSHA256 {
		t.Fatalf("%s is not axe.min.js of axe-core %s: its SHA-256 is %x", file, axeVersion, sum)
	}
	return string(b)
}

// fetchAxe gets axe-core by npm, and compares the package with its integrity before anything is taken from it.
func fetchAxe(t *testing.T, file string) error {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return err
	}
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, npm, "pack", "--silent", "axe-core@"+axeVersion)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm pack: %w: %.300s", err, out)
	}
	pack, err := os.ReadFile(filepath.Join(dir, "axe-core-"+axeVersion+".tgz"))
	if err != nil {
		return err
	}
	if sum := sha512.Sum512(pack); "sha512-"+base64.StdEncoding.EncodeToString(sum[:]) != axeIntegrity {
		t.Fatalf("the package axe-core %s is not the one of the registry", axeVersion)
	}
	z, err := gzip.NewReader(bytes.NewReader(pack))
	if err != nil {
		return err
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err != nil {
			return fmt.Errorf("package/axe.min.js: %w", err)
		}
		if h.Name != "package/axe.min.js" {
			continue
		}
		b, err := io.ReadAll(io.LimitReader(r, 8<<20))
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		// Through a name of its own: another test may be reading.
		part := fmt.Sprintf("%s.%d", file, os.Getpid())
		if err := os.WriteFile(part, b, 0o644); err != nil {
			return err
		}
		return os.Rename(part, file)
	}
}

// TestAxe opens the pages of the sample class in Chromium, in light and dark and on a narrow screen, and lets axe-core look at
// them: no finding of impact serious or critical. It also proves that the style is in force, that a page asks for nothing
// else, that nothing in it runs, and that it is not wider than the screen. COURSE_SCREENSHOTS names a folder for pictures.
func TestAxe(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out the browser")
	}
	chromium.Find(t)
	source := axe(t)
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
	type finding struct{ ID, Impact, Help, Where string }
	type result struct {
		Violations []finding
		Passes     int
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
			var r result
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
				chromedp.Evaluate(source+";0", nil),
				chromedp.Evaluate(`axe.run(document, {resultTypes: ['violations']}).then(r => ({
					Passes: r.passes.length,
					Violations: r.violations.map(v => ({ID: v.id, Impact: v.impact || '', Help: v.help, Where: v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)).join(' | ')})),
				}))`, &r, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }),
			)
			if err != nil {
				t.Fatalf("%s, %s: %v", look.name, p, err)
			}
			rules += r.Passes
			for _, v := range r.Violations {
				if slices.Contains([]string{"serious", "critical"}, v.Impact) {
					t.Errorf("%s, %s: axe finds %s (%s): %s: %s", look.name, p, v.ID, v.Impact, v.Help, v.Where)
				} else {
					t.Logf("%s, %s: axe finds %s (%s): %s: %s", look.name, p, v.ID, v.Impact, v.Help, v.Where)
				}
			}
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
	t.Logf("axe %s: %d pages, %d rules passed", axeVersion, seen, rules)
	if rules < 10*seen || seen < 15 {
		t.Errorf("axe passed %d rules on %d pages: it did not look", rules, seen)
	}
}
