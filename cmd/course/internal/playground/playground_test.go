package playground

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"nncourse/internal/chromium"
	"nncourse/lib/workspace"
)

// page builds the page, serves it, and opens it in a browser.
func page(t *testing.T) (ctx context.Context, address string) {
	t.Helper()
	if testing.Short() {
		t.Skip("--quick leaves out the browser")
	}
	chromium.Find(t)
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := Build(context.Background(), root, filepath.Join(dir, "index.html")); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(server.Close)
	ctx, cancel := context.WithTimeout(chromium.Tab(t, 1300, 1100), 3*time.Minute)
	t.Cleanup(cancel)
	return ctx, server.URL + "/"
}

// open loads an address anew and waits until the playground is there.
func open(t *testing.T, ctx context.Context, address string) {
	t.Helper()
	if err := chromedp.Run(ctx, chromedp.Navigate("about:blank"), chromedp.Navigate(address), chromedp.WaitVisible(`body[data-ready="1"]`, chromedp.ByQuery)); err != nil {
		t.Fatalf("opening %s: %v", address, err)
	}
}

// shown is what a user sees.
type shown struct {
	Epoch, Train, Test, Link, Message, Live, Regions, Shown string
	Message_                                                bool
	Cells, Edges                                            int
	Plane                                                   string // a sum over the pixels of the large picture
}

func look(t *testing.T, ctx context.Context) (s shown) {
	t.Helper()
	if err := chromedp.Run(ctx, chromedp.Evaluate(`(() => {
		const text = id => document.getElementById(id).textContent;
		const c = document.getElementById("plane"), p = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
		let sum = 0;
		for (let i = 0; i < p.length; i++) sum = (sum * 31 + p[i]) >>> 0;
		return { Epoch: text("epoch"), Train: text("loss-train"), Test: text("loss-test"), Link: location.hash, Message: text("message"), Live: text("live"),
			Regions: text("region-count"), Shown: text("shown"), Message_: document.getElementById("message").hidden, Cells: document.querySelectorAll(".cell[data-neuron]").length, Edges: document.querySelectorAll("#edges path").length, Plane: String(sum) };
	})()`, &s)); err != nil {
		t.Fatal(err)
	}
	return s
}

func number(t *testing.T, s string) (x float64) {
	t.Helper()
	if _, err := fmt.Sscan(s, &x); err != nil {
		t.Fatalf("%q is no number", s)
	}
	return x
}

func do(t *testing.T, ctx context.Context, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

func shoot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	if dir := os.Getenv("COURSE_SCREENSHOTS"); dir != "" {
		var b []byte
		do(t, ctx, chromedp.FullScreenshot(&b, 100))
		if err := os.WriteFile(filepath.Join(dir, name+".png"), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// running is how many threads of this machine run or wait for a processor just now, this one left out; 0 where the system does not say.
func running() float64 {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	var n int
	if _, err := fmt.Sscanf(string(b), "%f %f %f %d/", new(float64), new(float64), new(float64), &n); err != nil {
		return 0
	}
	return float64(max(n-1, 0))
}

// The default net plays to a loss under 0.05 on the circles, at 30 epochs a second or more; the link then holds the state:
// loaded anew, the epoch, the losses and the picture are the same, and the next epoch is too.
func TestPlayAndReload(t *testing.T) {
	ctx, address := page(t)
	open(t, ctx, address)
	first := look(t, ctx)
	if first.Epoch != "0" || !first.Message_ || first.Cells != 2+4+2+1 || first.Edges != 2*4+4*2+2 {
		t.Fatalf("at the start: %+v", first)
	}
	shoot(t, ctx, "playground-start")
	begin := time.Now()
	do(t, ctx, chromedp.Click("#play"))
	type moment struct {
		at    time.Time
		epoch float64
	}
	var s shown
	var rate, wanted float64 // the most epochs a second over a second; the threads that wanted a processor, on average
	looks := []moment{{begin, 0}}
	for from := 0; ; {
		time.Sleep(250 * time.Millisecond)
		wanted += running()
		s = look(t, ctx)
		now := moment{time.Now(), number(t, s.Epoch)}
		looks = append(looks, now)
		for ; now.at.Sub(looks[from].at) >= time.Second; from++ {
			rate = max(rate, (now.epoch-looks[from].epoch)/now.at.Sub(looks[from].at).Seconds())
		}
		if number(t, s.Train) < 0.05 || time.Since(begin) > time.Minute {
			break
		}
	}
	reached := number(t, s.Train)
	do(t, ctx, chromedp.Click("#play"))
	took := time.Since(begin)
	wanted /= float64(len(looks) - 1)
	s = look(t, ctx) // a few epochs later: the loss may have risen again
	if reached >= 0.05 {
		t.Errorf("after %v and %s epochs the training loss is %g", took, s.Epoch, reached)
	}
	t.Logf("%s epochs in %v, at best %.0f a second; losses %s and %s; %.1f threads wanted a processor", s.Epoch, took.Round(time.Millisecond), rate, s.Train, s.Test, wanted)
	least := 30.0
	if wanted > 2.5*float64(runtime.NumCPU()) { // the browser alone has 3 to 4 on two processors
		least = 5
		t.Logf("the machine is busy: %g epochs a second are asked for, not 30", least)
	}
	if rate < least {
		t.Errorf("at best %.1f epochs a second, fewer than %g", rate, least)
	}
	if s.Plane == first.Plane || !strings.Contains(s.Live, s.Train) {
		t.Errorf("the picture did not change, or the loss was not said: %+v", s)
	}
	shoot(t, ctx, "playground-circles")
	open(t, ctx, address+s.Link)
	again := look(t, ctx)
	if again.Epoch != s.Epoch || again.Train != s.Train || again.Test != s.Test || again.Plane != s.Plane || again.Link != s.Link {
		t.Errorf("loaded from the link:\n%+v\nbefore:\n%+v", again, s)
	}
	do(t, ctx, chromedp.Click("#step"))
	if next := look(t, ctx); number(t, next.Epoch) != number(t, s.Epoch)+1 {
		t.Errorf("a step went from epoch %s to %s", s.Epoch, next.Epoch)
	}
}

// What is set by clicks stands in the link; a wrong link says so and shows the default.
func TestControls(t *testing.T) {
	ctx, address := page(t)
	open(t, ctx, address)
	do(t, ctx,
		chromedp.SetValue("#act", "relu"), chromedp.Evaluate(`document.getElementById("act").dispatchEvent(new Event("change"))`, nil),
		chromedp.Click(`[data-set="xor"]`), chromedp.Click("#more"), chromedp.Click(`[data-key="more-0"]`), chromedp.Click(`[data-key="less-2"]`), chromedp.Click("#regions"))
	s := look(t, ctx)
	for _, part := range []string{"data=xor", "net=5-2-1", "act=relu", "in=x-y"} {
		if !strings.Contains(s.Link, part+"&") {
			t.Errorf("the link %s lacks %s", s.Link, part)
		}
	}
	if n := number(t, strings.TrimPrefix(s.Regions, "· ")); n < 2 {
		t.Errorf("%g linear regions", n)
	}
	do(t, ctx, chromedp.Click(`[data-key="f-xy"]`))
	if s = look(t, ctx); !strings.Contains(s.Link, "in=x-y-xy&") || !strings.Contains(s.Regions, "for ReLU") {
		t.Errorf("after the feature xy: %+v", s)
	}
	open(t, ctx, address+"#data=circles&net=99")
	if s = look(t, ctx); s.Message_ || !strings.Contains(s.Message, "width of a hidden layer = 99") || s.Cells != 9 {
		t.Errorf("a wrong link: %+v", s)
	}
}

// Everything can be done with the keyboard: training by p, s, r; points by arrows, Enter and Delete on the plane.
func TestKeyboard(t *testing.T) {
	ctx, address := page(t)
	open(t, ctx, address+"#data=none")
	do(t, ctx, chromedp.KeyEvent("s"), chromedp.KeyEvent("s"))
	if s := look(t, ctx); s.Epoch != "2" || s.Train != "–" {
		t.Errorf("after two steps without points: %+v", s)
	}
	do(t, ctx, chromedp.Focus("#plane"), chromedp.KeyEvent(kb.ArrowLeft), chromedp.KeyEvent(kb.Enter),
		chromedp.Click(`input[name=pen][value="1"]`), chromedp.Focus("#plane"))
	for range 8 {
		do(t, ctx, chromedp.KeyEvent(kb.ArrowRight))
	}
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	s := look(t, ctx)
	if !strings.Contains(s.Link, "own=-0.05_0.00_0*0.35_0.00_1&") && !strings.Contains(s.Link, "own=-0.05_0_0*0.35_0_1&") {
		t.Errorf("two points drawn: %s", s.Link)
	}
	do(t, ctx, chromedp.KeyEvent(kb.Delete))
	if s = look(t, ctx); strings.Contains(s.Link, "0.35") || !strings.Contains(s.Link, "own=-0.05") {
		t.Errorf("one point removed: %s", s.Link)
	}
	do(t, ctx, chromedp.KeyEvent("r"))
	if s = look(t, ctx); s.Epoch != "0" {
		t.Errorf("reset: epoch %s", s.Epoch)
	}
	// Every control can be reached by the tabulator, and has a name.
	var nameless []string
	do(t, ctx, chromedp.Evaluate(`[...document.querySelectorAll("button, input, select, canvas[tabindex]")].filter(e =>
		!(e.getAttribute("aria-label") || e.textContent.trim() || (e.labels && e.labels.length && e.labels[0].textContent.trim()))).map(e => e.outerHTML.slice(0, 80))`, &nameless))
	if len(nameless) > 0 {
		t.Errorf("without a name: %v", nameless)
	}
}

// In the dark the page's colours change, and text keeps a contrast of 4.5 to its ground in both.
func TestDarkAndLight(t *testing.T) {
	ctx, address := page(t)
	seen := map[string]string{}
	for _, scheme := range []string{"light", "dark"} {
		do(t, ctx, emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
		open(t, ctx, address)
		var got struct {
			Paper string
			Worst float64
			Where string
		}
		do(t, ctx, chromedp.Evaluate(`(() => {
			const lum = c => { const [r, g, b] = c.match(/[\d.]+/g).map(Number).map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
			const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/, 0\)$/.test(c) && c !== "transparent") return c; } return getComputedStyle(document.documentElement).backgroundColor; };
			let worst = 99, where = "";
			for (const e of document.querySelectorAll("h1, h2, label, button:not([disabled]), .note, .losses, output")) {
				if (!e.textContent.trim() || !e.getClientRects().length) continue;
				const a = lum(getComputedStyle(e).color), b = lum(ground(e)), c = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
				if (c < worst) { worst = c; where = e.outerHTML.slice(0, 100); }
			}
			return { Paper: getComputedStyle(document.documentElement).backgroundColor, Worst: worst, Where: where };
		})()`, &got))
		if got.Worst < 4.5 {
			t.Errorf("%s: contrast %.2f at %s", scheme, got.Worst, got.Where)
		}
		seen[scheme] = got.Paper
		shoot(t, ctx, "playground-"+scheme)
	}
	if seen["light"] == seen["dark"] {
		t.Errorf("light and dark look the same: %v", seen)
	}
}

// The page is one file: it names no other place.
func TestWhole(t *testing.T) {
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	web := filepath.Join(root, "lib", "playground", "web")
	for _, name := range []string{"index.html", "style.css", "app.js"} {
		b, err := os.ReadFile(filepath.Join(web, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"http://", "https://", "src=", "href=", "import(", "url("} {
			if strings.Contains(string(b), word) {
				t.Errorf("%s has %q", name, word)
			}
		}
	}
}
