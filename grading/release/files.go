package release

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// list names the course's files: those that git tracks, and outside a git checkout those that .gitignore does not name.
// Names have slashes and are sorted.
func list(root string) ([]string, error) {
	var names []string
	if _, err := os.Stat(filepath.Join(root, ".git")); err == nil {
		cmd := exec.Command("git", "ls-files", "-z")
		cmd.Dir = root
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("git ls-files: %w", err)
		}
		for n := range strings.SplitSeq(strings.TrimRight(string(out), "\x00"), "\x00") {
			if _, err := os.Lstat(filepath.Join(root, filepath.FromSlash(n))); err == nil && n != "" {
				names = append(names, n) // one that is deleted and not committed is gone
			}
		}
	} else {
		ignored, err := ignore(root)
		if err != nil {
			return nil, err
		}
		err = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
			if err != nil || p == root {
				return err
			}
			rel, err := filepath.Rel(root, p)
			if err != nil {
				return err
			}
			if rel = filepath.ToSlash(rel); ignored(rel, d.IsDir()) {
				if d.IsDir() {
					return fs.SkipDir
				}
				return nil
			}
			if !d.IsDir() {
				names = append(names, rel)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// ignore reads the root's .gitignore: names with *, /rooted ones and folders/. Negation and ** are not understood, and
// are an error.
func ignore(root string) (func(rel string, dir bool) bool, error) {
	b, err := os.ReadFile(filepath.Join(root, ".gitignore"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var patterns []string
	for l := range strings.Lines(string(b)) {
		l = strings.TrimSpace(l)
		if l == "" || l[0] == '#' {
			continue
		}
		if l[0] == '!' || strings.Contains(l, "**") {
			return nil, fmt.Errorf(".gitignore: the line %q is understood in a git checkout only", l)
		}
		patterns = append(patterns, l)
	}
	return func(rel string, dir bool) bool {
		if rel == ".course" || rel == ".git" {
			return true
		}
		for _, p := range patterns {
			p, onlyDir := strings.CutSuffix(p, "/")
			if onlyDir && !dir {
				continue
			}
			name := path.Base(rel)
			if strings.Contains(p, "/") {
				p, name = strings.TrimPrefix(p, "/"), rel
			}
			if ok, _ := path.Match(p, name); ok {
				return true
			}
		}
		return false
	}, nil
}

// solution tells whether a file lies in a folder named solutions.
func solution(name string) bool {
	return slices.Contains(strings.Split(path.Dir(name), "/"), "solutions")
}

var needsHidden = regexp.MustCompile(`"solutions|solutions/|"nncourse/grading/(?:checks|internal/sample)`)

// hiddenTests finds the test files that students cannot run: those that read solutions or hold against hidden checks,
// and those of the same package that use what they declare.
func hiddenTests(files map[string][]byte) (map[string]bool, error) {
	out := map[string]bool{}
	byDir := map[string][]string{}
	for name, b := range files {
		if strings.HasSuffix(name, "_test.go") {
			byDir[path.Dir(name)] = append(byDir[path.Dir(name)], name)
			if needsHidden.Match(b) {
				out[name] = true
			}
		}
	}
	for dir, names := range byDir {
		if !slices.ContainsFunc(names, func(n string) bool { return out[n] }) {
			continue
		}
		declares, uses := map[string]map[string]bool{}, map[string]map[string]bool{}
		for _, n := range names {
			f, err := parser.ParseFile(token.NewFileSet(), n, bytes.TrimSpace(files[n]), parser.SkipObjectResolution)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", dir, err)
			}
			declares[n], uses[n] = declared(f), map[string]bool{}
			ast.Inspect(f, func(x ast.Node) bool {
				if id, ok := x.(*ast.Ident); ok {
					uses[n][id.Name] = true
				}
				return true
			})
		}
		for changed := true; changed; {
			changed = false
			for _, n := range names {
				if out[n] {
					continue
				}
				for _, other := range names {
					if !out[other] || out[n] {
						continue
					}
					for id := range declares[other] {
						if uses[n][id] {
							out[n], changed = true, true
							break
						}
					}
				}
			}
		}
	}
	return out, nil
}

// declared names what a file declares at its top, methods aside.
func declared(f *ast.File) map[string]bool {
	names := map[string]bool{}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.Name != "init" {
				names[d.Name.Name] = true
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					names[s.Name.Name] = true
				case *ast.ValueSpec:
					for _, id := range s.Names {
						if id.Name != "_" {
							names[id.Name] = true
						}
					}
				}
			}
		}
	}
	return names
}
