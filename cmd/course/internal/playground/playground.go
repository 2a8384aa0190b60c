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
	work, err := os.MkdirTemp("", "course-playground-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	program := filepath.Join(work, "playground.wasm")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w -buildid=", "-o", program, "./lib/playground/web")
	cmd.Dir = root
	// GOFLAGS may hold what only fits the machine itself.
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOWORK=off", "GOFLAGS=")
	if b, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("compiling lib/playground/web to WebAssembly: %w\n%s", err, bytes.TrimSpace(b))
	}
	env := exec.CommandContext(ctx, "go", "env", "GOROOT")
	env.Dir = root
	goroot, err := env.Output()
	if err != nil {
		return fmt.Errorf("go env GOROOT: %w", err)
	}
	page, err := assemble(root, strings.TrimSpace(string(goroot)), program)
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

// assemble puts style, scripts and program into the page.
func assemble(root, goroot, program string) ([]byte, error) {
	read := func(path ...string) (string, error) {
		b, err := os.ReadFile(filepath.Join(path...))
		return string(b), err
	}
	web := filepath.Join(root, "lib", "playground", "web")
	page, err := read(web, "index.html")
	if err != nil {
		return nil, err
	}
	wasm, err := read(program)
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	z, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if _, err := z.Write([]byte(wasm)); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	literal, err := json.Marshal(base64.StdEncoding.EncodeToString(packed.Bytes()))
	if err != nil {
		return nil, err
	}
	parts := map[string]string{"WASM": "const WASM = " + string(literal) + ";"}
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
