package grading

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Functions lists the names of the student's package that the exercise's harness uses, in its order: what a solution has
// to declare. tree holds grading/harness.
func (e *Exercise) Functions(tree string) ([]string, error) {
	files := map[string][]byte{}
	if err := addGo(files, filepath.Join(tree, "grading", "harness", e.Slug), ""); err != nil {
		return nil, fmt.Errorf("exercise %s has no harness: %w", e.Slug, err)
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := parser.ParseFile(token.NewFileSet(), name, files[name], 0)
		if err != nil {
			return nil, fmt.Errorf("the harness does not parse: %w", err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == e.Package && x.Obj == nil && !slices.Contains(names, sel.Sel.Name) {
					names = append(names, sel.Sel.Name)
				}
			}
			return true
		})
	}
	return names, nil
}

// Cells is what FromCells found.
type Cells struct {
	Submission *Submission // nil if Missing is not empty
	Missing    []string    // functions of the exercise that no cell that was run declares
	Helpers    []string    // other names that were taken with the functions, because these use them
}

// FromCells makes a submission of the program that GoNB generates for a cell: its main.go holds every declaration of
// the cells that were run so far, the newest of each name. The exercise's functions are taken, and what they use, and
// nothing else, so that a lesson's own code (and its imports) does not get in the way. An error means that the source
// does not parse, or that the exercise has several files.
func FromCells(source []byte, e *Exercise, functions []string) (*Cells, error) {
	if len(e.Files) > 1 {
		return nil, fmt.Errorf("exercise %s consists of %s: grade their folder", e.Slug, strings.Join(e.Files, ", "))
	}
	fset := token.NewFileSet()
	// The parser's own resolution of names is enough, and needs no types: it knows what is local to a function.
	tree, err := parser.ParseFile(fset, "main.go", source, parser.ParseComments)
	if err != nil {
		return nil, fmt.Errorf("the cells' program does not parse: %w", err)
	}
	file := fset.File(tree.FileStart)
	text := func(from, to token.Pos) string { return string(source[file.Offset(from):file.Offset(to)]) }
	type piece struct {
		names []string // for messages: "Limit", "stack.push"
		text  string
		node  ast.Node
		in    bool
	}
	var pieces []*piece
	of := map[string][]*piece{} // package-level name → the declarations that it brings along: its own, and its methods
	declared := map[string]bool{}
	add := func(p *piece, keys ...string) {
		pieces = append(pieces, p)
		for _, n := range p.names {
			declared[n] = true
		}
		for _, k := range keys {
			of[k] = append(of[k], p)
		}
	}
	for _, d := range tree.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			start, key := d.Pos(), d.Name.Name
			if d.Doc != nil {
				start = d.Doc.Pos()
			}
			shown := receiver(d) + d.Name.Name
			if r := receiver(d); r != "" {
				key = strings.TrimSuffix(r, ".")
			} else if key == "main" || key == "init" || key == "_" {
				continue
			}
			add(&piece{names: []string{shown}, text: text(start, d.End()), node: d}, key)
		case *ast.GenDecl:
			if d.Tok == token.IMPORT {
				continue
			}
			if d.Tok == token.CONST && len(d.Specs) > 1 && leansOnNeighbours(d) {
				p := &piece{text: text(d.Pos(), d.End()), node: d}
				for _, s := range d.Specs {
					for _, n := range s.(*ast.ValueSpec).Names {
						p.names = append(p.names, n.Name)
					}
				}
				add(p, p.names...)
				continue
			}
			// GoNB joins all variables in one block, and all constants: each is a piece of its own here.
			for _, s := range d.Specs {
				p := &piece{text: d.Tok.String() + " " + text(s.Pos(), s.End()), node: s}
				switch s := s.(type) {
				case *ast.TypeSpec:
					p.names = []string{s.Name.Name}
				case *ast.ValueSpec:
					for _, n := range s.Names {
						p.names = append(p.names, n.Name)
					}
				}
				add(p, p.names...)
			}
		}
	}

	found := &Cells{}
	for _, f := range functions {
		if !declared[f] {
			found.Missing = append(found.Missing, f)
		}
	}
	if len(found.Missing) > 0 {
		return found, nil
	}
	used := map[string]bool{} // names before a dot that nothing in the file binds: packages
	var take func(name string)
	take = func(name string) {
		for _, p := range of[name] {
			if p.in {
				continue
			}
			p.in = true
			ast.Inspect(p.node, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.Ident:
					if o := n.Obj; o != nil && tree.Scope.Objects[n.Name] == o {
						take(n.Name)
					}
				case *ast.SelectorExpr:
					if x, ok := n.X.(*ast.Ident); ok && x.Obj == nil {
						used[x.Name] = true
					}
				}
				return true
			})
		}
	}
	for _, f := range functions {
		take(f)
	}

	var b bytes.Buffer
	var where []string // for each line of the file, where the student finds it
	emit := func(text, name string) {
		for i := range strings.Count(text, "\n") + 1 {
			place := ""
			if name == "an import" {
				place = name
			} else if name != "" {
				place = fmt.Sprintf("%s, line %d", name, i+1)
			}
			where = append(where, place)
		}
		b.WriteString(text)
		b.WriteByte('\n')
	}
	emit("package "+e.Package, "")
	for _, imp := range tree.Imports {
		path, err := strconv.Unquote(imp.Path.Value)
		if err != nil {
			continue
		}
		name, alias := importName(path), ""
		if imp.Name != nil {
			name = imp.Name.Name
			alias = name + " "
		}
		if name == "." || name == "_" || used[name] {
			emit("import "+alias+strconv.Quote(path), "an import")
		}
	}
	for _, p := range pieces {
		if !p.in {
			continue
		}
		emit(p.text, p.names[0])
		for _, n := range p.names {
			if !slices.Contains(functions, n) && n != "_" {
				found.Helpers = append(found.Helpers, n)
			}
		}
	}
	s := &Submission{Target: "this notebook"}
	s.addFile(sourceFile{name: e.Files[0], shown: "this notebook", source: b.Bytes(), where: where}, e)
	found.Submission = s
	return found, nil
}

// leansOnNeighbours tells whether a constant of the group takes its value from its place in it.
func leansOnNeighbours(d *ast.GenDecl) bool {
	found := false
	for _, s := range d.Specs {
		found = found || len(s.(*ast.ValueSpec).Values) == 0
		ast.Inspect(s, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && id.Name == "iota" {
				found = true
			}
			return true
		})
	}
	return found
}
