package setup

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"nncourse/cmd/course/internal/cli"
	"nncourse/cmd/course/internal/jupyter"
	"nncourse/cmd/course/internal/notebook"
	"nncourse/cmd/course/internal/playground"
	"nncourse/cmd/course/internal/python"
	"nncourse/grading"
	"nncourse/grading/checks"
)

// minPython is the oldest Python 3 for which the lock file holds packages.
const minPython = 10

// prerequisites names everything that is missing at once, with how to get it.
func (s *setup) prerequisites() (string, string, error) {
	var missing []string
	interpreter, version, err := python.Find(s.ctx, minPython)
	if err != nil {
		missing = append(missing, err.Error())
	}
	cc := ccName(s.ctx)
	if _, err := exec.LookPath(cc); err != nil {
		missing = append(missing, fmt.Sprintf("a C compiler (%s), for XLA's binding: %s", cc, python.Install("gcc libc6-dev", "gcc", "run xcode-select --install")))
	}
	gobin := filepath.Join(runtime.GOROOT(), "bin")
	if out, err := exec.CommandContext(s.ctx, "go", "env", "GOROOT").Output(); err == nil {
		gobin = filepath.Join(strings.TrimSpace(string(out)), "bin")
	} else {
		missing = append(missing, "the go command on PATH: add "+gobin+" to PATH")
	}
	if len(missing) > 0 {
		return "", "", cli.Errorf(cli.Setup, "install what is named, then: go tool course setup", "this machine lacks\n  - %s", strings.Join(missing, "\n  - "))
	}
	if err := os.WriteFile(s.made("go-bin"), []byte(gobin+"\n"), 0o644); err != nil {
		return "", "", err
	}
	return "done", fmt.Sprintf("%s, Python %s (%s), %s", runtime.Version(), version, interpreter, cc), nil
}

// ccName gives the C compiler that cgo will call.
func ccName(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "go", "env", "CC").Output()
	if f := strings.Fields(string(out)); err == nil && len(f) > 0 {
		return f[0]
	}
	return "cc"
}

// venv makes the venv with JupyterLab from the lock file.
func (s *setup) venv() (string, string, error) {
	want := s.digest("python")
	py := jupyter.Python(s.root)
	if s.stamp["python"] == want && exec.CommandContext(s.ctx, py, "-c", "import jupyterlab, nbclient, nbconvert").Run() == nil {
		return "unchanged", "", s.quick(py)
	}
	delete(s.stamp, "python")
	if s.Offline {
		return "", "", s.offline(errors.New(".course/venv does not fit the lock file"), "JupyterLab")
	}
	host, _, err := python.Find(s.ctx, minPython)
	if err != nil {
		return "", "", err
	}
	if out, err := s.run(s.root, os.Environ(), host, "-m", "venv", "--clear", s.made("venv")); err != nil {
		return "", "", cli.Errorf(cli.Setup, python.Install("python3-venv", "python3", "install Python from python.org"), "the venv could not be made: %v\n%s", err, out)
	}
	if _, err := s.run(s.root, python.PipEnv(), py, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:",
		"-r", s.course("python", "jupyter.lock")); err != nil {
		return "", "", s.offline(err, "JupyterLab and its packages")
	}
	if err := s.quick(py); err != nil {
		return "", "", err
	}
	s.stamp["python"] = want
	out, err := s.run(s.root, jupyter.Env(s.root, true), py, "-c", "import jupyterlab; print(jupyterlab.__version__)")
	if err != nil {
		return "", "", err
	}
	return "done", "JupyterLab " + strings.TrimSpace(string(out)), nil
}

// packages gives the folder of a venv's packages.
func (s *setup) packages(py string) (string, error) {
	out, err := s.run(s.root, os.Environ(), py, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
	return strings.TrimSpace(string(out)), err
}

// quick lets the Python of a venv start sooner.
func (s *setup) quick(py string) error {
	site, err := s.packages(py)
	if err != nil {
		return err
	}
	return python.Quick(site)
}

// kernel builds GoNB at the version of go.mod, and goimports, without which it does not run a cell.
func (s *setup) kernel() (string, string, error) {
	want := s.digest("kernel")
	if s.stamp["kernel"] == want && exists(s.made("bin", "gonb")) && exists(s.made("bin", "goimports")) {
		return "unchanged", "", nil
	}
	if _, err := s.run(s.root, s.goEnv(), "go", "build", "-o", s.made("bin", "gonb"), "github.com/janpfeifer/gonb"); err != nil {
		return "", "", s.offline(err, "GoNB")
	}
	if _, err := s.run(s.course("tools"), s.goEnv(), "go", "build", "-o", s.made("bin", "goimports"), "golang.org/x/tools/cmd/goimports"); err != nil {
		return "", "", s.offline(err, "goimports")
	}
	s.stamp["kernel"] = want
	return "done", "GoNB, goimports", nil
}

// grader compiles what submissions may import, so that the first grading is as fast as the others.
func (s *setup) grader() (string, string, error) {
	for i := range checks.All {
		if err := grading.Prepare(s.ctx, &checks.All[i], grading.Options{Root: s.root}); err != nil {
			return "", "", cli.Errorf(cli.Setup, "go tool course grade --help", "the grader could not be prepared for %s: %v", checks.All[i].Slug, err)
		}
	}
	return "done", fmt.Sprintf("%d exercises", len(checks.All)), nil
}

// playground makes the page that class 1.14 shows.
func (s *setup) playground() (string, string, error) {
	want, page := s.digest("playground"), filepath.Join(s.root, filepath.FromSlash(playground.File))
	if s.stamp["playground"] == want && exists(page) {
		return "unchanged", "", nil
	}
	if err := playground.Build(s.ctx, s.root, page); err != nil {
		return "", "", cli.Errorf(cli.Setup, "go tool course playground", "the playground's page could not be made: %v", err)
	}
	s.stamp["playground"] = want
	return "done", playground.File, nil
}

// completion builds gopls. It is only for an editor's convenience, so its failure is a warning.
func (s *setup) completion() (string, string, error) {
	want := s.digest("completion")
	switch {
	case s.stamp["completion"] == want && exists(s.made("gopls", "gopls")):
		return "unchanged", "", nil
	case s.NoCompletion:
		return "unchanged", "left out (--no-completion)", nil
	}
	if _, err := s.run(s.course("tools"), s.goEnv(), "go", "build", "-o", s.made("gopls", "gopls"), "golang.org/x/tools/gopls"); err != nil {
		if s.ctx.Err() != nil {
			return "", "", s.ctx.Err()
		}
		return "warning", "gopls could not be built, so JupyterLab completes no names; everything else works", nil
	}
	s.stamp["completion"] = want
	return "done", "gopls", nil
}

// build compiles the library and everything that cells import, with the flags that the kernel uses, so that the first
// cell only links; and downloads what the tests need, so that they run offline.
func (s *setup) build() (string, string, error) {
	want := s.digest("build")
	unchanged := s.stamp["build"] == want && exists(s.made("bin", "probe"))
	if !unchanged {
		fmt.Fprint(s.Out, "\n    compiling GoMLX, XLA's binding and the library (a minute or two the first time) …\n                        ")
	}
	// `go list -deps -test` makes Go download every package that building, cells and tests need.
	if !unchanged {
		if _, err := s.run(s.root, s.goEnv(), "go", "list", "-deps", "-test", "./...", "github.com/janpfeifer/gonb/..."); err != nil && s.Offline {
			return "", "", s.offline(err, "a Go module")
		}
	}
	if _, err := s.run(s.root, s.goEnv("CGO_ENABLED=1"), "go", "build", "-o", s.made("bin", "probe"), "./cmd/course/internal/probe"); err != nil {
		return "", "", s.offline(err, "a Go package")
	}
	if _, err := s.run(s.root, s.goEnv("CGO_ENABLED=1"), "go", "build", "./lib/..."); err != nil {
		return "", "", cli.Errorf(cli.Setup, "git status   (did a file of lib/ change?)", "the library does not compile:\n%v", err)
	}
	if unchanged {
		return "unchanged", "", nil
	}
	s.stamp["build"] = want
	return "done", "", nil
}

type probeAnswer struct {
	Name, Plugin, Why, Notice, Error string
}

// plugin makes sure that XLA is there: what is found is used; else the pinned wheel; else go-xla's own installer.
func (s *setup) plugin() (string, string, error) {
	target := s.made("pjrt", "pjrt_c_api_cpu_plugin.so")
	if s.ReinstallPlugin {
		if err := os.Remove(target); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", "", err
		}
	}
	var a probeAnswer
	if err := s.probe(&a, "choose"); err != nil {
		return "", "", err
	}
	if a.Error != "" {
		// What was found is bad, or what GOMLX_BACKEND names is not there. Mend it only where it is ours to mend.
		if !strings.Contains(a.Error, target) || s.Offline {
			return "", "", cli.Errorf(cli.Setup, "go tool course doctor", "%s", a.Error)
		}
		if err := os.Remove(target); err != nil {
			return "", "", err
		}
		a = probeAnswer{Name: "go"}
	}
	if a.Name != "go" {
		return "unchanged", a.Name + ", " + a.Why, nil
	}
	if set := os.Getenv("GOMLX_BACKEND"); strings.HasPrefix(set, "go") {
		return "unchanged", "GOMLX_BACKEND=" + set, nil
	}
	if s.Offline {
		return "warning", "--offline: no plugin here, so lessons use the slow Go backend", nil
	}
	wheelErr := s.pluginFromWheel(target)
	if wheelErr == nil {
		a = probeAnswer{}
		if err := s.probe(&a, "choose"); err != nil {
			return "", "", err
		}
		if a.Error != "" {
			return "", "", cli.Errorf(cli.Setup, "GOMLX_BACKEND=go go tool course setup", "the installed plugin does not work on this machine: %s", a.Error)
		}
		return "done", a.Name + ", " + a.Why, nil
	}
	if s.ctx.Err() != nil {
		return "", "", s.ctx.Err()
	}
	if err := s.probe(&a, "install", s.made("pjrt")); err != nil || a.Error != "" {
		return "warning", fmt.Sprintf("not installed, so lessons use the Go backend (about 26 times slower on a matrix product, 60 on LeNet); try again with a network: go tool course setup\n    tried the wheel: %s\n    tried go-xla's installer: %s %v",
			firstLine(wheelErr.Error()), firstLine(a.Error), err), nil
	}
	return "done", "from go-xla's installer", nil
}

// pluginFromWheel downloads the pinned wheel with pip, which checks its hash, and takes the shared object out of it.
func (s *setup) pluginFromWheel(target string) error {
	fmt.Fprint(s.Out, "\n    downloading XLA's CPU plugin (64 MB) …\n                        ")
	tmp, err := os.MkdirTemp(s.made(), "wheel-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if _, err := s.run(tmp, python.PipEnv(), jupyter.Python(s.root), "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
		"--require-hashes", "--no-deps", "--only-binary", ":all:", "-d", tmp, "-r", s.course("python", "pjrt.lock")); err != nil {
		return err
	}
	wheels, err := filepath.Glob(filepath.Join(tmp, "*.whl"))
	if err != nil || len(wheels) != 1 {
		return fmt.Errorf("pip left %d wheels, not 1", len(wheels))
	}
	return extract(wheels[0], "xla_cpu_pjrt.so", target)
}

// extract writes the one member of that base name to target in one step, and its sha256 beside it.
func extract(archive, member, target string) error {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return fmt.Errorf("%s is not a whole wheel: %w", filepath.Base(archive), err)
	}
	defer z.Close()
	for _, f := range z.File {
		if path.Base(f.Name) != member {
			continue
		}
		in, err := f.Open()
		if err != nil {
			return err
		}
		defer in.Close()
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		tmp, err := os.CreateTemp(filepath.Dir(target), ".plugin-*")
		if err != nil {
			return err
		}
		defer os.Remove(tmp.Name())
		sum := sha256.New()
		n, err := io.Copy(io.MultiWriter(tmp, sum), in) // the zip reader checks the member's CRC
		if cerr := tmp.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return err
		}
		if uint64(n) != f.UncompressedSize64 {
			return fmt.Errorf("%s: %d bytes of %d", member, n, f.UncompressedSize64)
		}
		if err := os.Chmod(tmp.Name(), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(target+".sha256", []byte(hex.EncodeToString(sum.Sum(nil))+"\n"), 0o644); err != nil {
			return err
		}
		return os.Rename(tmp.Name(), target)
	}
	return fmt.Errorf("%s holds no %s", filepath.Base(archive), member)
}

// firstCell runs two cells in the real kernel: proof that all of it works together, and the last of the warming.
func (s *setup) firstCell() (string, string, error) {
	tmp, err := os.MkdirTemp("", "course-first-")
	if err != nil {
		return "", "", err
	}
	defer os.RemoveAll(tmp)
	file := filepath.Join(tmp, "first.ipynb")
	if err := os.WriteFile(file, []byte(FirstNotebook), 0o644); err != nil {
		return "", "", err
	}
	r, err := notebook.Run(s.ctx, file, notebook.Options{Root: s.root})
	if err != nil {
		return "", "", cli.Errorf(cli.Setup, "go tool course doctor", "%v", err)
	}
	if r.Error != nil {
		return "", "", cli.Errorf(cli.Setup, "go tool course doctor", "a first cell does not run: %s", r.Error.Message)
	}
	last := r.Cells[len(r.Cells)-1]
	return "done", fmt.Sprintf("a cell that uses the library and the backend takes %.1f s", last.Seconds), nil
}

func exists(p string) bool { _, err := os.Stat(p); return err == nil }

func firstLine(s string) string { s, _, _ = strings.Cut(strings.TrimSpace(s), "\n"); return s }
