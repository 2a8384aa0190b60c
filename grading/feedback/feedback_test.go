package feedback

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	xhtml "golang.org/x/net/html"

	"nncourse/grading"
	"nncourse/grading/class"
)

func studentHTML(t testing.TB, s class.StudentResult, o StudentOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteStudent(&b, s, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// words gives what a reader of the page gets, without tags, in one line.
func words(t testing.TB, page string) string {
	t.Helper()
	tree, err := xhtml.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range tree.Descendants() {
		if n.Type == xhtml.TextNode && n.Parent.DataAtom != atom.Style {
			b.WriteString(n.Data)
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// TestHiddenStaysHidden looks on every page of the class, in the page's text and source, for what only hidden checks have.
func TestHiddenStaysHidden(t *testing.T) {
	cards, searched := 0, 0
	for _, s := range sampleClass(t) {
		// IDs are everyday words (descent, limit): here they become findable.
		for i := range s.Results {
			r := &s.Results[i]
			if r.Report == nil {
				continue
			}
			for j := range r.Report.Checks {
				c := &r.Report.Checks[j]
				for k := range r.Grade.Manual {
					if m := &r.Grade.Manual[k]; m.Check == c.ID {
						m.Check = "check-id-" + c.ID
					}
				}
				c.ID = "check-id-" + c.ID
			}
			r.Grade.Words = "check " + r.Report.Checks[len(r.Report.Checks)-1].ID + " set to 1 by hand"
		}
		source := studentHTML(t, s, StudentOptions{Course: "Course"})
		text, source := words(t, source), html.UnescapeString(source)
		public := map[string]bool{}
		var secret []string
		for _, r := range s.Results {
			if r.Report == nil {
				continue
			}
			for _, c := range r.Report.Checks {
				if c.Public {
					public[c.Title], public[c.ID] = true, true
					continue
				}
				secret = append(secret, c.Title, c.ID)
				for _, f := range c.Failures {
					cards++
					secret = append(secret, f.Input, f.Computed, f.Expected, f.Error)
				}
			}
		}
		secret = append(secret, "HIDDEN")
		for _, x := range secret {
			if searched++; strings.Contains(source, x) || strings.Contains(text, x) {
				t.Errorf("the page of %s holds %q", s.ID, x)
			}
		}
		for x := range public {
			if r := s.Results[0]; r.State == class.Graded && s.Results[1].State == class.Graded && strings.Contains(x, " ") && !strings.Contains(text, x) {
				t.Errorf("the page of %s lacks the public check %q", s.ID, x)
			}
		}
	}
	if cards < 50 || searched < 300 {
		t.Errorf("only %d failures of hidden checks, %d searches: the test shows nothing", cards, searched)
	}
}

// TestStudentSaysAll: each part of a page is there where it belongs.
func TestStudentSaysAll(t *testing.T) {
	all := sampleClass(t)
	get := func(id string) string {
		for _, s := range all {
			if s.ID == id {
				return words(t, studentHTML(t, s, StudentOptions{Course: "Neural Networks", Receipts: map[string]string{"deepfool": "abcdef0123", "least-norm-gd": "fedcba"}}))
			}
		}
		t.Fatal("no student " + id)
		return ""
	}
	for id, want := range map[string][]string{
		"a01": {"Neural Networks", "Feedback for Anna Berg", "200 of 200 points", "Hidden check 8 hidden ✓ Passed 8 of 8", "Sandbox rlimits+landlock+seccomp", "Receipt (SHA-256 of the result) abcdef0123", "a01/deepfool.go"},
		"é05": {"It does not build", "deepfool.go:31:12", "r[i] = step * g[i] / n", "mismatched types float64 and int", "In plain words: Go does not mix int and float64", "Not run: it does not build"},
		"f06": {"1 d 3 h 47 min after the due date; 2 begun days, 1 of them paid from your late days; penalty 10 %", "Well explained in the comments.", "Added by hand", "+2",
			"set by hand The idea is right.", "step 2: f = −0.3", "warning: no progress", "What was printed from the first hidden check on is not shown."},
		"i09": {"Nothing was handed in"},
		"l12": {"The grader failed here, not you: your teacher has to look at it", "no score yet"},
		"n14": {"it unpacks to more than 64 MB"},
		"r18": {"Input Binary(func, [2 −1], 0.02, 50)", "Computed [−0.36 0.48], 1", "Expected [−1.836 2.448], 1", "Error r differs by 2.46 at most", "Likely cause", "Next hint", "✗ Wrong answer", "none of the known mistakes gives these numbers"},
	} {
		text := get(id)
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("the page of %s lacks %q:\n%s", id, w, text)
			}
		}
	}
}

// TestSharedCards: what is said of several hidden checks is said once.
func TestSharedCards(t *testing.T) {
	s := sampleClass(t)[0]
	for i, c := range s.Results[0].Report.Checks {
		if !c.Public {
			s.Results[0].Report.Checks[i].Verdict = grading.Fail
		}
	}
	text := words(t, studentHTML(t, s, StudentOptions{}))
	if !strings.Contains(text, "Hidden checks 1, 2, 3, 4, 5, 6, 7, 8 ✗ Wrong answer") || strings.Count(text, generalHint) != 1 {
		t.Errorf("eight hidden checks without a known cause: %s", text)
	}
}

// hostileClass is one student who tries to get text through in every place that a student decides on.
func hostileClass(t testing.TB) class.StudentResult {
	s := sampleClass(t)[len(people)-1]
	long := strings.Repeat("A", 64<<10)
	s.ID, s.FirstName, s.LastName, s.Email = "eve"+hostile, hostile, hostile+long, hostile
	for i := range s.Results {
		r := &s.Results[i]
		r.Source, r.Submitted = hostile+long, hostile
		r.Teacher = []string{hostile + long}
		r.Grade.LateBy, r.Grade.Days = 1e6, 12
		r.Grade.Manual = []class.Manual{{Check: "adjust", Points: 1, Comment: hostile}, {Check: hostile, Comment: long}}
		rep := r.Report
		rep.Notes = []string{hostile, long}
		rep.Problems = []grading.Problem{{Place: hostile, Source: hostile + long, Message: hostile + long, Explain: hostile}}
		rep.Stdout, rep.Stderr = hostile+"\n"+long+"\n"+strings.Repeat("x\n", 100_000)+"\xff\xfe", long+hostile
		rep.StdoutOpen, rep.StderrOpen = len(rep.Stdout), len(rep.Stderr)
		rep.Submission, rep.Seed, rep.Sandbox, rep.Go = hostile, hostile, hostile, hostile
		for j := range rep.Checks {
			c := &rep.Checks[j]
			c.Verdict = grading.Crash
			c.Failures = []grading.Failure{{Input: hostile + long, Computed: hostile + long, Expected: hostile, Error: hostile + long, Cause: hostile + long, Hint: hostile}}
		}
		r.Files = []grading.Source{{Name: hostile, Text: []byte("package p // " + hostile + long)}}
	}
	return s
}

var allowed = map[string]bool{"html": true, "head": true, "meta": true, "title": true, "style": true, "body": true, "header": true, "main": true, "footer": true, "section": true, "article": true,
	"h1": true, "h2": true, "h3": true, "h4": true, "p": true, "ol": true, "ul": true, "li": true, "dl": true, "dt": true, "dd": true, "div": true, "span": true, "bdi": true, "b": true, "strong": true, "small": true,
	"br": true, "code": true, "pre": true, "a": true, "table": true, "caption": true, "thead": true, "tbody": true, "tfoot": true, "tr": true, "th": true, "td": true,
	"svg": true, "rect": true, "text": true, "path": true, "circle": true, "defs": true, "pattern": true, "desc": true}

// inspect looks at a page's tree: only the elements and attributes that the templates write, no control bytes, nothing from
// elsewhere.
func inspect(t testing.TB, name, page string) {
	t.Helper()
	if !utf8.ValidString(page) {
		t.Errorf("%s is not UTF-8", name)
	}
	for _, r := range page {
		if r < 0x20 && r != '\n' && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			t.Errorf("%s holds the control character %U", name, r)
			break
		}
	}
	tree, err := xhtml.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for n := range tree.Descendants() {
		if n.Type != xhtml.ElementNode {
			continue
		}
		count[n.Data]++
		if !allowed[n.Data] {
			t.Errorf("%s holds an element %s", name, n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "src" {
				t.Errorf("%s: <%s %s=%q>", name, n.Data, a.Key, a.Val)
			}
			if a.Key == "href" && !regexp.MustCompile(`^(#[a-z0-9-]+|(feedback|similarity)/[a-z0-9~_/.-]+\.html|\.\./\.\./summary\.html)$`).MatchString(a.Val) {
				t.Errorf("%s: a link to %q", name, a.Val)
			}
		}
		switch n.Data {
		case "html":
			if len(n.Attr) != 1 || n.Attr[0].Key != "lang" {
				t.Errorf("%s: the language is not stated", name)
			}
		case "table":
			if n.FirstChild == nil || !hasChild(n, "caption") {
				t.Errorf("%s: a table without a caption", name)
			}
		case "th":
			if !hasAttr(n, "scope") {
				t.Errorf("%s: a heading cell without a scope", name)
			}
		case "svg":
			if !hasAttr(n, "aria-label") && !hasAttr(n, "aria-labelledby") && !hasAttr(n, "aria-hidden") {
				t.Errorf("%s: a picture without words", name)
			}
		}
	}
	if count["h1"] != 1 || count["title"] < 1 || count["main"] != 1 {
		t.Errorf("%s: %d h1, %d titles, %d main", name, count["h1"], count["title"], count["main"])
	}
	for _, bad := range []string{"http:", "https:", "url(http", "@import", "javascript:", "ZgotmplZ"} {
		if strings.Contains(page, bad) {
			t.Errorf("%s holds %q", name, bad)
		}
	}
	if !strings.Contains(page, "default-src &#39;none&#39;") && !strings.Contains(page, "default-src 'none'") {
		t.Errorf("%s has no content security policy", name)
	}
}

func hasChild(n *xhtml.Node, name string) bool {
	for c := range n.ChildNodes() {
		if c.Data == name {
			return true
		}
	}
	return false
}

func hasAttr(n *xhtml.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key && a.Val != "" {
			return true
		}
	}
	return false
}

// TestHostileStudent: names, files, sources and output that would take over a page are shown as text, and bounded.
func TestHostileStudent(t *testing.T) {
	eve := hostileClass(t)
	p := studentHTML(t, eve, StudentOptions{Course: "Course", Receipts: map[string]string{"deepfool": hostile}})
	inspect(t, "the student's page", p)
	if len(p) > 600_000 {
		t.Errorf("the page has %d bytes", len(p))
	}
	text := words(t, p)
	for _, want := range []string{`</script><script>document.title="hacked"</script>`, "{{.}}", "␀␛[31m␡", "more characters)", "more lines)"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	dir := t.TempDir()
	all := append(sampleClass(t), eve)
	mallory := hostileClass(t) // the same source: a similar pair with a hostile name
	mallory.ID = "../../../mallory"
	for i := range all[0].Results {
		mallory.Results[i].Files, all[len(all)-1].Results[i].Files = all[0].Results[i].Files, all[0].Results[i].Files
	}
	pages := &Pages{Course: hostile}
	if err := pages.Summary(dir, append(all, mallory)); err != nil {
		t.Fatal(err)
	}
	n := 0
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		n++
		b, err := os.ReadFile(path)
		inspect(t, filepath.Base(path), string(b))
		return err
	})
	if err != nil || n < 4 {
		t.Errorf("%d pages, %v", n, err)
	}
}

// TestSamplePages inspects the pages of the whole class, and follows all links.
func TestSamplePages(t *testing.T) {
	dir := t.TempDir()
	all := writeSample(t, dir)
	n, links := 0, 0
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".html" {
			return err
		}
		n++
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		inspect(t, name, string(b))
		ids := map[string]bool{}
		for _, m := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(string(b), -1) {
			if ids[m[1]] {
				t.Errorf("%s: the id %s is there twice", name, m[1])
			}
			ids[m[1]] = true
		}
		for _, m := range regexp.MustCompile(`href="([^"]+)"`).FindAllStringSubmatch(string(b), -1) {
			links++
			to := html.UnescapeString(m[1])
			if id, inside := strings.CutPrefix(to, "#"); inside {
				if !ids[id] {
					t.Errorf("%s: a link to #%s, which is not there", name, id)
				}
			} else if _, err := os.Stat(filepath.Join(filepath.Dir(path), to)); err != nil {
				t.Errorf("%s: a link to %s: %v", name, to, err)
			}
		}
		return nil
	})
	if err != nil || n < len(all)+2 || links < 50 {
		t.Errorf("%d pages, %d links, %v", n, links, err)
	}
}

// TestSummary: the numbers are those of the results, and the order of the students plays no part.
func TestSummary(t *testing.T) {
	all := sampleClass(t)
	write := func(all []class.StudentResult) string {
		var b bytes.Buffer
		if err := WriteSummary(&b, all, SummaryOptions{Course: "C", Similar: []Similar{{Exercise: "deepfool", Title: "DeepFool", Compared: 5, Pairs: []SimilarPair{{A: "c03", B: "h08", Score: 0.996, Shared: 99}}}}}); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	s := write(all)
	other := append([]class.StudentResult{}, all...)
	for i := range other {
		j := (7*i + 3) % len(other)
		other[i], other[j] = other[j], other[i]
	}
	if write(other) != s {
		t.Error("the page depends on the order of the students")
	}
	text := words(t, s)
	passed, of := 0, 0
	for _, st := range all {
		if r := st.Results[0]; r.Report != nil && r.State != class.Failed {
			if of++; r.Report.Checks[2].Verdict == grading.Pass {
				passed++
			}
		}
	}
	c := all[0].Results[0].Report.Checks[2]
	for _, want := range []string{"18 students", "35 submissions", "33 graded", "2 to be looked at", "1 similar pairs", "c03 and h08 99 % 99",
		fmt.Sprintf("%s (%s) hidden %g %d of %d", c.Title, c.ID, c.Points, passed, of),
		"does not build: Go does not mix int and float64: write float64(n) 1", "the grader failed: check binary-edges panicked", "nothing handed in", "grader failed", "refused",
		"rlimits+landlock+seccomp (33)"} {
		if !strings.Contains(text, want) {
			t.Errorf("the summary lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "without a sandbox") {
		t.Error("the summary warns of a missing sandbox that was there")
	}
	all[3].Results[0].Unsafe = true
	if !strings.Contains(words(t, write(all)), "Graded without a sandbox") {
		t.Error("the summary does not warn of a missing sandbox")
	}
	if p := words(t, studentHTML(t, all[3], StudentOptions{})); !strings.Contains(p, "Graded without a sandbox") {
		t.Error("the student's page does not warn of a missing sandbox")
	}
	if !strings.Contains(words(t, write(nil)), "0 students") {
		t.Error("a class of nobody")
	}
}

// TestDistribution: bins are [0, 10), …, [90, 100].
func TestDistribution(t *testing.T) {
	var all []class.StudentResult
	for i, x := range []float64{0, 9.99, 10, 30, 70, 89.99, 90, 100} {
		all = append(all, class.StudentResult{ID: fmt.Sprint(i), Results: []class.Result{{Exercise: "x", State: class.Graded, Grade: class.Grade{Counts: true, Final: x, Max: 100}}}})
	}
	var b bytes.Buffer
	if err := WriteSummary(&b, all, SummaryOptions{}); err != nil {
		t.Fatal(err)
	}
	if want := "0–9: 2; 10–19: 1; 30–39: 1; 70–79: 1; 80–89: 1; 90–100: 2"; !strings.Contains(b.String(), want) {
		t.Errorf("the distribution is not %s", want)
	}
}

// TestReceipt: the page holds the hash of the result's file, which the chain of receipts holds too.
func TestReceipt(t *testing.T) {
	dir := t.TempDir()
	writeSample(t, dir)
	b, err := os.ReadFile(filepath.Join(dir, "feedback", "a01", "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, slug := range []string{"deepfool", "least-norm-gd"} {
		if want := fmt.Sprintf("<code>%x</code>", sha256.Sum256([]byte("a01"+slug))); !strings.Contains(string(b), want) {
			t.Errorf("the page lacks the receipt %s", want)
		}
	}
}

func ExampleWriteStudent() {
	s := class.StudentResult{ID: "anna", Results: []class.Result{{
		Exercise: "deepfool", State: class.Graded, Grade: class.Grade{Counts: true, Final: 8, Max: 18},
		Report: &grading.Report{Title: "DeepFool", Verdict: grading.Fail, Checks: []grading.CheckResult{
			{ID: "binary-cases", Title: "Binary on the cases of the statement", Points: 8, Earned: 8, Public: true, Verdict: grading.Pass},
			{ID: "binary-edges", Title: "Binary at a zero gradient", Points: 10, Verdict: grading.Fail, Failures: []grading.Failure{{
				Input: "Binary(f, grad, [0 0], 0.02, 50)", Computed: "[NaN NaN]", Expected: "an error", Cause: "a zero gradient is divided by", Hint: "test the norm before you divide"}}},
		}},
	}}}
	var b strings.Builder
	if err := WriteStudent(&b, s, StudentOptions{Course: "Neural Networks"}); err != nil {
		panic(err)
	}
	for _, words := range []string{"Binary on the cases of the statement", "Hidden check 1", "a zero gradient is divided by", "Binary at a zero gradient", "NaN"} {
		fmt.Printf("%s: %v\n", words, strings.Contains(b.String(), words))
	}
	// Output:
	// Binary on the cases of the statement: true
	// Hidden check 1: true
	// a zero gradient is divided by: true
	// Binary at a zero gradient: false
	// NaN: false
}
