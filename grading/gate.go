package grading

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// gate is the static check of one file: it parses, belongs to the package, imports only what the exercise allows, and
// gives the compiler no orders. It keeps honest mistakes from becoming riddles, and closes the doors out of the
// language that the sandbox need then not guard. The compiler itself comes later.
func gate(f *sourceFile, e *Exercise) []Problem {
	var problems []Problem
	report := func(line, col int, explain, format string, args ...any) {
		place, text := f.place(line, col)
		problems = append(problems, Problem{Place: place, Source: text, Message: fmt.Sprintf(format, args...), Explain: explain})
	}
	if !utf8.Valid(f.source) {
		line := 1
		for i := 0; i < len(f.source); {
			r, n := utf8.DecodeRune(f.source[i:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			if r == '\n' {
				line++
			}
			i += n
		}
		place, _ := f.place(line, 0)
		return []Problem{{Place: place, Message: "the source is not UTF-8 text", Explain: "save it as UTF-8"}}
	}

	fset := token.NewFileSet()
	file := fset.AddFile(f.name, -1, len(f.source))
	at := func(p token.Pos) (line, col int) {
		pos := file.PositionFor(p, false)
		return pos.Line, pos.Column
	}
	// Comments first, by the scanner alone: it sees every one, whatever the parser makes of the rest.
	var sc scanner.Scanner
	sc.Init(file, f.source, func(token.Position, string) {}, scanner.ScanComments)
	for {
		pos, tok, lit := sc.Scan()
		if tok == token.EOF {
			break
		}
		if tok != token.COMMENT {
			continue
		}
		if why, explain := directive(lit); why != "" {
			line, col := at(pos)
			report(line, col, explain, "%s", why)
		}
	}

	fset = token.NewFileSet()
	tree, err := parser.ParseFile(fset, f.name, f.source, parser.SkipObjectResolution)
	if err != nil {
		list, ok := err.(scanner.ErrorList)
		if !ok {
			report(0, 0, "", "%v", err)
			return problems
		}
		for i, e := range list {
			if i == 5 {
				break
			}
			report(e.Pos.Line, e.Pos.Column, explainCompiler(e.Msg), "%s", e.Msg)
		}
		return problems
	}
	at = func(p token.Pos) (line, col int) {
		pos := fset.PositionFor(p, false)
		return pos.Line, pos.Column
	}
	if tree.Name.Name != e.Package {
		line, col := at(tree.Name.Pos())
		report(line, col, "write: package "+e.Package, "the package is %s, not %s", tree.Name.Name, e.Package)
	}
	for _, imp := range tree.Imports {
		path, err := strconv.Unquote(imp.Path.Value)
		line, col := at(imp.Pos())
		switch {
		case err != nil:
			report(line, col, "", "bad import %s", imp.Path.Value)
		case path == "C":
			report(line, col, "the exercise is written in Go alone", `import "C" is not allowed`)
		case path == "unsafe":
			report(line, col, "no exercise needs it", `import "unsafe" is not allowed`)
		case !slices.Contains(e.Imports, path):
			explain := "this exercise needs no import"
			if len(e.Imports) > 0 {
				explain = "allowed here: " + strings.Join(e.Imports, ", ")
			}
			report(line, col, explain, "import %q is not allowed", path)
		}
	}
	for _, d := range tree.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body == nil {
			line, col := at(fn.Pos())
			report(line, col, "write the function in Go", "function %s has no body", fn.Name.Name)
		}
	}
	return problems
}

// directive tells what a comment orders the compiler or the go command to do, if anything.
func directive(comment string) (why, explain string) {
	const explainDirective = "comments that give the compiler orders are not allowed; delete it"
	text, line := strings.CutPrefix(comment, "//")
	if !line {
		text = strings.TrimPrefix(comment, "/*")
	}
	word := func(s string) string {
		if i := strings.IndexAny(s, " \t\r\n"); i >= 0 {
			return s[:i]
		}
		return s
	}
	switch {
	case line && strings.HasPrefix(text, "go:"):
		return "the directive //" + clip(word(text), 40) + " is not allowed", explainDirective
	case strings.HasPrefix(text, "line "), strings.HasPrefix(text, "line\t"):
		return "the directive " + comment[:2] + "line is not allowed", explainDirective
	case line && (strings.HasPrefix(text, "export ") || strings.HasPrefix(text, "extern ")):
		return "the directive //" + word(text) + " is not allowed", explainDirective
	case line && strings.HasPrefix(strings.TrimSpace(text), "+build"):
		return "build constraints are not allowed", explainDirective
	case strings.Contains(text, "#cgo"):
		return "#cgo is not allowed", explainDirective
	}
	return "", ""
}

// parseImports lists the import paths of a file.
func parseImports(name string, source []byte) ([]string, error) {
	tree, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, imp := range tree.Imports {
		path, err := strconv.Unquote(imp.Path.Value)
		if err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}
