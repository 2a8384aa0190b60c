package browsertest

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"nncourse/cmd/course/internal/notebook"
	"nncourse/cmd/course/internal/site"
	"nncourse/internal/chromium"
	"nncourse/lib/workspace"
)

// listener hears what the browser asks for and what its pages complain about.
type listener struct {
	sync.Mutex
	asked, said []string
}

// siteLessons are those that the test builds: each with a widget, or the playground.
var siteLessons = []string{"class1/12-softmax.html", "class1/14-playground.html", "class3/03-momentum.html", "class4/02-convolution.html", "class5/02-lagrange.html"}

// build makes the site, or the part of it that the test needs.
func build(ctx context.Context, t *testing.T, root string, all bool) (dir string) {
	t.Helper()
	began := time.Now()
	if !site.Ready(root) {
		if err := site.Install(ctx, root); err != nil {
			t.Skipf("the site's builder is not installed (run `go tool course site OUT` once with a network): %v", err)
		}
		t.Logf("the builder was installed in %v", time.Since(began).Round(time.Second))
	}
	o := site.Options{
		Lesson:   func(p string) bool { return slices.Contains(siteLessons, p) },
		Exercise: func(e string) bool { return e == "momentum" || e == "softmax-cross-entropy" },
		Package:  func(p string) bool { return p == "lib/optim" || p == "lib/lagrange" },
	}
	if all {
		o = site.Options{}
	}
	dir = filepath.Join(t.TempDir(), "site")
	began = time.Now()
	made, err := site.Build(ctx, root, dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("built in %v: %d lessons, %d files, %d links, %d pictures", time.Since(began).Round(time.Second), len(made.Pages), made.Files, made.Links, made.Images)
	if len(made.Pages) < len(siteLessons) || made.Images < 30 || made.Links < 500 {
		t.Errorf("the site is too small: %+v", made.Report)
	}
	return dir
}

// TestSite builds a part of the course's site (all of it with COURSE_SITE=all; with the name of a site that is built, it takes
// that one; Build itself checks every link, place and picture), serves it, and uses it in Chromium: the pages ask for nothing from elsewhere and complain about nothing, axe finds
// nothing serious in light, dark or on a narrow screen, the search finds, the dark mode switches, next leads on, formulas are
// set, the playground and the widgets answer, and the library's documentation leads to the line of the source.
func TestSite(t *testing.T) {
	if testing.Short() {
		t.Skip("--quick leaves out the browser")
	}
	chromium.Find(t)
	axe := chromium.Axe(t)
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 8*time.Minute)
	defer cancel()
	dir := os.Getenv("COURSE_SITE")
	if dir == "" || dir == "all" {
		dir = build(ctx, t, root, dir == "all")
	}

	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	defer server.Close()
	tab, cancel := context.WithTimeout(chromium.Tab(t, 1300, 900), 20*time.Minute)
	defer cancel()
	var heard listener
	chromedp.ListenTarget(tab, func(ev any) {
		heard.Lock()
		defer heard.Unlock()
		switch ev := ev.(type) {
		case *network.EventRequestWillBeSent:
			heard.asked = append(heard.asked, ev.Request.URL)
		case *log.EventEntryAdded:
			if !strings.HasSuffix(ev.Entry.URL, "/favicon.ico") {
				heard.said = append(heard.said, ev.Entry.Text+" "+ev.Entry.URL)
			}
		case *runtime.EventExceptionThrown:
			heard.said = append(heard.said, ev.ExceptionDetails.Error())
		}
	})
	run := func(what string, actions ...chromedp.Action) {
		t.Helper()
		if err := chromedp.Run(tab, actions...); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	run("starting", network.Enable(), log.Enable())
	look := func(width int64, scheme string) {
		t.Helper()
		run(scheme, emulation.SetDeviceMetricsOverride(width, 900, 1, false), emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
	}
	// A page is there when its formulas are set, and its widgets have drawn themselves.
	open := func(page string) {
		t.Helper()
		run(page, chromedp.Navigate(server.URL+"/"+page))
		wait(tab, t, 2*time.Minute, page, `document.readyState === "complete" && !document.querySelector(".course-widget:not([data-ready])") && !document.querySelector(".math:not(:has(mjx-container))")`)
	}
	shoot := func(name string) {
		if to := os.Getenv("COURSE_SCREENSHOTS"); to != "" {
			var b []byte
			run("picture", chromedp.CaptureScreenshot(&b))
			if err := os.WriteFile(filepath.Join(to, "site-"+name+".png"), b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}

	// Formulas: set by the MathJax of the site, with words for a screen reader.
	look(1300, "light")
	open("class3/03-momentum.html")
	if !holds(tab, t, 10*time.Second, `document.querySelectorAll("mjx-container mjx-assistive-mml math").length > 20 && !document.querySelector("mjx-merror")`) {
		t.Error("the formulas are not set")
	}
	// So are those of all lessons, here in this column: without an error of TeX's, and none wider than it.
	all := formulas(t, root)
	var faults []string
	run("formulas", chromedp.Evaluate(`(async all => {
		const faults = [], column = document.querySelector("article");
		for (let i = 0; i < all.length; i += 50) {
			const box = column.appendChild(document.createElement("div")), some = all.slice(i, i + 50);
			for (const f of some) {
				const e = box.appendChild(document.createElement(f.Display ? "div" : "p"));
				e.className = "math";
				e.textContent = f.TeX;
			}
			await MathJax.typesetPromise([box]);
			some.forEach((f, k) => {
				const e = box.children[k], set = e.querySelector("mjx-container"), wrong = e.querySelector("mjx-merror, [style*='color: red']");
				if (!set || wrong) faults.push(f.Where + ": " + f.TeX + ": " + (wrong ? wrong.textContent || "an undefined command" : "not set"));
				else if (f.Display && set.scrollWidth > set.clientWidth + 2) faults.push(f.Where + ": " + f.TeX + ": " + set.scrollWidth + " pixels wide in a column of " + set.clientWidth + ": break it");
			});
			MathJax.typesetClear([box]);
			box.remove();
		}
		return faults;
	})(`+asJSON(t, all)+`)`, &faults, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	for _, f := range faults {
		t.Error(f)
	}
	t.Logf("%d formulas of all lessons were set", len(all))
	// Dark mode switches, and stays for the next page.
	ground := `getComputedStyle(document.body).backgroundColor`
	var before, after string
	run("dark mode", chromedp.Evaluate(ground, &before), chromedp.Click(".theme-switch-button", chromedp.ByQuery), chromedp.Click(`.theme-change-button[data-mode="dark"]`, chromedp.ByQuery))
	if !holds(tab, t, 5*time.Second, `document.documentElement.dataset.theme === "dark"`) {
		t.Error("dark mode does not switch")
	}
	run("dark mode", chromedp.Evaluate(ground, &after))
	if before == after {
		t.Errorf("dark looks as light: %s", after)
	}
	// Next leads on.
	run("next", chromedp.Click("a.right-next", chromedp.ByQuery))
	wait(tab, t, 20*time.Second, "the next page", `!location.pathname.endsWith("/03-momentum.html") && document.readyState === "complete"`)
	if !holds(tab, t, 5*time.Second, `document.documentElement.dataset.theme === "dark" && !!document.querySelector("a.left-prev")`) {
		t.Error("the next page is not dark, or has no way back")
	}
	// The search finds a word of a lesson, and leads there.
	open("index.html")
	run("search", chromedp.Evaluate(`localStorage.clear()`, nil))
	open("search.html?q=heavy+ball")
	if holds(tab, t, 20*time.Second, `[...document.querySelectorAll("#search-results a")].some(a => a.href.includes("class3/03-momentum.html"))`) {
		run("search", chromedp.Evaluate(`[...document.querySelectorAll("#search-results a")].find(a => a.href.includes("class3/03-momentum.html")).click()`, nil))
		wait(tab, t, 20*time.Second, "the page found", `location.pathname.endsWith("/03-momentum.html")`)
	} else {
		t.Error("the search does not find the lesson")
	}
	// The documentation leads to the line.
	open("library/lagrange.html#HalfSpace")
	var line string
	run("source", chromedp.Evaluate(`(() => { const all = [...document.querySelectorAll("#HalfSpace, .source-of a")], i = all.findIndex(e => e.id === "HalfSpace"); const a = all.slice(i + 1).find(e => e.href); a.click(); return a.hash.slice(1); })()`, &line))
	wait(tab, t, 20*time.Second, "the source", `location.pathname.endsWith("/lagrange-source.html") && document.readyState === "complete"`)
	var text string
	run("source", chromedp.Evaluate(`(() => { const a = document.getElementById(`+"`"+line+"`"+`); let s = ""; for (let e = a; e && s.length < 60; e = e.nextSibling) s += e.textContent; return s; })()`, &text))
	if !strings.Contains(text, "func HalfSpace(") {
		t.Errorf("the link to HalfSpace's source leads to %q", text)
	}

	// The widgets answer to the keyboard: what is drawn changes, and the words do.
	open("play.html")
	for _, w := range []string{"softmax", "kernel", "descent", "nearest"} {
		box := `document.querySelector('[data-widget="` + w + `"]')`
		state := `(() => { const b = ` + box + `, c = [...b.querySelectorAll("canvas")].map(c => c.toDataURL()).join(); return [b.querySelector(".cw-figure").innerHTML + c, b.querySelector(".cw-figure").getAttribute("aria-label")]; })()`
		var old, now []string
		run(w, chromedp.Evaluate(state, &old))
		if w == "kernel" {
			run(w, chromedp.Focus(`[data-widget="kernel"] fieldset input`, chromedp.ByQuery), chromedp.KeyEvent(kb.ArrowUp))
		} else {
			run(w, chromedp.Focus(`[data-widget="`+w+`"] input[type=range]`, chromedp.ByQuery), chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowRight))
		}
		run(w, chromedp.Evaluate(state, &now))
		if old[0] == now[0] || old[1] == now[1] || len(now[1]) < 40 {
			t.Errorf("%s: does not answer: %q, then %q", w, old[1], now[1])
		}
		if !holds(tab, t, 5*time.Second, box+`.querySelector(".cw-words").textContent.length > 30 && `+box+`.querySelector(".cw-figure").getAttribute("aria-label").endsWith(`+box+`.querySelector(".cw-words").textContent)`) {
			t.Errorf("%s: the words below are not those of the picture", w)
		}
		shoot("widget-" + w)
	}
	// Reduced motion: no movement, the end at once.
	run("reduced motion", emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}), chromedp.Click(`[data-widget="descent"] button`, chromedp.ByQuery))
	if !holds(tab, t, 2*time.Second, `document.querySelectorAll('[data-widget="descent"] .cw-dot').length === 151`) {
		t.Error("reduced motion: the steps are not all there at once")
	}
	// The playground is alive in its lesson, at the state of the cell.
	open("class1/14-playground.html")
	const frame = `(document.querySelector(".playground-frame") || {}).contentDocument`
	run("playground", chromedp.Evaluate(`document.querySelector(".playground-frame").scrollIntoView()`, nil))
	wait(tab, t, time.Minute, "the playground", `!!`+frame+` && !!`+frame+`.body && `+frame+`.body.dataset.ready === "1"`)
	shoot("playground")
	run("playground", chromedp.Evaluate(frame+`.getElementById("step").click()`, nil))
	if !holds(tab, t, 10*time.Second, frame+`.getElementById("epoch").textContent === "151"`) {
		t.Error("the playground does not train on from the cell's epoch 150")
	}

	began := time.Now()
	passes, seen := 0, 0
	for _, l := range []struct {
		name, scheme string
		width        int64
		pages        []string
	}{
		{"light", "light", 1300, []string{"index.html", "class1/12-softmax.html", "class4/02-convolution.html", "exercises/momentum.html", "library/lagrange-source.html", "search.html?q=momentum"}},
		{"dark", "dark", 1300, []string{"class3/03-momentum.html", "play.html", "library/lagrange.html"}},
		{"narrow", "light", 360, []string{"index.html", "class5/02-lagrange.html", "play.html", "library/index.html"}},
	} {
		look(l.width, l.scheme)
		for _, p := range l.pages {
			open(p)
			var wide string
			run(p, chromedp.Evaluate(`(() => { const d = document.documentElement; if (d.scrollWidth <= d.clientWidth) return "";
				const e = [...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > d.clientWidth + 1).pop(); return d.scrollWidth + ": " + (e ? e.outerHTML.slice(0, 150) : ""); })()`, &wide))
			if wide != "" {
				t.Errorf("%s, %s is wider than the screen: %s", l.name, p, wide)
			}
			passes += chromium.RunAxe(t, tab, axe, l.name+", "+p)
			seen++
			shoot(l.name + "-" + strings.NewReplacer("/", "-", ".html", "", "?", "-").Replace(p))
		}
	}
	if passes < 15*seen {
		t.Errorf("axe passed %d rules on %d pages: it did not look", passes, seen)
	}
	t.Logf("axe %s: %d pages, %d rules passed, in %v", chromium.AxeVersion, seen, passes, time.Since(began).Round(time.Second))

	heard.Lock()
	defer heard.Unlock()
	for _, u := range heard.asked {
		if !strings.HasPrefix(u, server.URL+"/") && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "blob:") && !strings.HasPrefix(u, "about:") {
			t.Errorf("a page asks for %.100s", u)
		}
	}
	if len(heard.asked) < 50 {
		t.Errorf("%d requests: the test does not hear them", len(heard.asked))
	}
	for _, s := range heard.said {
		t.Errorf("the browser says: %.300s", s)
	}
}

type formula struct {
	Where, TeX string
	Display    bool
}

// formulas collects those of all lessons, as the site's builder hands them to MathJax.
func formulas(t *testing.T, root string) (all []formula) {
	t.Helper()
	lessons, err := filepath.Glob(filepath.Join(root, "notebooks", "class*", "*.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile("(?s)```.*?```|`[^`\n]*`")
	tex := regexp.MustCompile(`(?s)\$\$(.+?)\$\$|\$([^$\n]+?)\$`)
	for _, l := range lessons {
		nb, err := notebook.Read(l)
		if err != nil {
			t.Fatal(err)
		}
		where, _ := filepath.Rel(filepath.Join(root, "notebooks"), l)
		for _, c := range nb.Cells {
			if c.Type != "markdown" {
				continue
			}
			for _, m := range tex.FindAllStringSubmatch(code.ReplaceAllString(string(c.Source), ""), -1) {
				switch {
				case m[1] == "":
					all = append(all, formula{where, `\(` + m[2] + `\)`, false})
				case strings.Contains(m[1], `\\`):
					all = append(all, formula{where, `\[\begin{split}` + m[1] + `\end{split}\]`, true})
				default:
					all = append(all, formula{where, `\[` + m[1] + `\]`, true})
				}
			}
		}
	}
	if len(all) < 1000 {
		t.Errorf("%d formulas are found", len(all))
	}
	return all
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
