// Package jupyter starts the course's Jupyter programs: from the venv that set-up made, with every folder they
// write to inside ROOT/.course, and with the Go kernel found through JUPYTER_PATH. Nothing touches the user's home.
package jupyter

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"nncourse/cmd/course/internal/python"
	"nncourse/lib/workspace"
)

// Python gives the interpreter of the course's venv.
func Python(root string) string {
	if runtime.GOOS == "windows" {
		return filepath.Join(root, ".course", "venv", "Scripts", "python.exe")
	}
	return filepath.Join(root, ".course", "venv", "bin", "python")
}

// Env gives the environment for a Jupyter program. headless is for runs that nobody looks at: errors come as plain
// text and progress bars print rarely.
func Env(root string, headless bool) []string {
	spec := filepath.Join(root, "cmd", "course", "jupyter")
	made := filepath.Join(root, ".course", "jupyter")
	set := map[string]string{
		"JUPYTER_PATH":                   spec,
		"JUPYTER_CONFIG_PATH":            filepath.Join(spec, "config"),
		"JUPYTER_CONFIG_DIR":             filepath.Join(made, "config"),
		"JUPYTER_DATA_DIR":               filepath.Join(made, "data"),
		"JUPYTER_RUNTIME_DIR":            filepath.Join(made, "runtime"),
		"IPYTHONDIR":                     filepath.Join(made, "ipython"),
		"JUPYTER_NO_CONFIG":              "",
		"PYTHONUNBUFFERED":               "1",
		"PYTHONNOUSERSITE":               "1",
		"PYDEVD_DISABLE_FILE_VALIDATION": "1",
		"COURSE_ROOT":                    root,
		"COURSE_HEADLESS":                "",
	}
	if headless {
		set["COURSE_HEADLESS"] = "1"
		set[workspace.FastEnv] = "" // a headless run says it itself: HeadlessEnv
	}
	var env []string
	for _, kv := range python.PipEnv() {
		name, _, _ := strings.Cut(kv, "=")
		if _, ours := set[name]; !ours {
			env = append(env, kv)
		}
	}
	for k, v := range set {
		if v != "" {
			env = append(env, k+"="+v)
		}
	}
	return workspace.Environ(env)
}

// HeadlessEnv is Env for a headless run of a lesson, with the fast setting or without it, whatever the caller's environment says.
func HeadlessEnv(root string, fast bool) []string {
	env := Env(root, true)
	if fast {
		env = append(env, workspace.FastEnv+"=1")
	}
	return env
}

// LabOptions says how JupyterLab is started.
type LabOptions struct {
	Port    int    // 0: the first free one from 8888 on
	Browser bool   // open the user's browser
	Token   string // "": Jupyter makes one
}

// IPEnv names the environment variable that, when set, is the address on which JupyterLab listens, instead of 127.0.0.1.
// A container sets it: its loopback is not the host's.
const IPEnv = "COURSE_LAB_IP"

// Lab gives the command that runs JupyterLab on 127.0.0.1, or as IPEnv says, opened at notebooks/, with a token.
// The root of its file browser is the course, so that exercises/ can be edited there too.
func Lab(ctx context.Context, root string, o LabOptions) *exec.Cmd {
	ip := os.Getenv(IPEnv)
	if ip == "" {
		ip = "127.0.0.1"
	}
	args := []string{"-m", "jupyterlab",
		"--ServerApp.ip=" + ip,
		"--ServerApp.root_dir=" + root,
		"--FileContentsManager.preferred_dir=" + filepath.Join(root, "notebooks"),
		"--LabApp.default_url=/lab/tree/notebooks",
		"--ServerApp.extra_static_paths=" + filepath.Join(root, ".course", "static"), // the playground's page
	}
	if o.Port != 0 {
		args = append(args, "--ServerApp.port="+strconv.Itoa(o.Port), "--ServerApp.port_retries=0")
	}
	if !o.Browser {
		args = append(args, "--no-browser")
	}
	if os.Geteuid() == 0 {
		args = append(args, "--allow-root")
	}
	if o.Token != "" {
		args = append(args, "--IdentityProvider.token="+o.Token)
	}
	// Without the folder IPython complains, and takes a temporary one.
	_ = os.MkdirAll(filepath.Join(root, ".course", "jupyter", "ipython"), 0o755)
	cmd := exec.CommandContext(ctx, Python(root), args...)
	cmd.Dir = root
	cmd.Env = Env(root, false)
	return cmd
}

// Ready tells whether set-up has made what Jupyter needs. The error names the first thing that is missing.
func Ready(root string) error {
	for _, f := range []string{Python(root), filepath.Join(root, ".course", "bin", "gonb"), filepath.Join(root, ".course", "bin", "goimports")} {
		if _, err := os.Stat(f); err != nil {
			return fmt.Errorf("%s is missing", f)
		}
	}
	return nil
}
