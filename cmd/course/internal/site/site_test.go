package site

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nncourse/cmd/course/internal/jupyter"
	"nncourse/cmd/course/internal/notebook"
	"nncourse/lib/workspace"
)

// Every lesson becomes a page with its figures and their words, the index links to it, and other files are safe.
func TestBuild(t *testing.T) {
	if testing.Short() {
		t.Skip("--quick leaves out the web pages")
	}
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	if err := jupyter.Ready(root); err != nil {
		t.Skip("the course is not set up (run `go tool course setup`): " + err.Error())
	}
	out := filepath.Join(t.TempDir(), "site")
	pages, err := Build(context.Background(), root, out)
	if err != nil {
		t.Fatal(err)
	}
	lessons, err := notebook.Lessons(root)
	if err != nil || len(pages) != len(lessons) || len(pages) == 0 {
		t.Fatalf("%d pages of %d lessons, %v", len(pages), len(lessons), err)
	}
	index, err := os.ReadFile(filepath.Join(out, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		if !strings.Contains(string(index), `href="`+p.File+`"`) || !strings.Contains(string(index), p.Title) {
			t.Errorf("the index does not link to %s (%s)", p.File, p.Title)
		}
		b, err := os.ReadFile(filepath.Join(out, filepath.FromSlash(p.File)))
		if err != nil {
			t.Fatal(err)
		}
		page := string(b)
		figures := strings.Count(page, `src="data:image/svg+xml;base64,`)
		if figures == 0 {
			t.Errorf("%s shows no figure: was the lesson committed without outputs?", p.File)
		}
		if n := strings.Count(page, `alt=""`) + strings.Count(page, `alt="No description`); n > 0 {
			t.Errorf("%s: %d pictures without words", p.File, n)
		}
	}
	if b, err := os.ReadFile(filepath.Join(out, "playground.html")); err != nil || !strings.Contains(string(index), `href="playground.html"`) || len(b) < 500_000 {
		t.Errorf("the playground: %d bytes, %v", len(b), err)
	}
	if _, err := Build(context.Background(), root, filepath.Dir(out)); err == nil {
		t.Error("a folder that holds other files was written to")
	}
}

func TestTitle(t *testing.T) {
	nb := &notebook.Notebook{Cells: []notebook.Cell{{Type: "code", Source: "# no"}, {Type: "markdown", Source: "text\n# The title\n## other"}}}
	if got := title(nb, "x"); got != "The title" {
		t.Errorf("title = %q", got)
	}
	if got := title(&notebook.Notebook{}, "file"); got != "file" {
		t.Errorf("without a heading: %q", got)
	}
}
