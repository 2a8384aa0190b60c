// Package scaffold begins a new exercise: every file that the grader, the student and the release need, around one
// function that stands for the exercise's own.
package scaffold

import (
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

var slugForm = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// ErrInput is returned for a slug or title that cannot be used, and where files are there already.
var ErrInput = errors.New("no exercise was begun")

const registry = "grading/checks/all.go"

// New writes the files of the exercise and registers it. It gives their names, and overwrites none.
func New(root, slug, title string) (names []string, err error) {
	refuse := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s", ErrInput, fmt.Sprintf(format, args...))
	}
	pkg := strings.ReplaceAll(slug, "-", "")
	switch {
	case !slugForm.MatchString(slug):
		return nil, refuse("%q is not of the form least-norm-gd", slug)
	case strings.TrimSpace(title) == "" || strings.ContainsAny(title, "\"\\`\n\r"):
		return nil, refuse("the title %q is empty, or has quotes or line breaks", title)
	}
	fill := strings.NewReplacer("SLUG", slug, "PKG", pkg, "TITLE", title, "§B ", "### "+"BEGIN ", "§E ", "### "+"END ").Replace
	files := map[string][]byte{}
	for _, f := range templates {
		b := []byte(fill(f.text))
		if strings.HasSuffix(f.name, ".go") {
			if b, err = format.Source(b); err != nil {
				return nil, fmt.Errorf("scaffold: %s: %w", f.name, err)
			}
		}
		names = append(names, fill(f.name))
		files[fill(f.name)] = b
	}
	for _, n := range []string{"exercises/" + slug, "solutions/" + slug, "grading/checks/" + pkg, "grading/harness/" + slug} {
		if _, err := os.Lstat(filepath.Join(root, filepath.FromSlash(n))); !errors.Is(err, fs.ErrNotExist) {
			return nil, refuse("%s is there already", n)
		}
	}
	old, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(registry)))
	if err != nil {
		return nil, err
	}
	registered, err := register(string(old), pkg)
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		p := filepath.Join(root, filepath.FromSlash(n))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			return nil, err
		}
		f, err := os.OpenFile(p, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return nil, err
		}
		_, err = f.Write(files[n])
		if err = errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
	}
	// Last, so that the course builds at every moment; by a rename, so that it is whole.
	tmp := filepath.Join(root, path.Dir(registry), ".all.go.new")
	if err := os.WriteFile(tmp, registered, 0o644); err != nil {
		return nil, err
	}
	return append(names, registry), os.Rename(tmp, filepath.Join(root, filepath.FromSlash(registry)))
}

// register adds the package to the list of exercises.
func register(src, pkg string) ([]byte, error) {
	const imports, list = "import (\n", "var All = []grading.Exercise{\n"
	i := strings.Index(src, list)
	if i < 0 || !strings.Contains(src, imports) {
		return nil, fmt.Errorf("%s has no import block, or no %q", registry, strings.TrimSpace(list))
	}
	end := strings.Index(src[i:], "\n}\n")
	if end < 0 {
		return nil, fmt.Errorf("%s: the list of exercises does not end", registry)
	}
	src = src[:i+end] + "\n\t" + pkg + ".Exercise," + src[i+end:]
	line := "\t\"nncourse/grading\"\n"
	if !strings.Contains(src, line) {
		return nil, fmt.Errorf("%s does not import nncourse/grading", registry)
	}
	src = strings.Replace(src, line, line+"\t\"nncourse/grading/checks/"+pkg+"\"\n", 1)
	return format.Source([]byte(src))
}
