package similarity

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"hash/fnv"
	"path"
	"reflect"
	"strconv"
)

// tok is a token: a node of the syntax tree without what is easily changed.
type tok struct {
	kind uint64 // hash of its name
	file int32  // index into the submission's files
	line int32  // from 1
}

// hashOf is FNV-1a with a finaliser, the same in every process: which k-grams are kept, and so every score, depends on
// nothing but the sources.
func hashOf(b []byte) uint64 {
	h := fnv.New64a()
	h.Write(b)
	x := h.Sum64()
	// FNV's high bits mix badly, and the least hash is looked for (finaliser of MurmurHash3).
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

// row is the tokens of one declaration.
type row []tok

// tokenize gives the rows of all declarations of a file. A source that does not parse gives those that the parser
// understood, and the parser's error.
func tokenize(index int, f File) ([]row, error) {
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, "", f.Source, parser.SkipObjectResolution|parser.AllErrors)
	if tree == nil {
		return nil, err
	}
	w := &walker{fset: fset, file: int32(index), imports: map[string]string{}}
	for _, s := range tree.Imports {
		p, e := strconv.Unquote(s.Path.Value)
		if e != nil {
			continue
		}
		name := path.Base(p)
		if s.Name != nil {
			name = s.Name.Name
		}
		w.imports[name] = p
	}
	var rows []row
	add := func(n ast.Node) {
		w.out = nil
		w.walk(n)
		if len(w.out) > 0 {
			rows = append(rows, w.out)
		}
	}
	for _, d := range tree.Decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			// var ( a = 1; b = 2 ) is the same as two declarations.
			for _, s := range d.Specs {
				if _, ok := s.(*ast.ImportSpec); !ok {
					add(s)
				}
			}
		default:
			add(d)
		}
	}
	return rows, err
}

// walker writes the tokens of a tree in preorder. Blocks also get an end, so that what follows a block differs from what
// is in it.
type walker struct {
	fset    *token.FileSet
	file    int32
	imports map[string]string // local name → path
	out     row
}

func (w *walker) emit(pos token.Pos, name string) {
	line := 0
	if pos.IsValid() {
		line = w.fset.PositionFor(pos, false).Line // without the submission's own //line
	} else if n := len(w.out); n > 0 {
		line = int(w.out[n-1].line)
	}
	w.out = append(w.out, tok{kind: hashOf([]byte(name)), file: w.file, line: int32(line)})
}

// walkAll walks children that may be absent.
func (w *walker) walkAll(nodes ...ast.Node) {
	for _, n := range nodes {
		if n != nil && !reflect.ValueOf(n).IsNil() {
			w.walk(n)
		}
	}
}

func (w *walker) walk(n ast.Node) {
	switch n := n.(type) {
	case *ast.Comment, *ast.CommentGroup:
	case *ast.Ident:
		w.emit(n.Pos(), identName(n.Name))
	case *ast.BasicLit:
		w.emit(n.Pos(), "literal")
	case *ast.ParenExpr:
		w.walk(n.X)
	case *ast.SelectorExpr:
		if x, ok := n.X.(*ast.Ident); ok {
			if p, ok := w.imports[x.Name]; ok {
				w.emit(n.Pos(), p+"."+n.Sel.Name)
				return
			}
		}
		w.emit(n.Sel.Pos(), ".")
		w.walk(n.X)
	case *ast.BinaryExpr:
		x, op, y := n.X, n.Op, n.Y
		switch op { // a > b is b < a
		case token.GTR:
			x, op, y = y, token.LSS, x
		case token.GEQ:
			x, op, y = y, token.LEQ, x
		}
		w.emit(n.OpPos, op.String())
		w.walkAll(x, y)
	case *ast.UnaryExpr:
		w.emit(n.Pos(), "unary "+n.Op.String())
		w.walkAll(n.X)
	case *ast.IncDecStmt: // x++ is x += 1
		op := token.ADD_ASSIGN
		if n.Tok == token.DEC {
			op = token.SUB_ASSIGN
		}
		w.emit(n.Pos(), op.String())
		w.walkAll(n.X)
		w.emit(n.End(), "literal")
	case *ast.AssignStmt:
		w.emit(n.Pos(), n.Tok.String())
		for _, e := range n.Lhs {
			w.walkAll(e)
		}
		for _, e := range n.Rhs {
			w.walkAll(e)
		}
	case *ast.DeclStmt:
		w.walk(n.Decl)
	case *ast.GenDecl:
		for _, s := range n.Specs {
			w.walk(s)
		}
	case *ast.ValueSpec: // var x = e is x := e
		if len(n.Values) > 0 {
			w.emit(n.Pos(), token.DEFINE.String())
		} else {
			w.emit(n.Pos(), "var")
		}
		for _, e := range n.Names {
			w.walk(e)
		}
		w.walkAll(n.Type)
		for _, e := range n.Values {
			w.walkAll(e)
		}
	case *ast.Field: // a, b float64 is a float64, b float64
		for range max(1, len(n.Names)) {
			w.emit(n.Pos(), "field")
			w.walkAll(n.Type)
		}
	case *ast.BranchStmt:
		w.emit(n.Pos(), n.Tok.String())
	case *ast.RangeStmt:
		w.emit(n.Pos(), "range")
		w.walkAll(n.Key, n.Value, n.X, n.Body)
	case *ast.IfStmt:
		w.emit(n.Pos(), "if")
		w.walkAll(n.Init, n.Cond, n.Body)
		if n.Else != nil {
			w.emit(n.Else.Pos(), "else")
			w.walk(n.Else)
		}
	case *ast.BlockStmt:
		w.emit(n.Lbrace, "{")
		for _, s := range n.List {
			w.walkAll(s)
		}
		w.emit(n.Rbrace, "}")
	case *ast.FuncDecl:
		w.emit(n.Pos(), "func")
		w.walkAll(n.Recv, n.Type, n.Body)
	case *ast.EmptyStmt:
	case *ast.ExprStmt:
		w.walkAll(n.X)
	default:
		// A node like the others: its kind, then its children.
		w.emit(n.Pos(), reflect.TypeOf(n).Elem().Name())
		ast.Inspect(n, func(c ast.Node) bool {
			if c == n {
				return true
			}
			if c != nil {
				w.walk(c)
			}
			return false
		})
	}
}

// identName keeps the names that Go itself declares.
func identName(name string) string {
	if name == "_" || types.Universe.Lookup(name) != nil {
		return name
	}
	return "name"
}
