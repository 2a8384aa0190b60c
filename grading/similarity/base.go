package similarity

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// BaseOf gives the code that everybody has who does an exercise: the Go files of its folder, which holds the stub, and the
// Go code in its texts (README.md, HINTS.md).
func BaseOf(dir string) ([]File, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []File
	for _, e := range entries {
		ext := filepath.Ext(e.Name())
		if !e.Type().IsRegular() || ext != ".go" && ext != ".md" {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		if ext == ".md" {
			files = append(files, GoBlocks(e.Name(), string(b))...)
		} else {
			files = append(files, File{e.Name(), b})
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("similarity: %s holds no base code: %w", dir, fs.ErrNotExist)
	}
	return files, nil
}

// GoBlocks gives the fenced Go code of a Markdown text. A block may be a file, declarations or statements.
func GoBlocks(name, text string) []File {
	var files []File
	var block []string
	in := false
	for l := range strings.Lines(text) {
		t := strings.TrimSpace(l)
		switch {
		case !in && (t == "```go" || t == "~~~go"):
			in, block = true, nil
		case in && (t == "```" || t == "~~~"):
			in = false
			code := strings.Join(block, "")
			for _, whole := range []string{code, "package p\n" + code, "package p\nfunc _() {\n" + code + "\n}"} {
				if _, err := parser.ParseFile(token.NewFileSet(), "", whole, parser.SkipObjectResolution); err == nil {
					files = append(files, File{fmt.Sprintf("%s, block %d", name, len(files)+1), []byte(whole)})
					break
				}
			}
		case in:
			block = append(block, l)
		}
	}
	return files
}
