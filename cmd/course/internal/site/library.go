package site

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/doc"
	"go/doc/comment"
	"go/format"
	"go/parser"
	"go/printer"
	"go/token"
	"html"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// goPackage is a package of the library with what a page says about it.
type goPackage struct {
	dir   string   // lib/conv
	files []string // lib/conv/conv.go, …: those that the page of sources shows
	fset  *token.FileSet
	doc   *doc.Package
}

// name is what the site calls the package: conv, symmetry/gconv.
func (p *goPackage) name() string { return strings.TrimPrefix(p.dir, "lib/") }

// page is its page without an ending.
func (p *goPackage) page() string { return "library/" + strings.ReplaceAll(p.name(), "/", "-") }

// library reads the packages below lib/ that other packages can import. Of the tests it shows those that also names.
func library(root string, also func(file string) bool) ([]*goPackage, error) {
	var list []*goPackage
	err := filepath.WalkDir(filepath.Join(root, "lib"), func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if d.Name() == "testdata" {
			return filepath.SkipDir
		}
		rel, err := filepath.Rel(root, dir)
		if err != nil {
			return err
		}
		p := &goPackage{dir: filepath.ToSlash(rel), fset: token.NewFileSet()}
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(names) == 0 {
			return err
		}
		var parsed []*ast.File
		for _, name := range names {
			test := strings.HasSuffix(name, "_test.go")
			if match, err := build.Default.MatchFile(dir, filepath.Base(name)); err != nil || !match && !test {
				if err != nil {
					return err
				}
				continue
			}
			f, err := parser.ParseFile(p.fset, name, nil, parser.ParseComments)
			if err != nil {
				return err
			}
			parsed = append(parsed, f)
			file := p.dir + "/" + filepath.Base(name)
			if !test || also(file) {
				p.files = append(p.files, file)
			}
		}
		if len(p.files) == 0 {
			return nil
		}
		if p.doc, err = doc.NewFromFiles(p.fset, parsed, "nncourse/"+p.dir); err != nil {
			return fmt.Errorf("%s: %w", p.dir, err)
		}
		if p.doc.Name != "main" {
			list = append(list, p)
		}
		return nil
	})
	return list, err
}

// packages puts a page for each package into the stage, with its documentation and examples, and a page with its source.
func (s *stage) packages(list []*goPackage) error {
	var index strings.Builder
	index.WriteString("# The library\n\nThe code of the course, to read and to use: each package with its documentation, and its source beside it.\n\n| package | what it holds |\n|---|---|\n")
	var pages []string
	for _, p := range list {
		name := path.Base(p.page())
		pages = append(pages, name)
		about := strings.ReplaceAll(html.EscapeString(p.doc.Synopsis(p.doc.Doc)), "|", "\\|")
		fmt.Fprintf(&index, "| [%s](%s.md) | %s |\n", p.name(), name, strings.NewReplacer("*", "\\*", "_", "\\_", "$", "\\$", "`", "\\`", "[", "\\[").Replace(about))
		if err := s.write(p.page()+".md", s.documentation(p, list)); err != nil {
			return err
		}
		if err := s.source(p); err != nil {
			return err
		}
	}
	index.WriteString(toctree(":hidden:", pages...))
	return s.write("library/index.md", []byte(index.String()))
}

// source makes the page with the package's files.
func (s *stage) source(p *goPackage) error {
	var b strings.Builder
	fmt.Fprintf(&b, "---\norphan: true\nnosearch: true\n---\n# Source of package %s\n\n[Documentation](%s.md)\n", p.name(), path.Base(p.page()))
	for _, f := range p.files {
		text, err := os.ReadFile(filepath.Join(s.root, filepath.FromSlash(f)))
		if err != nil {
			return err
		}
		if err := s.write("_go/"+f, text); err != nil {
			return err
		}
		fmt.Fprintf(&b, "\n## %s\n\n```{literalinclude} /_go/%s\n:language: go\n:linenos:\n```\n", path.Base(f), f)
	}
	return s.write(p.page()+"-source.md", []byte(b.String()))
}

// documentation makes the page with what `go doc -all` says, and the examples.
func (s *stage) documentation(p *goPackage, list []*goPackage) []byte {
	w := &docWriter{p: p, list: list}
	fmt.Fprintf(&w.b, "# Package %s\n\n```go\nimport \"nncourse/%s\"\n```\n\n", p.name(), p.dir)
	w.text(p.doc.Doc)
	fmt.Fprintf(&w.b, "[Source](%s-source.md)", path.Base(p.page()))
	for i, l := range s.uses[p.dir] {
		fmt.Fprintf(&w.b, "%s[%s](../%s.ipynb)", map[bool]string{true: " · used in ", false: ", "}[i == 0], strings.NewReplacer("[", "\\[", "]", "\\]").Replace(l.Title), l.source())
	}
	w.b.WriteString("\n\n")
	w.examples(p.doc.Examples)
	values := func(title string, vs []*doc.Value) {
		if len(vs) > 0 && title != "" {
			fmt.Fprintf(&w.b, "## %s\n\n", title)
		}
		for _, v := range vs {
			for _, n := range v.Names {
				w.mark(n)
			}
			w.declaration(v.Decl)
			w.text(v.Doc)
		}
	}
	functions := func(level, receiver string, fs []*doc.Func) {
		for _, f := range fs {
			name := receiver + f.Name
			w.mark(name)
			fmt.Fprintf(&w.b, "%s %s\n\n", level, name)
			w.declaration(f.Decl)
			w.text(f.Doc)
			w.examples(f.Examples)
		}
	}
	values("Constants", p.doc.Consts)
	values("Variables", p.doc.Vars)
	if len(p.doc.Funcs) > 0 {
		w.b.WriteString("## Functions\n\n")
		functions("###", "", p.doc.Funcs)
	}
	if len(p.doc.Types) > 0 {
		w.b.WriteString("## Types\n\n")
		for _, t := range p.doc.Types {
			w.mark(t.Name)
			fmt.Fprintf(&w.b, "### %s\n\n", t.Name)
			w.declaration(t.Decl)
			w.text(t.Doc)
			w.examples(t.Examples)
			values("", t.Consts)
			values("", t.Vars)
			functions("####", "", t.Funcs)
			functions("####", t.Name+".", t.Methods)
		}
	}
	return w.b.Bytes()
}

type docWriter struct {
	b    bytes.Buffer
	p    *goPackage
	list []*goPackage
}

// raw writes HTML as it is.
func (w *docWriter) raw(text string) {
	fmt.Fprintf(&w.b, "``````{raw} html\n%s\n``````\n\n", text)
}

// mark names a place, as go doc's links do.
func (w *docWriter) mark(name string) { w.raw(`<span id="` + html.EscapeString(name) + `"></span>`) }

// text writes a comment, with its links into the site.
func (w *docWriter) text(s string) {
	if strings.TrimSpace(s) == "" {
		return
	}
	pr := w.p.doc.Printer()
	pr.HeadingLevel = 3
	pr.HeadingID = func(h *comment.Heading) string { return "" }
	pr.DocLinkURL = func(l *comment.DocLink) string {
		name := l.Name
		if l.Recv != "" {
			// A field has no place of its own.
			if name = l.Recv + "." + l.Name; !w.methods(l)[name] {
				name = l.Recv
			}
		}
		if l.ImportPath == "" {
			return "#" + name
		}
		for _, p := range w.list {
			if "nncourse/"+p.dir == l.ImportPath {
				if name != "" {
					name = "#" + name
				}
				return path.Base(p.page()) + ".html" + name
			}
		}
		return l.DefaultURL("https://pkg.go.dev")
	}
	w.raw(`<div class="go-doc">` + "\n" + string(pr.HTML(w.p.doc.Parser().Parse(s))) + "</div>")
}

// methods gives the methods of the package that a link leads to, as TYPE.METHOD.
func (w *docWriter) methods(l *comment.DocLink) map[string]bool {
	found := map[string]bool{}
	for _, p := range w.list {
		if l.ImportPath == "" && p != w.p || l.ImportPath != "" && "nncourse/"+p.dir != l.ImportPath {
			continue
		}
		for _, t := range p.doc.Types {
			for _, m := range t.Methods {
				found[t.Name+"."+m.Name] = true
			}
		}
	}
	return found
}

// declaration writes a declaration, and where it stands in the source.
func (w *docWriter) declaration(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		d.Doc, d.Body = nil, nil
	case *ast.GenDecl:
		d.Doc = nil
	}
	var b bytes.Buffer
	if err := format.Node(&b, w.p.fset, d); err != nil {
		fmt.Fprintf(&b, "// %v", err)
	}
	w.code(b.String())
	at := w.p.fset.Position(d.Pos())
	name := filepath.Base(at.Filename)
	w.raw(fmt.Sprintf(`<p class="source-of"><a href="%s-source.html#%s-%d">%s, line %d</a></p>`, path.Base(w.p.page()), name, at.Line, name, at.Line))
}

func (w *docWriter) code(text string) {
	fmt.Fprintf(&w.b, "``````go\n%s\n``````\n\n", strings.TrimRight(text, "\n"))
}

// examples writes examples with what they print.
func (w *docWriter) examples(list []*doc.Example) {
	for _, e := range list {
		var b bytes.Buffer
		if err := format.Node(&b, w.p.fset, &printer.CommentedNode{Node: e.Code, Comments: e.Comments}); err != nil {
			continue
		}
		text := b.String()
		if inner, ok := strings.CutPrefix(text, "{\n"); ok {
			text = strings.ReplaceAll("\n"+strings.TrimSuffix(strings.TrimSpace(inner), "}"), "\n\t", "\n")
			if i := strings.LastIndex(text, "// Output:"); i >= 0 {
				text = text[:i]
			}
			if i := strings.LastIndex(text, "// Unordered output:"); i >= 0 {
				text = text[:i]
			}
		}
		w.raw("<p><strong>Example</strong>" + map[bool]string{true: " (" + html.EscapeString(e.Suffix) + ")", false: ""}[e.Suffix != ""] + "</p>")
		w.code(strings.Trim(text, "\n"))
		if e.Output != "" {
			w.raw("<p>It prints</p>")
			fmt.Fprintf(&w.b, "``````text\n%s\n``````\n\n", strings.TrimRight(e.Output, "\n"))
		}
	}
}

// linked lists the library's tests that a lesson or an exercise links to.
func linked(root string) (func(file string) bool, error) {
	found := map[string]bool{}
	var files []string
	for _, pattern := range []string{"notebooks/class*/*.ipynb", "notebooks/class*/README.md", "exercises/*/*.md"} {
		list, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil {
			return nil, err
		}
		files = append(files, list...)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		for _, m := range link.FindAllSubmatch(b, -1) {
			if t := string(m[1]); strings.HasSuffix(t, "_test.go") {
				rel, err := filepath.Rel(root, filepath.Join(filepath.Dir(f), filepath.FromSlash(t)))
				if err != nil {
					return nil, err
				}
				found[filepath.ToSlash(rel)] = true
			}
		}
	}
	return func(file string) bool { return found[file] }, nil
}
