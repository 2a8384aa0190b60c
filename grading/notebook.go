package grading

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// CellTag is the tag of a notebook's cells that belong to the exercise.
func CellTag(slug string) string { return "exercise:" + slug }

// notebookFile is the part of a Jupyter notebook, format 4, that the grader looks at.
type notebookFile struct {
	Format int            `json:"nbformat"`
	Cells  []notebookCell `json:"cells"`
}

type notebookCell struct {
	Type     string       `json:"cell_type"`
	Source   notebookText `json:"source"`
	Metadata struct {
		Tags []string `json:"tags"`
	} `json:"metadata"`
}

// notebookText is stored as a string or as a list of lines.
type notebookText string

func (t *notebookText) UnmarshalJSON(b []byte) error {
	var lines []string
	if json.Unmarshal(b, &lines) == nil {
		*t = notebookText(strings.Join(lines, ""))
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("a cell's source is neither a string nor a list of strings")
	}
	*t = notebookText(s)
	return nil
}

func readNotebook(b []byte) (*notebookFile, error) {
	var nb notebookFile
	if err := json.Unmarshal(b, &nb); err != nil {
		return nil, fmt.Errorf("this is not a notebook: %w", err)
	}
	if nb.Format != 4 {
		return nil, fmt.Errorf("the notebook has format %d, not 4", nb.Format)
	}
	return &nb, nil
}

// NotebookExercises lists the exercises that a notebook's cells are tagged with, in their order.
func NotebookExercises(b []byte) ([]string, error) {
	nb, err := readNotebook(b)
	if err != nil {
		return nil, err
	}
	var slugs []string
	for _, c := range nb.Cells {
		for _, tag := range c.Metadata.Tags {
			if slug, ok := strings.CutPrefix(tag, CellTag("")); ok && c.Type == "code" && !slices.Contains(slugs, slug) {
				slugs = append(slugs, slug)
			}
		}
	}
	return slugs, nil
}

// FromNotebook makes one Go file of the cells that are tagged for the exercise, as GoNB would: declarations are kept,
// and a later one of the same name replaces the earlier; imports are merged, unused ones dropped, and missing ones of
// those that the exercise allows are added; lines for the kernel (% and !) and what follows %% are left out. A cell
// without declarations, and statements outside functions, are refused.
func FromNotebook(target string, notebook []byte, e *Exercise) (*Submission, error) {
	nb, err := readNotebook(notebook)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", target, err)
	}
	if len(e.Files) > 1 {
		return nil, fmt.Errorf("exercise %s consists of %s: grade their folder", e.Slug, strings.Join(e.Files, ", "))
	}
	s := &Submission{Target: target}
	m := merger{e: e, s: s}
	number, found := 0, false
	for _, c := range nb.Cells {
		if c.Type != "code" {
			continue
		}
		number++
		if slices.Contains(c.Metadata.Tags, CellTag(e.Slug)) {
			found = true
			m.cell(number, string(c.Source))
		}
	}
	if !found {
		s.Problems = append(s.Problems, Problem{Place: filepath.Base(target), Message: "no cell has the tag " + CellTag(e.Slug),
			Explain: "in JupyterLab open the property inspector (the gears at the right), and add the tag to the cells with your functions"})
		return s, nil
	}
	if len(s.Problems) > 0 {
		return s, nil
	}
	source, org := m.file()
	s.add(e.Files[0], filepath.Base(target), source, org, e)
	return s, nil
}

// merger collects the declarations of cells.
type merger struct {
	e       *Exercise
	s       *Submission
	decls   []piece
	imports []importLine
	used    map[string]bool // names before a dot that no declaration of the cell binds
	bound   map[string]bool // package-level names
}

// piece is one declaration.
type piece struct {
	keys []string // what it declares; a later piece with all of them replaces it
	text string
	from origin // of its first line
}

type importLine struct {
	name, path string
	from       origin
}

// kernelLine tells whether GoNB takes the line for itself, and whether it starts the body of main.
func kernelLine(line string) (special, main bool) {
	trimmed := strings.TrimRight(strings.TrimPrefix(line, "//gonb:"), " \t\r")
	switch {
	case strings.HasPrefix(trimmed, "%%"), trimmed == "%main", strings.HasPrefix(trimmed, "%main "), trimmed == "%test", strings.HasPrefix(trimmed, "%test "):
		return true, true
	case strings.HasPrefix(trimmed, "%"), strings.HasPrefix(trimmed, "!"):
		return true, false
	}
	return false, false
}

var packageLine = regexp.MustCompile(`^\s*package\s+\w+\s*;?\s*$`)

// declarations blanks the lines of a cell that are not for the compiler, so that line numbers stay.
func declarations(cell string) (text string, cut bool) {
	lines := strings.Split(cell, "\n")
	continued, code := false, false
	for i, l := range lines {
		special, main := kernelLine(l)
		switch {
		case main:
			for j := i; j < len(lines); j++ {
				cut = cut || j > i && strings.TrimSpace(lines[j]) != ""
				lines[j] = ""
			}
			return strings.Join(lines, "\n"), cut
		case special || continued:
			continued = strings.HasSuffix(strings.TrimRight(l, " \t\r"), `\`)
			lines[i] = ""
		case !code && packageLine.MatchString(l):
			code = true
			lines[i] = ""
		case strings.TrimSpace(l) != "" && !strings.HasPrefix(strings.TrimSpace(l), "//"):
			code = true
		}
	}
	return strings.Join(lines, "\n"), false
}

func (m *merger) cell(number int, cell string) {
	refuse := func(line int, explain, format string, args ...any) {
		text := ""
		if lines := strings.Split(cell, "\n"); line >= 1 && line <= len(lines) {
			text = clip(lines[line-1], 200)
		}
		m.s.Problems = append(m.s.Problems, Problem{Place: fmt.Sprintf("cell %d, line %d", number, line), Source: text,
			Message: fmt.Sprintf(format, args...), Explain: explain})
	}
	if len(cell) > MaxSource {
		refuse(1, "", "more than %d KB of source", MaxSource>>10)
		return
	}
	if !utf8.ValidString(cell) {
		refuse(1, "", "the source is not UTF-8 text")
		return
	}
	text, cut := declarations(cell)
	const head = "package p;"
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, "", head+text, parser.ParseComments)
	if err != nil {
		list, ok := err.(scanner.ErrorList)
		if !ok {
			refuse(1, "", "%v", err)
			return
		}
		for i, e := range list {
			if i == 3 {
				break
			}
			refuse(e.Pos.Line, explainCompiler(e.Msg), "%s", e.Msg)
		}
		return
	}
	file := fset.File(tree.FileStart)
	offset := func(p token.Pos) int { return file.Offset(p) - len(head) }
	line := func(p token.Pos) int { return file.PositionFor(p, false).Line }
	kept := 0
	for _, d := range tree.Decls {
		start, keys := d.Pos(), []string(nil)
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Doc != nil {
				start = d.Doc.Pos()
			}
			if d.Name.Name != "init" && d.Name.Name != "_" {
				keys = []string{receiver(d) + d.Name.Name}
			}
		case *ast.GenDecl:
			if d.Tok == token.IMPORT {
				for _, spec := range d.Specs {
					imp := spec.(*ast.ImportSpec)
					path, err := strconv.Unquote(imp.Path.Value)
					if err != nil {
						continue
					}
					name := ""
					if imp.Name != nil {
						name = imp.Name.Name
					}
					m.imports = append(m.imports, importLine{name, path, origin{number, line(imp.Pos())}})
				}
				continue
			}
			if d.Doc != nil {
				start = d.Doc.Pos()
			}
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					keys = append(keys, spec.Name.Name)
				case *ast.ValueSpec:
					for _, n := range spec.Names {
						if n.Name == "_" {
							keys = append(keys, fmt.Sprintf("_ %d %d", number, n.Pos()))
						} else {
							keys = append(keys, n.Name)
						}
					}
				}
			}
		default:
			continue
		}
		kept++
		m.keep(piece{keys, text[offset(start):offset(d.End())], origin{number, line(start)}})
	}
	if kept == 0 && len(tree.Imports) == 0 {
		explain := "tag only the cells that declare the exercise's functions"
		if cut {
			explain = "what follows %% is the body of main and is not graded; " + explain
		}
		refuse(1, explain, "the tagged cell declares nothing")
		return
	}
	if cut {
		m.s.Notes = append(m.s.Notes, fmt.Sprintf("cell %d: what follows %%%% is not graded", number))
	}
	if m.used == nil {
		m.used, m.bound = map[string]bool{}, map[string]bool{}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok && id.Obj == nil {
				m.used[id.Name] = true
			}
		}
		return true
	})
}

func (m *merger) keep(p piece) {
	if len(p.keys) > 0 {
		m.decls = slices.DeleteFunc(m.decls, func(old piece) bool {
			if len(old.keys) == 0 {
				return false
			}
			for _, k := range old.keys {
				if !slices.Contains(p.keys, k) {
					return false
				}
			}
			return true
		})
	}
	m.decls = append(m.decls, p)
}

// receiver gives "T." for a method of T or *T, "" for a function.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return ""
	}
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.ParenExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name + "."
		default:
			return "?."
		}
	}
}

// file writes the merged file.
func (m *merger) file() (source []byte, org []origin) {
	var b bytes.Buffer
	emit := func(text string, from origin) {
		for i := range strings.Count(text, "\n") + 1 {
			o := from
			if o.cell != 0 {
				o.line += i
			}
			org = append(org, o)
		}
		b.WriteString(text)
		b.WriteByte('\n')
	}
	emit("package "+m.e.Package, origin{})
	for _, p := range m.decls {
		for _, k := range p.keys {
			m.bound[k] = true
		}
	}
	have := map[string]bool{}
	for _, imp := range m.imports {
		name := imp.name
		if name == "" {
			name = importName(imp.path)
		}
		key := name
		if name == "." || name == "_" {
			key += imp.path
		} else if !m.used[name] {
			continue
		}
		if have[key] {
			continue
		}
		have[key] = true
		emit("import "+imp.name+" "+strconv.Quote(imp.path), imp.from)
	}
	var missing []string
	for name := range m.used {
		if !have[name] && !m.bound[name] {
			missing = append(missing, name)
		}
	}
	sort.Strings(missing)
	for _, name := range missing {
		for _, path := range m.e.Imports {
			if importName(path) == name {
				emit("import "+strconv.Quote(path), origin{})
				break
			}
		}
	}
	for _, p := range m.decls {
		emit(p.text, p.from)
	}
	return b.Bytes(), org
}

var versionElement = regexp.MustCompile(`^v[0-9]+$`)

// importName guesses a package's name from its path, as the last element that is no version.
func importName(path string) string {
	parts := strings.Split(path, "/")
	last := parts[len(parts)-1]
	if len(parts) > 1 && versionElement.MatchString(last) {
		last = parts[len(parts)-2]
	}
	return last
}
