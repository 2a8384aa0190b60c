// Package site turns the lessons, with their stored outputs, into pages that need nothing but a browser.
package site

import (
	"context"
	"fmt"
	"html/template"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"nncourse/cmd/course/internal/jupyter"
	"nncourse/cmd/course/internal/notebook"
	"nncourse/cmd/course/internal/playground"
)

// Page is one lesson's page.
type Page struct {
	Notebook string `json:"notebook"` // relative to the course
	File     string `json:"file"`     // relative to the site
	Title    string `json:"title"`
	Class    string `json:"class"`
}

// Build writes a page for each lesson into out, the playground, and index.html. out must be new or a site that was built before.
func Build(ctx context.Context, root, out string) ([]Page, error) {
	if entries, err := os.ReadDir(out); err == nil && len(entries) > 0 {
		if _, err := os.Stat(filepath.Join(out, ".course-site")); err != nil {
			return nil, fmt.Errorf("%s holds other files: name a new folder, so that nothing is overwritten", out)
		}
	}
	lessons, err := notebook.Lessons(root)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(out, ".course-site"), nil, 0o644); err != nil {
		return nil, err
	}
	var pages []Page
	byClass := map[string][]string{}
	for _, l := range lessons {
		nb, err := notebook.Read(l)
		if err != nil {
			return nil, err
		}
		class := filepath.Base(filepath.Dir(l))
		name := strings.TrimSuffix(filepath.Base(l), ".ipynb") + ".html"
		rel, err := filepath.Rel(root, l)
		if err != nil {
			return nil, err
		}
		byClass[class] = append(byClass[class], l)
		pages = append(pages, Page{Notebook: filepath.ToSlash(rel), File: class + "/" + name, Title: title(nb, name), Class: strings.TrimPrefix(class, "class")})
	}
	// One program for all lessons of a class: its start takes longer than a lesson.
	for class, list := range byClass {
		args := append([]string{"-m", "nbconvert", "--to", "html", "--template", "lab", "--output-dir", filepath.Join(out, class)}, list...)
		cmd := exec.CommandContext(ctx, jupyter.Python(root), args...)
		cmd.Env = jupyter.Env(root, true)
		if b, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("class %s: %v\n%s", class, err, b)
		}
	}
	if err := playground.Build(ctx, root, filepath.Join(out, "playground.html")); err != nil {
		return nil, err
	}
	f, err := os.Create(filepath.Join(out, "index.html"))
	if err != nil {
		return nil, err
	}
	if err := index.Execute(f, pages); err != nil {
		f.Close()
		return nil, err
	}
	return pages, f.Close()
}

// title takes the first heading of the lesson.
func title(nb *notebook.Notebook, other string) string {
	for _, c := range nb.Cells {
		if c.Type != "markdown" {
			continue
		}
		for l := range strings.Lines(string(c.Source)) {
			if t, ok := strings.CutPrefix(strings.TrimSpace(l), "# "); ok {
				return t
			}
		}
	}
	return other
}

var index = template.Must(template.New("index").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Neural networks in Go</title>
<style>
:root { color-scheme: light dark }
body { font: 1.05rem/1.55 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem }
li { margin: .3rem 0 }
</style>
<main>
<h1>Neural networks in Go</h1>
<p>The lessons with their figures, to read. To run and change them, start the course: <code>go tool course lab</code>.</p>
<ul>
{{range .}}<li>Class {{.Class}}: <a href="{{.File}}">{{.Title}}</a></li>
{{end}}</ul>
<p>To play with, here and now: <a href="playground.html">the playground of class 1</a>.</p>
</main>
</html>
`))
