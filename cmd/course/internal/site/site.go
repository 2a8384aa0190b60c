// Package site turns the whole course, with the lessons' stored outputs, into pages that need nothing but a browser: the
// lessons, the exercises, the library with its source, the playground and what else is to play with. Sphinx makes the pages
// (its reader of notebooks is MyST-NB); this package writes its sources and checks what came out.
package site

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

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

// Options says what to build.
type Options struct {
	// Lesson, Exercise and Package, where not nil, choose: of the lessons by their page (class1/01-perceptron.html), of the
	// exercises by their name, of the packages by their folder (lib/conv). A link to what is left out stays as its words.
	Lesson, Exercise, Package func(name string) bool
	// Say, if not nil, is told how far the work is.
	Say func(string)
}

// Site is what Build made.
type Site struct {
	Pages []Page `json:"pages"` // the lessons'
	Report
}

// marker is the file by which a folder is known as a site that was built before.
const marker = ".course-site"

// web is what every site takes as it is.
//
//go:embed web
var web embed.FS

// ErrFolder says that the folder named holds something else.
var ErrFolder = errors.New("the folder holds other files: name a new one, so that nothing is overwritten")

// Free tells whether a site may be written to out: it is new, empty, or a site that was built before.
func Free(out string) error {
	entries, err := os.ReadDir(out)
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0:
		return nil
	case err != nil:
		return err
	}
	if _, err := os.Stat(filepath.Join(out, marker)); err != nil {
		return fmt.Errorf("%s: %w", out, ErrFolder)
	}
	return nil
}

// Build writes the site into out, whole or not at all: a site that stood there is replaced only by one that Check finds
// nothing wrong with.
func Build(ctx context.Context, root, out string, o Options) (*Site, error) {
	say := o.Say
	if say == nil {
		say = func(string) {}
	}
	if err := Free(out); err != nil {
		return nil, err
	}
	out, err := filepath.Abs(out)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return nil, err
	}
	// Beside out, so that the finished site is only renamed.
	work, err := os.MkdirTemp(filepath.Dir(out), ".course-site-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	src, html := filepath.Join(work, "src"), filepath.Join(work, "html")
	say("the sources")
	lessons, err := sources(ctx, root, src, o)
	if err != nil {
		return nil, err
	}
	if err := sphinx(ctx, root, src, html, say); err != nil {
		return nil, err
	}
	// What only Sphinx needs, and its themes' templates, which are no pages.
	for _, name := range []string{".buildinfo", "objects.inv", "_static/webpack-macros.html", "_static/sbt-webpack-macros.html", "_sources"} {
		_ = os.RemoveAll(filepath.Join(html, filepath.FromSlash(name)))
	}
	say("the playground")
	if err := playground.Build(ctx, root, filepath.Join(html, "playground.html")); err != nil {
		return nil, err
	}
	say("links, pictures, and what is loaded")
	report, err := Check(html)
	if err != nil {
		return nil, err
	}
	// .nojekyll: some hosts would leave out folders that begin with _.
	for _, name := range []string{marker, ".nojekyll"} {
		if err := os.WriteFile(filepath.Join(html, name), nil, 0o644); err != nil {
			return nil, err
		}
	}
	if err := os.Chmod(html, 0o755); err != nil {
		return nil, err
	}
	if err := Free(out); err != nil {
		return nil, err
	}
	old := filepath.Join(work, "old")
	if err := os.Rename(out, old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err := os.Rename(html, out); err != nil {
		_ = os.Rename(old, out)
		return nil, err
	}
	return &Site{Pages: lessons, Report: report}, nil
}

// sources writes what Sphinx reads.
func sources(ctx context.Context, root, src string, o Options) ([]Page, error) {
	all := func(string) bool { return true }
	for _, f := range []*func(string) bool{&o.Lesson, &o.Exercise, &o.Package} {
		if *f == nil {
			*f = all
		}
	}
	s := &stage{root: root, dir: src, doc: map[string]string{}, uses: map[string][]Page{}}
	files, err := notebook.Lessons(root)
	if err != nil {
		return nil, err
	}
	for _, l := range files {
		class := filepath.Base(filepath.Dir(l))
		name := strings.TrimSuffix(filepath.Base(l), ".ipynb") + ".html"
		if !o.Lesson(class + "/" + name) {
			continue
		}
		nb, err := notebook.Read(l)
		if err != nil {
			return nil, err
		}
		s.lessons = append(s.lessons, Page{Notebook: "notebooks/" + class + "/" + filepath.Base(l), File: class + "/" + name, Title: title(nb, name), Class: strings.TrimPrefix(class, "class")})
	}
	exercises, err := exerciseNames(root)
	if err != nil {
		return nil, err
	}
	exercises = slices.DeleteFunc(exercises, func(e string) bool { return !o.Exercise(e) })
	also, err := linked(root)
	if err != nil {
		return nil, err
	}
	packages, err := library(root, also)
	if err != nil {
		return nil, err
	}
	packages = slices.DeleteFunc(packages, func(p *goPackage) bool { return !o.Package(p.dir) })
	s.place(exercises, packages)
	classes, err := s.classes()
	if err != nil {
		return nil, err
	}
	if err := s.exercises(exercises); err != nil {
		return nil, err
	}
	if err := s.packages(packages); err != nil {
		return nil, err
	}
	for page, text := range map[string]string{"play": play(s.lessons), "index": home(s.lessons, classes)} {
		if err := s.write(page+".md", []byte(text)); err != nil {
			return nil, err
		}
	}
	for name, to := range map[string]string{"conf.py": "conf.py", "layout.html": "_templates/layout.html", "site.js": "_static/site.js", "site.css": "_static/site.css"} {
		b, err := web.ReadFile("web/" + name)
		if err != nil {
			return nil, err
		}
		if err := s.write(to, b); err != nil {
			return nil, err
		}
	}
	return s.lessons, playground.Widgets(ctx, root, filepath.Join(src, "_static"))
}

// home is the site's first page.
func home(lessons []Page, classes []string) string {
	var b strings.Builder
	b.WriteString(`# Neural networks in Go

A course to read here, with the figures and numbers that its code printed; to run and change it, start it on your machine: ` + "`go tool course lab`" + `.

`)
	if len(lessons) > 0 {
		fmt.Fprintf(&b, "Begin with [%s](%s.ipynb), or play first: [the playground and other things that answer](play.md).\n", escape(lessons[0].Title), lessons[0].source())
	}
	for i, l := range lessons {
		if i == 0 || l.Class != lessons[i-1].Class {
			fmt.Fprintf(&b, "\n## Class %s\n\n", l.Class)
		}
		fmt.Fprintf(&b, "- [%s](%s.ipynb)\n", escape(l.short()), l.source())
	}
	b.WriteString(toctree(":hidden:\n:caption: Lessons\n", classes...) + toctree(":hidden:\n:caption: Play, do, look up\n", "play", "exercises/index", "library/index"))
	return b.String()
}

// escape keeps Markdown's signs in a title from acting; its formulas stay.
func escape(s string) string { return strings.NewReplacer("[", "\\[", "]", "\\]").Replace(s) }

// widget is something to play with, computed in the page by the library.
type widget struct {
	name, title, text string
	lessons           []string // pages at whose foot it stands
}

var widgets = []widget{
	{"softmax", "Softmax and its temperature", "Four scores become probabilities. What does a low temperature do to them, what a high one?", []string{"class1/12-softmax"}},
	{"kernel", "A kernel on a picture", "Nine numbers slide over a picture. Which of them find edges, which blur?", []string{"class4/02-convolution", "class4/06-convolution-kernels"}},
	{"descent", "Momentum in a narrow valley", "A long valley, three methods. Find the rate at which each of them diverges, and the momentum that is fastest.", []string{"class3/03-momentum", "class2/02-gradient-descent"}},
	{"nearest", "The nearest point on the other side", "A linear classifier, and a point. The shortest way across the border is along w.", []string{"class5/02-lagrange", "class5/03-linear-attacks"}},
}

func (w widget) html() string {
	return "\n```{raw} html\n<div class=\"course-widget\" data-widget=\"" + w.name + "\"><p>This needs JavaScript and WebAssembly.</p></div>\n```\n"
}

// widgetsOf gives what stands at the foot of a lesson, "" for most.
func widgetsOf(page string) string {
	for _, w := range widgets {
		if slices.Contains(w.lessons, page) {
			return "## To play with: " + strings.ToLower(w.title[:1]) + w.title[1:] + "\n\n" + w.text + "\n" + w.html()
		}
	}
	return ""
}

// play is the page with all that is to play with.
func play(lessons []Page) string {
	var b strings.Builder
	b.WriteString("# To play with\n\nThe library itself computes here, compiled to WebAssembly, in your browser: nothing is sent anywhere.\n")
	for _, w := range widgets {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n%s", w.title, w.text, w.html())
		for _, l := range lessons {
			if slices.Contains(w.lessons, l.source()) {
				fmt.Fprintf(&b, "\nThe lesson: [%s](%s.ipynb)\n", escape(l.Title), l.source())
			}
		}
	}
	b.WriteString("\n## The playground\n\nA small network learns to tell two kinds of points apart.\n\n```{raw} html\n" +
		"<p>It has <a href=\"playground.html\">a page of its own</a> too.</p>\n<div class=\"course-playground\"></div>\n```\n")
	return b.String()
}
