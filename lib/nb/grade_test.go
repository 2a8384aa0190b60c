package nb

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// answer reads what `course grade --cell` would print.
func answer(t *testing.T, s string) *graded {
	t.Helper()
	g := &graded{}
	if err := json.Unmarshal([]byte(s), g); err != nil {
		t.Fatal(err)
	}
	return g
}

const someRight = `{"exercise":"sphere","title":"Sphere & ball","source":"cells","state":"graded","functions":["Area","Volume"],"missing":[],"helpers":["square"],
"report":{"score":2,"max":5,"verdict":"fail","checks":[
{"title":"Area","points":2,"earned":2,"verdict":"pass","failures":[]},
{"title":"Volume of a <unit> ball","points":2.5,"earned":0,"verdict":"fail","failures":[{"input":"r = 1","computed":"3.1\n3.2","expected":"4.19","error":"off by 1","cause":"4/3 is 1 in integers","hint":"what is 4/3?"}]},
{"title":"Huge","points":0.5,"earned":0,"verdict":"timeout","failures":[{"input":"r = 2","computed":"","expected":"","error":"no answer in 5 s","cause":"","hint":""}]}]},
"hints":[{"title":"1. Where to < begin","body":"Look at $r^2$."},{"title":"2. The rest","body":"Twice."}]}`

func TestGradeShows(t *testing.T) {
	for _, tc := range []struct {
		name, json   string
		hints        bool
		text, absent []string // in both forms
	}{
		{"some right", someRight, true,
			[]string{"Sphere & ball: 2 of 5 points of the public checks. Start with the first ✗.", "✓", "2/2", "Volume of a <unit> ball", "✗", "0/2.5", "r = 1", "3.1", "4.19", "off by 1",
				"4/3 is 1 in integers", "what is 4/3?", "Huge — timeout", "no answer in 5 s"}, []string{"square", "○"}},
		{"all right", `{"exercise":"s","title":"S","source":"cells","state":"graded","functions":["A"],"helpers":["square","cube"],"report":{"score":2,"max":2,"verdict":"pass","checks":[{"title":"A","points":2,"earned":2,"verdict":"pass"}]},"hints":[{"title":"1","body":"x"}]}`, false,
			[]string{"✓ All public checks hold: 2 of 2 points.", "hidden checks", "square and cube", "exercise:s"}, []string{"✗"}},
		{"the stub", `{"exercise":"s","title":"S","source":"cells","state":"unwritten","functions":["A","B","C"],"helpers":["errTodo"],"report":{"score":0,"max":2,"verdict":"fail","checks":[{"title":"A","points":2,"verdict":"fail","failures":[{"input":"A(1)","computed":"error: exercise s: not written yet","expected":"2","error":"an error"}]}]},"hints":[{"title":"1","body":"x"}]}`, true,
			[]string{"Not solved yet. Write A, B and C in place of the stub, run that cell, then run this one again.", "○ ", "A(1)"}, []string{"✗", "errTodo", "an error"}},
		{"the stub in the folder", `{"exercise":"s","title":"S","source":"folder","state":"unwritten","functions":["A"],"report":{"score":0,"max":2,"verdict":"fail","checks":[]},"hints":[]}`, false,
			[]string{"Not solved yet. Write A in cells of this notebook, and run them; or write them in exercises/s. Then run this cell again."}, nil},
		{"a cell was not run", `{"exercise":"s","title":"S","source":"","state":"missing","functions":["A","B"],"missing":["B"],"report":null,"hints":[{"title":"1","body":"x"}]}`, true,
			[]string{"Not solved yet. No cell that you have run declares B. Run the cell that does"}, []string{"<table"}},
		{"graded in the folder", `{"exercise":"s","title":"S","source":"folder","state":"graded","functions":["A"],"report":{"score":1,"max":2,"verdict":"fail","checks":[]},"hints":[]}`, false,
			[]string{"1 of 2 points", "Graded: the files in exercises/s, because no cell holds a solution."}, nil},
		{"unbuildable", `{"exercise":"s","title":"S","source":"cells","state":"graded","functions":["A"],"report":{"score":0,"max":2,"verdict":"unbuildable","checks":[],"problems":[{"place":"A, line 2","source":"x := 1 < 2","message":"import \"os\" is not allowed","explain":"allowed here: math"}]},"hints":[]}`, false,
			[]string{"Nothing could be run.", "A, line 2", "x := 1 < 2", `import "os" is not allowed`, "allowed here: math"}, []string{"points of"}},
	} {
		g := answer(t, tc.json)
		text, rich := g.text(), g.html()
		seen := visibleHTML(t, rich)
		for _, w := range tc.text {
			if !strings.Contains(oneSpace(text), oneSpace(w)) {
				t.Errorf("%s: the text lacks %q:\n%s", tc.name, w, text)
			}
			if !strings.Contains(oneSpace(seen), oneSpace(w)) {
				t.Errorf("%s: the page lacks %q:\n%s", tc.name, w, seen)
			}
		}
		for _, w := range tc.absent {
			if strings.Contains(text, w) || strings.Contains(rich, w) {
				t.Errorf("%s: shows %q:\n%s\n%s", tc.name, w, text, rich)
			}
		}
		if h := g.hints(); (h != "") != tc.hints {
			t.Errorf("%s: hints %q", tc.name, h)
		}
	}
	if h := answer(t, someRight).hints(); strings.Count(h, "<details><summary>") != 2 || !strings.Contains(h, "1. Where to &lt; begin</summary>\n\nLook at $r^2$.\n\n</details>") {
		t.Errorf("hints:\n%s", h)
	}
}

func oneSpace(s string) string { return strings.Join(strings.Fields(s), " ") }

// visibleHTML gives the words of well-formed HTML.
func visibleHTML(t *testing.T, s string) string {
	t.Helper()
	var b strings.Builder
	d := xml.NewDecoder(strings.NewReader(s))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	depth := 0
	for {
		tok, err := d.Token()
		if err != nil {
			if err.Error() != "EOF" || depth != 0 {
				t.Errorf("not well-formed (%v, depth %d): %s", err, depth, s)
			}
			return b.String()
		}
		switch x := tok.(type) {
		case xml.CharData:
			b.Write(x)
		case xml.StartElement:
			depth++
			if n := x.Name.Local; n == "td" || n == "th" || n == "br" || n == "p" {
				b.WriteByte(' ')
			}
		case xml.EndElement:
			depth--
		}
	}
}

// What the kernel generated is found through its environment, and only in a kernel.
func TestGradeProgram(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(protocol.GONB_TMP_DIR_ENV, dir)
	record(t, true, true)
	if got := program(); got != "" {
		t.Errorf("an empty folder: %q", got)
	}
	for _, name := range []string{"main_test.go", "main.go"} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if got := program(); got != file {
			t.Errorf("%q, want %q", got, file)
		}
	}
	record(t, false, true)
	if got := program(); got != "" {
		t.Errorf("outside a kernel: %q", got)
	}
}
