package site

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"nncourse/cmd/course/internal/python"
)

// minPython is the oldest Python 3 for which site.lock holds packages.
const minPython = 11

// venvDir is where the builder lies.
func venvDir(root string) string { return filepath.Join(root, ".course", "site-venv") }

func builderPython(root string) string {
	if runtime.GOOS == "windows" {
		return filepath.Join(venvDir(root), "Scripts", "python.exe")
	}
	return filepath.Join(venvDir(root), "bin", "python")
}

// want says what the venv must have been made from: the lock file, and its own place, which a venv knows.
func want(root string) (string, error) {
	b, err := os.ReadFile(filepath.Join(root, "cmd", "course", "python", "site.lock"))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%x\n", sha256.Sum256(append(b, root...))), nil
}

// Ready tells whether the builder is installed as the lock file says.
func Ready(root string) bool {
	sum, err := want(root)
	if err != nil {
		return false
	}
	b, err := os.ReadFile(filepath.Join(venvDir(root), "made-from"))
	return err == nil && string(b) == sum
}

// Install makes .course/site-venv from the lock file, whose hashes pip checks. It needs a network, once.
func Install(ctx context.Context, root string) error {
	sum, err := want(root)
	if err != nil {
		return err
	}
	host, _, err := python.Find(ctx, minPython)
	if err != nil {
		return err
	}
	run := func(name string, args ...string) error {
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Env = python.PipEnv()
		if b, err := cmd.CombinedOutput(); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return fmt.Errorf("%s: %w\n%s", filepath.Base(name), err, tail(b, 15))
		}
		return nil
	}
	if err := run(host, "-m", "venv", "--clear", venvDir(root)); err != nil {
		return err
	}
	if err := run(builderPython(root), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile", "--require-hashes", "--only-binary", ":all:",
		"-r", filepath.Join(root, "cmd", "course", "python", "site.lock")); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(venvDir(root), "made-from"), []byte(sum), 0o644)
}

func tail(b []byte, n int) string {
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

var progress = regexp.MustCompile(`^(reading sources|writing output)\.\.\. \[ *(\d+)%\]`)

// sphinx turns the sources in src into pages in out. A warning is an error: it is a link that leads nowhere, a text that
// cannot be read, a formula that is none.
func sphinx(ctx context.Context, root, src, out string, say func(string)) error {
	cmd := exec.CommandContext(ctx, builderPython(root), "-m", "sphinx", "-b", "html", "-j", "auto", "-W", "--keep-going", "--no-color", "-d", filepath.Join(filepath.Dir(src), "doctrees"), src, out)
	cmd.Env = append(python.PipEnv(), "PYTHONNOUSERSITE=1", "IPYTHONDIR="+filepath.Join(filepath.Dir(src), "ipython"), "JUPYTER_CONFIG_DIR="+filepath.Join(filepath.Dir(src), "jupyter"))
	var warnings bytes.Buffer
	cmd.Stderr = &warnings
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	next := map[string]string{}
	lines := bufio.NewScanner(stdout)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if m := progress.FindStringSubmatch(lines.Text()); m != nil && m[2] != next[m[1]] && len(m[2]) != 1 && m[2][len(m[2])-1] == '0' {
			next[m[1]] = m[2]
			say(m[1] + " " + m[2] + " %")
		}
	}
	_, _ = io.Copy(io.Discard, stdout)
	err = cmd.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return errors.Join(fmt.Errorf("Sphinx: %w", err), errors.New(tail(warnings.Bytes(), 40)))
	}
	return nil
}
