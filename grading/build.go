package grading

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"sort"
	"strings"
	"sync"
	"time"

	"nncourse/grading/sandbox"
	"nncourse/grading/wasi"
)

// A submission is built by the compiler and the linker alone, each in the sandbox, without the go command: it needs
// only the compiled form of the packages that it may import. Those are made once (prepare), by the go command, in a
// module of the grader's own, also named nncourse, that holds copies of package wire and of the exercise's harness.
// Nothing of a submission ever enters the go command's cache, so no submission can poison another's build.

// toolchain is the Go installation that go.mod asks for.
type toolchain struct {
	root, version, cache, modCache string
}

var toolchains sync.Map // course root → func() (*toolchain, error)

func findToolchain(root string) (*toolchain, error) {
	f, _ := toolchains.LoadOrStore(root, sync.OnceValues(func() (*toolchain, error) {
		cmd := exec.Command("go", "env", "-json", "GOROOT", "GOVERSION", "GOCACHE", "GOMODCACHE")
		cmd.Dir = root
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("grading needs the go command: %w", withStderr(err))
		}
		var env map[string]string
		if err := json.Unmarshal(out, &env); err != nil {
			return nil, err
		}
		return &toolchain{env["GOROOT"], env["GOVERSION"], env["GOCACHE"], env["GOMODCACHE"]}, nil
	}))
	return f.(func() (*toolchain, error))()
}

func withStderr(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return fmt.Errorf("%w: %s", err, bytes.TrimSpace(exit.Stderr))
	}
	return err
}

// tool gives the path of the compiler or the linker.
func (tc *toolchain) tool(name string) string {
	return filepath.Join(tc.root, "pkg", "tool", runtime.GOOS+"_"+runtime.GOARCH, name+exe)
}

// command gives the path of the go command.
func (tc *toolchain) command() string { return filepath.Join(tc.root, "bin", "go"+exe) }

// env is the go command's environment: nothing of the user's but the caches.
func (tc *toolchain) env(home, goos, goarch string) []string {
	return []string{"HOME=" + home, "TMPDIR=" + home, "TMP=" + home, "GOOS=" + goos, "GOARCH=" + goarch, "PATH=" + os.Getenv("PATH"),
		"GOROOT=" + tc.root, "GOCACHE=" + tc.cache, "GOMODCACHE=" + tc.modCache, "GOENV=off", "GOWORK=off", "GOPROXY=off", "GOSUMDB=off",
		"GOTOOLCHAIN=local", "CGO_ENABLED=0", "GOFLAGS=-mod=readonly"}
}

// exe is how a program's file name ends here.
var exe = map[string]string{"windows": ".exe"}[runtime.GOOS]

// prepared is what the builds of one exercise share.
type prepared struct {
	dir     string // holds importcfg, the packages' archives and the harness
	lang    string // "go1.26"
	tc      *toolchain
	goos    string // for which system programs are built
	goarch  string
	host    *wasi.Host // runs WebAssembly programs; nil for native ones
	harness []string   // files, absolute
	hash    string     // of everything that decides a grade but the submission: see graderHash
}

// prepLock lets one goroutine at a time prepare an exercise.
var prepLock sync.Map // dir → *sync.Mutex

var goVersionLine = regexp.MustCompile(`(?m)^go (\d+\.\d+)`)

// prepare compiles the packages that submissions of the exercise may import, unless that is done.
func prepare(ctx context.Context, e *Exercise, o *Options) (*prepared, error) {
	tc, err := findToolchain(o.Root)
	if err != nil {
		return nil, err
	}
	// What goes into the grader's module, by name there.
	files := map[string][]byte{}
	gomod, err := os.ReadFile(filepath.Join(o.Root, "go.mod"))
	if err != nil {
		return nil, err
	}
	files["go.mod"] = withoutTools(gomod)
	if files["go.sum"], err = os.ReadFile(filepath.Join(o.Root, "go.sum")); err != nil {
		return nil, err
	}
	if err := addGo(files, filepath.Join(o.Root, "grading", "wire"), "grading/wire"); err != nil {
		return nil, err
	}
	harness := "grading/harness/" + e.Slug
	if err := addGo(files, filepath.Join(o.tree(), filepath.FromSlash(harness)), harness); err != nil {
		return nil, fmt.Errorf("exercise %s has no harness: %w", e.Slug, err)
	}
	// A package without code stands where the student's will be, and one more imports what is allowed.
	var deps strings.Builder
	deps.WriteString("package deps\n")
	for _, i := range e.Imports {
		fmt.Fprintf(&deps, "import _ %q\n", i)
	}
	files["deps/deps.go"] = []byte(deps.String())

	names := make([]string, 0, len(files))
	for n := range files {
		names = append(names, n)
	}
	sort.Strings(names)
	h := sha256.New()
	goos, goarch := o.target()
	fmt.Fprintf(h, "1 %s %s %s %s\n", tc.version, tc.root, goos, goarch)
	for _, n := range names {
		fmt.Fprintf(h, "%s %d\n", n, len(files[n]))
		h.Write(files[n])
	}
	key := hex.EncodeToString(h.Sum(nil))
	// The folder holds absolute paths, so a course that was copied or moved prepares a folder of its own; the hash,
	// which reports show, does not depend on the place.
	place := sha256.Sum256([]byte(key + " " + o.cacheDir()))
	name := e.Slug + "-"
	if o.wasm() {
		name += "wasi-"
	}
	p := &prepared{dir: filepath.Join(o.cacheDir(), name+hex.EncodeToString(place[:8])), tc: tc, hash: key, goos: goos, goarch: goarch}
	m := goVersionLine.FindSubmatch(gomod)
	if m == nil {
		return nil, fmt.Errorf("go.mod has no go line")
	}
	p.lang = "go" + string(m[1])
	for _, n := range names {
		if rel, ok := strings.CutPrefix(n, harness+"/"); ok {
			p.harness = append(p.harness, filepath.Join(p.dir, "harness", rel))
		}
	}

	if o.wasm() {
		if err := p.findHost(ctx, o); err != nil {
			return nil, err
		}
	}
	l, _ := prepLock.LoadOrStore(p.dir, new(sync.Mutex))
	l.(*sync.Mutex).Lock()
	defer l.(*sync.Mutex).Unlock()
	if _, err := os.Stat(filepath.Join(p.dir, "importcfg")); err == nil {
		return p, nil
	}
	if err := p.make(ctx, e, o, files, harness); err != nil {
		return nil, err
	}
	return p, nil
}

// findHost gives p the program that runs WebAssembly, which is built once.
func (p *prepared) findHost(ctx context.Context, o *Options) error {
	l, _ := prepLock.LoadOrStore("host", new(sync.Mutex))
	l.(*sync.Mutex).Lock()
	defer l.(*sync.Mutex).Unlock()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	home, err := os.MkdirTemp("", "course-home-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(home)
	src := wasi.HostSource{Root: o.Root, Go: p.tc.command(), Stamp: p.tc.version, Dir: o.cacheDir(), Env: p.tc.env(home, runtime.GOOS, runtime.GOARCH)}
	p.host, err = src.Find(ctx, func() { o.progress("building the program that runs WebAssembly (once)") })
	return err
}

// make fills p.dir, and moves it into place when it is whole: another process may do the same.
func (p *prepared) make(ctx context.Context, e *Exercise, o *Options, files map[string][]byte, harness string) error {
	as := ""
	if o.wasm() {
		as = " as WebAssembly"
	}
	o.progress("preparing the grader for %s: compiling what its solutions may import%s (once)", e.Slug, as)
	if err := os.MkdirAll(o.cacheDir(), 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp(o.cacheDir(), ".new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	module := filepath.Join(work, "module")
	for name, b := range files {
		path := filepath.Join(module, filepath.FromSlash(name))
		if strings.HasPrefix(name, harness+"/") {
			// The harness is compiled with each submission; here only what it imports counts.
			if err := writeFile(filepath.Join(work, "harness", filepath.Base(name)), b); err != nil {
				return err
			}
			continue
		}
		if err := writeFile(path, b); err != nil {
			return err
		}
	}
	imports, err := harnessImports(files, harness, "nncourse/exercises/"+e.Slug)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	args := append([]string{"list", "-export", "-deps", "-f", "{{if .Export}}{{.ImportPath}}={{.Export}}{{end}}", "runtime", "./grading/wire", "./deps"}, imports...)
	cmd := exec.CommandContext(ctx, p.tc.command(), args...)
	cmd.Dir = module
	home := filepath.Join(work, "home")
	if err := os.MkdirAll(home, 0o755); err != nil {
		return err
	}
	cmd.Env = p.tc.env(home, p.goos, p.goarch)
	out, err := cmd.Output()
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("preparing the grader for %s: %w", e.Slug, withStderr(err))
	}
	var cfg strings.Builder
	n := 0
	for l := range strings.Lines(string(out)) {
		path, export, ok := strings.Cut(strings.TrimSpace(l), "=")
		if !ok || path == "nncourse/deps" {
			continue
		}
		// A copy of its own (a link where possible): the go command trims its cache.
		file := fmt.Sprintf("%03d.a", n)
		n++
		if err := linkOrCopy(export, filepath.Join(work, file)); err != nil {
			return err
		}
		fmt.Fprintf(&cfg, "packagefile %s=%s\n", path, filepath.Join(p.dir, file))
	}
	if n == 0 {
		return fmt.Errorf("preparing the grader for %s: go list named no package", e.Slug)
	}
	for _, d := range []string{module, home} {
		if err := os.RemoveAll(d); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(work, "importcfg"), []byte(cfg.String()), 0o644); err != nil {
		return err
	}
	if err := os.Chmod(work, 0o755); err != nil {
		return err
	}
	if err := os.Rename(work, p.dir); err != nil {
		if _, statErr := os.Stat(filepath.Join(p.dir, "importcfg")); statErr == nil {
			return nil // another process was faster
		}
		return err
	}
	// Older preparations of the exercise are of no more use.
	old, _ := filepath.Glob(filepath.Join(o.cacheDir(), e.Slug+"-*"))
	for _, d := range old {
		if info, err := os.Stat(d); err == nil && d != p.dir && len(filepath.Base(d)) == len(filepath.Base(p.dir)) && time.Since(info.ModTime()) > 24*time.Hour {
			os.RemoveAll(d)
		}
	}
	return nil
}

// harnessImports lists what the harness imports besides the student's package and wire.
func harnessImports(files map[string][]byte, harness, student string) ([]string, error) {
	seen := map[string]bool{student: true, "nncourse/grading/wire": true}
	var list []string
	for name, b := range files {
		if !strings.HasPrefix(name, harness+"/") {
			continue
		}
		f, err := parseImports(name, b)
		if err != nil {
			return nil, fmt.Errorf("the harness does not parse: %w", err)
		}
		for _, path := range f {
			if !seen[path] {
				seen[path] = true
				list = append(list, path)
			}
		}
	}
	sort.Strings(list)
	return list, nil
}

// addGo adds the Go files of a folder, without tests.
func addGo(files map[string][]byte, dir, as string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	n := 0
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || !entry.Type().IsRegular() {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		files[as+"/"+name] = b
		n++
	}
	if n == 0 {
		return fmt.Errorf("%s has no Go files", dir)
	}
	return nil
}

func writeFile(path string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o644)
}

func linkOrCopy(from, to string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

var (
	toolLine  = regexp.MustCompile(`(?m)^tool\s+[^(\s].*\n`)
	toolBlock = regexp.MustCompile(`(?m)^tool\s*\((?:[^)]*)\)\n`)
)

// withoutTools removes the tool lines of a go.mod: what they name is not in the grader's module.
func withoutTools(gomod []byte) []byte {
	return toolLine.ReplaceAll(toolBlock.ReplaceAll(gomod, nil), nil)
}

// program is a submission that is built. It can be run any number of times.
type program struct {
	path string // the executable, or the WebAssembly module
	code string // of a module: the folder of its machine code
	host *wasi.Host
	dir  string // private; removed by close
}

func (p *program) close() { os.RemoveAll(p.dir) }

// build compiles a submission. Problems are its own; an error is the grader's.
func build(ctx context.Context, s *Submission, e *Exercise, p *prepared, o *Options) (*program, []Problem, error) {
	if len(s.Problems) > 0 {
		return nil, s.Problems, nil
	}
	dir, err := os.MkdirTemp(o.Scratch, "course-grade-")
	if err != nil {
		return nil, nil, err
	}
	prog := &program{dir: dir, path: filepath.Join(dir, "out", "program"), host: p.host}
	ok := false
	defer func() {
		if !ok {
			prog.close()
		}
	}()
	for _, d := range []string{"src", "out", "tmp", "run"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o755); err != nil {
			return nil, nil, err
		}
	}
	var sources []string
	for _, f := range s.files {
		if err := os.WriteFile(filepath.Join(dir, "src", f.name), f.source, 0o644); err != nil {
			return nil, nil, err
		}
		sources = append(sources, f.name)
	}
	cfg, err := os.ReadFile(filepath.Join(p.dir, "importcfg"))
	if err != nil {
		return nil, nil, err
	}
	pkg := "nncourse/exercises/" + e.Slug
	student := filepath.Join(dir, "out", "student.a")
	own := filepath.Join(dir, "importcfg")
	// A student's package sees what it may import and no more: that the harness and wire lie beside it is not its business.
	var limited strings.Builder
	for l := range strings.Lines(string(cfg)) {
		if !strings.HasPrefix(l, "packagefile nncourse/") {
			limited.WriteString(l)
		}
	}
	if err := os.WriteFile(own+".student", []byte(limited.String()), 0o644); err != nil {
		return nil, nil, err
	}
	if err := os.WriteFile(own, append(cfg, "packagefile "+pkg+"="+student+"\n"...), 0o644); err != nil {
		return nil, nil, err
	}

	ctx, cancel := context.WithTimeout(ctx, o.buildTimeout())
	defer cancel()
	src := filepath.Join(dir, "src")
	if o.wasm() {
		prog.path += ".wasm"
	}
	steps := []struct {
		tool string
		dir  string
		args []string
	}{
		{"compile", src, append([]string{"-o", student, "-trimpath", src + "=>" + pkg, "-p", pkg, "-lang=" + p.lang, "-complete", "-c=2",
			"-importcfg", own + ".student", "-pack"}, sources...)},
		{"compile", filepath.Join(p.dir, "harness"), append([]string{"-o", filepath.Join(dir, "out", "main.a"), "-trimpath", p.dir + "=>nncourse", "-p", "main",
			"-lang=" + p.lang, "-complete", "-importcfg", own, "-pack"}, p.harness...)},
		{"link", filepath.Join(dir, "out"), []string{"-o", prog.path, "-importcfg", own, "-s", "-w", "-buildmode=exe", "-buildid=", filepath.Join(dir, "out", "main.a")}},
	}
	for i, st := range steps {
		var out capture
		out.limit = 64 << 10
		exit, err := runTool(ctx, p.tc.tool(st.tool), st.args, st.dir, dir, p, &out, o)
		switch {
		case err != nil:
			return nil, nil, err
		case exit.Code == 0:
			continue
		case ctx.Err() == context.DeadlineExceeded:
			return nil, []Problem{{Message: fmt.Sprintf("the compiler was stopped after %v", o.buildTimeout()),
				Explain: "very large constants, arrays or types make it slow"}}, nil
		case ctx.Err() != nil:
			return nil, nil, ctx.Err()
		}
		problems := s.compilerErrors(out.String())
		if i == 0 && len(problems) > 0 {
			return nil, problems, nil
		}
		text := clip(strings.TrimSpace(strings.ReplaceAll(out.String(), dir, "")), 400)
		if i == 1 {
			// The harness does not fit the package: a function is missing, or has another form than the statement says.
			return nil, []Problem{{Message: missing(text, e.Package), Explain: "keep the names and types that the exercise's file came with"}}, nil
		}
		if exit.Signal != "" {
			text = exit.Signal + " " + text
		}
		return nil, []Problem{{Message: "the " + map[string]string{"compile": "compiler", "link": "linker"}[st.tool] + " failed: " + text,
			Explain: "very large constants, arrays or types are over its limits"}}, nil
	}
	if o.wasm() {
		problem, err := translate(ctx, prog, p, o)
		if err != nil || problem != nil {
			return nil, problem, err
		}
	}
	ok = true
	return prog, nil, nil
}

var harnessError = regexp.MustCompile(`(?m)^[^\s:]+\.go:\d+:\d+: (.*)$`)

// missing rewords the compiler's errors about the harness.
func missing(output, pkg string) string {
	var list []string
	for _, m := range harnessError.FindAllStringSubmatch(output, 3) {
		text := m[1]
		if name, ok := strings.CutPrefix(text, "undefined: "+pkg+"."); ok {
			text = "the function " + name + " is missing"
		}
		list = append(list, text)
	}
	if list == nil {
		return output
	}
	return strings.Join(list, "; ")
}

// runTool runs the compiler or the linker in the sandbox.
func runTool(ctx context.Context, path string, args []string, wd, dir string, p *prepared, out *capture, o *Options) (sandbox.Exit, error) {
	proc, err := sandbox.Start(sandbox.Spec{
		Path: path, Args: append([]string{filepath.Base(path)}, args...), Dir: wd,
		Env: []string{"TMPDIR=" + filepath.Join(dir, "tmp"), "TMP=" + filepath.Join(dir, "tmp"), "GOROOT=" + p.tc.root,
			"GOOS=" + p.goos, "GOARCH=" + p.goarch, "GOMAXPROCS=2", "GOMEMLIMIT=1GiB"},
		Stdout:  out,
		Stderr:  out,
		Limits:  sandbox.Limits{MemoryMB: 2048, CPU: 2 * o.buildTimeout(), FileMB: 128, OpenFiles: 512},
		Profile: sandbox.Compile,
		Read:    []string{p.dir, dir},
		Write:   []string{filepath.Join(dir, "out"), filepath.Join(dir, "tmp")},
		Without: o.Without,
	})
	if err != nil {
		return sandbox.Exit{}, err
	}
	select {
	case <-proc.Done():
	case <-ctx.Done():
		return proc.Kill(), nil
	}
	return proc.Wait(), nil
}
