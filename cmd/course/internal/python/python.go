// Package python finds a Python that can make a venv, and words how to get one.
package python

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// Find gives the first interpreter on PATH that is at least 3.minor and can make a venv with pip, and its version.
// The error names what is missing and how to get it.
func Find(ctx context.Context, minor int) (path, version string, err error) {
	test := fmt.Sprintf(`import sys, venv, ensurepip; print("%%d.%%d.%%d" %% sys.version_info[:3]); sys.exit(0 if sys.version_info >= (3, %d) else 9)`, minor)
	why := fmt.Errorf("Python 3.%d or newer, with venv: %s", minor, Install("python3 python3-venv", "python3", "brew install python, or the installer of python.org"))
	for _, name := range []string{"python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"} {
		p, lookErr := exec.LookPath(name)
		if lookErr != nil {
			continue
		}
		out, runErr := exec.CommandContext(ctx, p, "-c", test).CombinedOutput()
		text := strings.TrimSpace(string(out))
		if runErr == nil {
			return p, text, nil
		}
		if strings.Contains(text, "ensurepip") || strings.Contains(text, "No module named 'venv'") {
			why = fmt.Errorf("Python's venv module (%s lacks it): %s", p, Install("python3-venv", "python3", "the installer of python.org"))
		}
	}
	return "", "", why
}

// Install words how to get packages with the machine's package manager.
func Install(debian, fedora, mac string) string {
	switch {
	case runtime.GOOS == "darwin":
		return mac
	case runtime.GOOS == "windows":
		return "use WSL or Docker: GoNB does not run on Windows itself"
	}
	if _, err := exec.LookPath("apt-get"); err == nil {
		return "sudo apt-get install -y " + debian
	}
	if _, err := exec.LookPath("dnf"); err == nil {
		return "sudo dnf install -y " + fedora
	}
	return "install " + fedora + " with your package manager"
}

// Quick writes a line into a venv's packages that Python runs as it starts there. jsonschema, which nbformat and jupyter-events import, checks
// IRIs by a grammar that takes two seconds to compile at each start of anything of Jupyter's. Neither holds IRIs; where the module of the
// grammar is missing jsonschema leaves that one check out.
func Quick(packages string) error {
	return os.WriteFile(filepath.Join(packages, "no_iri_grammar.pth"), []byte("import sys; sys.modules['rfc3987_syntax'] = None\n"), 0o644)
}

// PipEnv is the user's environment, whose pip settings (mirror, certificates) hold, without an active venv.
func PipEnv() []string {
	var env []string
	for _, kv := range os.Environ() {
		switch name, _, _ := strings.Cut(kv, "="); name {
		case "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV":
		default:
			env = append(env, kv)
		}
	}
	return env
}
