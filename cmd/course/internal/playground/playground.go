// Package playground makes the playground's page: one HTML file that holds everything, the Go program (lib/playground/web,
// compiled to WebAssembly) included, so that it opens from a disk, from Jupyter's server and from any other.
package playground

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Static is the folder, relative to the course, that Jupyter serves under /static/ besides its own files.
const Static = ".course/static"

// File is the page that set-up makes and lessons show, relative to the course.
const File = Static + "/course-playground.html"

// Build writes the page to out, whole or not at all. It needs no network: what is compiled is the course's own and gonum.
func Build(ctx context.Context, root, out string) error {
	program, err := compile(ctx, root, "./lib/playground/web")
	if err != nil {
		return err
	}
	goroot, err := goRoot(ctx, root)
	if err != nil {
		return err
	}
	page, err := assemble(root, goroot, program)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(out), ".playground-")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err := tmp.Write(page); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Chmod(0o644); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), out)
}

// Widgets writes what a page needs to show the widgets of lib/playground/widgets into dir: widgets.js, widgets.css, and
// widgets-wasm.js, which holds the Go program. A page loads the first two; the script loads the program where it has a widget.
func Widgets(ctx context.Context, root, dir string) error {
	program, err := compile(ctx, root, "./lib/playground/widgets/web")
	if err != nil {
		return err
	}
	goroot, err := goRoot(ctx, root)
	if err != nil {
		return err
	}
	start, err := os.ReadFile(filepath.Join(goroot, "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, name := range []string{"widgets.js", "widgets.css"} {
		b, err := os.ReadFile(filepath.Join(root, "lib", "playground", "widgets", "web", name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, "widgets-wasm.js"), fmt.Appendf(nil, "%s\ncourseWidgetsStart(Go, %s);\n", start, program), 0o644)
}

// compile makes a package's program for a browser: a JSON string of its gzipped WebAssembly in base64.
func compile(ctx context.Context, root, pkg string) (literal []byte, err error) {
	work, err := os.MkdirTemp("", "course-playground-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	program := filepath.Join(work, "program.wasm")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w -buildid=", "-o", program, pkg)
	cmd.Dir = root
	// GOFLAGS may hold what only fits the machine itself.
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOWORK=off", "GOFLAGS=")
	if b, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("compiling %s to WebAssembly: %w\n%s", pkg, err, bytes.TrimSpace(b))
	}
	wasm, err := os.ReadFile(program)
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	z, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if _, err := z.Write(wasm); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return json.Marshal(base64.StdEncoding.EncodeToString(packed.Bytes()))
}

func goRoot(ctx context.Context, root string) (string, error) {
	env := exec.CommandContext(ctx, "go", "env", "GOROOT")
	env.Dir = root
	out, err := env.Output()
	if err != nil {
		return "", fmt.Errorf("go env GOROOT: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// assemble puts style, scripts and program into the page.
func assemble(root, goroot string, program []byte) ([]byte, error) {
	read := func(path ...string) (string, error) {
		b, err := os.ReadFile(filepath.Join(path...))
		return string(b), err
	}
	web := filepath.Join(root, "lib", "playground", "web")
	page, err := read(web, "index.html")
	if err != nil {
		return nil, err
	}
	parts := map[string]string{"WASM": "const WASM = " + string(program) + ";"}
	for mark, path := range map[string][]string{"STYLE": {web, "style.css"}, "APP": {web, "app.js"}, "WASM_EXEC": {goroot, "lib", "wasm", "wasm_exec.js"}} {
		text, err := read(path...)
		if err != nil {
			return nil, err
		}
		if strings.Contains(text, "</script") {
			return nil, fmt.Errorf("%s would end its script element", filepath.Join(path...))
		}
		parts[mark] = text
	}
	for _, mark := range []string{"STYLE", "WASM_EXEC", "APP", "WASM"} {
		before, after, ok := strings.Cut(page, "/*"+mark+"*/")
		if !ok {
			return nil, fmt.Errorf("index.html has no place for %s", mark)
		}
		page = before + parts[mark] + after
	}
	return []byte(page), nil
}
