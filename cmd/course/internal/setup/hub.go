package setup

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"nncourse/cmd/course/internal/cli"
	"nncourse/cmd/course/internal/jupyter"
	"nncourse/cmd/course/internal/python"
)

// HubPython is the interpreter that runs a class's hub and its students' servers.
func HubPython(root string) string {
	if runtime.GOOS == "windows" {
		return filepath.Join(root, ".course", "hub", "Scripts", "python.exe")
	}
	return filepath.Join(root, ".course", "hub", "bin", "python")
}

// Hub does only the step that makes .course/hub; JupyterLab must have been set up.
func Hub(ctx context.Context, root string, o Options) error {
	o.Hub = true
	s, unlock, err := begin(ctx, root, o)
	if err != nil {
		return err
	}
	defer unlock()
	if _, _, err := s.hub(); err != nil {
		return err
	}
	return s.save()
}

// hub makes .course/hub: a venv with JupyterHub that sees JupyterLab's, too.
func (s *setup) hub() (string, string, error) {
	want, py := s.digest("hub"), HubPython(s.root)
	if s.stamp["hub"] == want && exec.CommandContext(s.ctx, py, "-c", "import jupyterhub, jupyterlab").Run() == nil {
		return "unchanged", "", s.quick(py)
	}
	delete(s.stamp, "hub")
	if s.Offline {
		return "", "", s.offline(errors.New(".course/hub does not fit the lock file"), "JupyterHub")
	}
	// The version of JupyterLab's interpreter, whose packages it uses; best one that other users may execute.
	const version = "import sys; print(*sys.version_info[:2], sep='.')"
	out, err := s.run(s.root, os.Environ(), jupyter.Python(s.root), "-c", "import sys, sysconfig; print(sys._base_executable); print(sysconfig.get_path('purelib')); "+version)
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err != nil || len(lines) != 3 {
		return "", "", cli.Errorf(cli.Setup, "go tool course setup", "JupyterLab is not set up: %v", err)
	}
	host := lines[0]
	for _, p := range []string{"/usr/bin/python3", "/usr/local/bin/python3"} {
		if v, err := exec.CommandContext(s.ctx, p, "-c", "import venv, ensurepip; "+version).Output(); err == nil && strings.TrimSpace(string(v)) == lines[2] {
			host = p
			break
		}
	}
	if out, err := s.run(s.root, os.Environ(), host, "-m", "venv", "--clear", s.made("hub")); err != nil {
		return "", "", cli.Errorf(cli.Setup, "install Python's venv (Debian: apt install python3-venv)", "the hub's venv could not be made: %v\n%s", err, out)
	}
	site, err := s.packages(py)
	if err != nil {
		return "", "", err
	}
	if err := python.Quick(site); err != nil {
		return "", "", err
	}
	lab, err := filepath.Rel(site, lines[1]) // relative: the two may be moved together
	if err != nil {
		return "", "", err
	}
	if err := os.WriteFile(filepath.Join(site, "jupyterlab.pth"), []byte(lab+"\n"), 0o644); err != nil {
		return "", "", err
	}
	// JupyterLab's pages and its extensions' settings, which Jupyter looks for beside the interpreter.
	for _, dir := range []string{"share", "etc"} {
		if err := os.MkdirAll(s.made("hub", dir), 0o755); err != nil {
			return "", "", err
		}
		if err := os.Symlink(filepath.Join("..", "..", "venv", dir, "jupyter"), s.made("hub", dir, "jupyter")); err != nil {
			return "", "", err
		}
	}
	// hub.lock is complete together with jupyter.lock; pip is not to look for what the latter has.
	if _, err := s.run(s.root, python.PipEnv(), py, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes",
		"--only-binary", ":all:", "-r", s.course("python", "hub.lock")); err != nil {
		return "", "", s.offline(err, "JupyterHub and its packages")
	}
	s.stamp["hub"] = want
	if out, err = s.run(s.root, os.Environ(), py, "-c", "import jupyterlab, jupyterhub; print(jupyterhub.__version__)"); err != nil {
		return "", "", err
	}
	return "done", "JupyterHub " + strings.TrimSpace(string(out)), nil
}
