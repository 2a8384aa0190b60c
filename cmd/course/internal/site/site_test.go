package site

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nncourse/cmd/course/internal/notebook"
)

func TestTitle(t *testing.T) {
	nb := &notebook.Notebook{Cells: []notebook.Cell{{Type: "code", Source: "# no"}, {Type: "markdown", Source: "text\n# The title\n## other"}}}
	if got := title(nb, "x"); got != "The title" {
		t.Errorf("title = %q", got)
	}
	if got := title(&notebook.Notebook{}, "file"); got != "file" {
		t.Errorf("without a heading: %q", got)
	}
}

// Links lead into the site, or become words; code stays as it is.
func TestRelink(t *testing.T) {
	s := &stage{root: t.TempDir(), dir: t.TempDir(), doc: map[string]string{
		"notebooks/class1/02-b.ipynb": "class1/02-b", "lib/conv/conv.go": "library/conv-source#conv-go", "lib/conv": "library/conv", "exercises/x/HINTS.md": "exercises/x-hints",
	}, lessons: []Page{{Notebook: "notebooks/class1/02-b.ipynb", File: "class1/02-b.html"}}}
	for text, want := range map[string]string{
		"the [cell](../class1/02-b.ipynb#cell-id=ab12)":                        "the [cell](02-b.ipynb)",
		"see [b](02-b.ipynb) and [b](02-b.ipynb#part \"t\").":                  "see [b](02-b.ipynb) and [b](02-b.ipynb#part \"t\").",
		"[`conv`](../../lib/conv/conv.go), [all](../../lib/conv/)":             "[`conv`](../library/conv-source.md#conv-go), [all](../library/conv.md)",
		"[hints](../../exercises/x/HINTS.md) [a](https://a.example/x) [p](#p)": "[hints](../exercises/x-hints.md) [a](https://a.example/x) [p](#p)",
		"[gone [1]](../gone.md), ![a picture](gone.png) and [b](02-b.ipynb)":   "gone [1], a picture and [b](02-b.ipynb)",
		"`f[i](gone.go)`\n```go\nm[k](gone.go)\n```\n[gone](gone.go)\n":        "`f[i](gone.go)`\n```go\nm[k](gone.go)\n```\ngone\n",
		"````\n```\n[a](gone.go)\n````\n[a](gone.go) `x` [c](../../lib/conv)":  "````\n```\n[a](gone.go)\n````\na `x` [c](../library/conv.md)",
		"[cell](02-b.ipynb#cell-id=1f2e) [one](#cell-id=abc)":                  "[cell](02-b.ipynb) one",
		"no link: f(x)](y and ](z) nor [a] (02-b.ipynb)":                       "no link: f(x)](y and ](z) nor [a] (02-b.ipynb)",
	} {
		if got := s.relink(text, "notebooks/class1/01-a.ipynb", "class1/01-a"); got != want {
			t.Errorf("%q\nbecame %q\nwant   %q", text, got, want)
		}
	}
}

func TestRehref(t *testing.T) {
	s := &stage{doc: map[string]string{"notebooks/class1/02-b.ipynb": "class1/02-b", "lib/conv/conv.go": "library/conv-source#conv-go"}}
	const text = `<a href="../class1/02-b.ipynb#cell-id=1f">b</a><a href="../../lib/conv/conv.go">c</a><a href="gone.ipynb">d</a><a href="https://a.example/">e</a><a href="#f">f</a>`
	const want = `<a href="../class1/02-b.html">b</a><a href="../library/conv-source.html#conv-go">c</a><a >d</a><a href="https://a.example/">e</a><a href="#f">f</a>`
	if got := s.rehref(text, "notebooks/class7/03-q.ipynb", "class7/03-q"); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// Check finds what it is for, each once, and nothing in a page that is right.
func TestCheck(t *testing.T) {
	write := func(dir, name, text string) {
		t.Helper()
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	good := t.TempDir()
	write(good, "index.html", `<link rel="stylesheet" href="a.css"><h1 id="x">x</h1><a href="#x"></a><a href="d/b.html#y"></a><a href="https://away.example/">away</a><img src="data:image/png;base64,AA" alt="words">`)
	write(good, "d/b.html", `<p id="y"><a href="../index.html#x">x</a><script src="../s.js?v=1"></script></p>`)
	write(good, "a.css", `a { background: url(s.png) }`)
	write(good, "s.js", ``)
	r, err := Check(good)
	if err != nil || r.Files != 4 || r.Links != 5 || r.Images != 1 || r.Away != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	for page, want := range map[string]string{
		`<img src="x.png">`: "without words", `<img src="data:," alt=" ">`: "without words", `<a href="gone.html">`: "not there", `<a href="#gone">`: "no such place",
		`<a href="d/b.html#gone">`: "no such place", `<script src="https://a.example/a.js">`: "loads from elsewhere", `<link href="//a.example/a.css">`: "loads from elsewhere",
		`<iframe src="http://a.example">`: "loads from elsewhere", `<a href="javascript:x()">`: "loads from elsewhere", `<img src="gone.png" alt="a">`: "not there",
	} {
		write(good, "index.html", `<h1 id="x">x</h1>`+page)
		if _, err := Check(good); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") != (page == `<img src="x.png">`) {
			t.Errorf("%s: %v, want %q", page, err, want)
		}
	}
	write(good, "index.html", `<h1 id="x">x</h1>`)
	for _, css := range []string{`@import "https://a.example/a.css";`, `a { src: url('//a.example/f.woff') }`} {
		write(good, "a.css", css)
		if _, err := Check(good); err == nil {
			t.Errorf("%s passes", css)
		}
	}
}

// A folder with other files is left as it is.
func TestFree(t *testing.T) {
	dir := t.TempDir()
	if err := Free(dir); err != nil {
		t.Error(err)
	}
	if err := Free(filepath.Join(dir, "new")); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "thesis.txt"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Build(context.Background(), dir, dir, Options{}); !errors.Is(err, ErrFolder) {
		t.Errorf("Build into a folder with other files: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, marker), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Free(dir); err != nil {
		t.Error(err)
	}
}
