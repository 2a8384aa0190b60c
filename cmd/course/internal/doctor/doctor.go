// Package doctor looks at a machine and says what the course will find there, with what to do where it is bad.
package doctor

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"nncourse/cmd/course/internal/jupyter"
	"nncourse/cmd/course/internal/setup"
)

// Report is what `course doctor --json` prints.
type Report struct {
	OK       bool              `json:"ok"` // nothing is bad; warnings may be there
	Lines    []Line            `json:"lines"`
	Backend  Backend           `json:"backend"`
	Sandbox  Sandbox           `json:"sandbox"`
	Versions map[string]string `json:"versions"`
	Machine  Machine           `json:"machine"`
	Data     []Dataset         `json:"data"`
}

// Line is one line of the screen.
type Line struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Status string `json:"status"`           // good, warning, bad
	Advice string `json:"advice,omitempty"` // what to do; always there if the status is not good
}

// Backend is what lessons compute on.
type Backend struct {
	Name       string   `json:"name"`   // "xla:cpu", "xla:cuda", "xla:tpu", "go"; "" if there is none
	Plugin     string   `json:"plugin"` // path; "" for go
	Version    string   `json:"version"`
	Devices    []string `json:"devices"`
	Why        string   `json:"why"`
	Error      string   `json:"error,omitempty"`
	OpenMS     float64  `json:"open_ms"`
	MatmulMS   float64  `json:"matmul_ms"` // 1024×1024 float32 product
	GFlops     float64  `json:"gflops"`
	GoMatmulMS float64  `json:"go_matmul_ms"` // the same on the pure-Go backend
	GoGFlops   float64  `json:"go_gflops"`
}

// Sandbox is what holds students' code when it is graded.
type Sandbox struct {
	Level    string `json:"level"` // the system's layers
	Why      string `json:"why,omitempty"`
	Advice   string `json:"advice,omitempty"`
	Contains bool   `json:"contains"` // these alone contain a hostile program
	InForce  string `json:"in_force"` // what holds a program when nothing else is asked for: Level, or that and "wasi"
}

// Machine is the hardware.
type Machine struct {
	OS       string `json:"os"`
	Arch     string `json:"arch"`
	Cores    int    `json:"cores"`
	MemoryMB int    `json:"memory_mb"` // 0: unknown
	DiskMB   int    `json:"disk_free_mb"`
}

// Dataset is a set of the manifest.
type Dataset struct {
	Name    string `json:"name"`
	Present bool   `json:"present"`
	Where   string `json:"where,omitempty"`
}

// Look examines the machine. sandbox and data come from the packages that know them.
func Look(ctx context.Context, root string, sandbox Sandbox, data []Dataset) *Report {
	r := &Report{OK: true, Sandbox: sandbox, Data: data, Versions: versions(ctx, root), Machine: machine(root)}

	r.add("Go", r.Versions["go"], "good", "")
	if v := r.Versions["jupyterlab"]; v == "" {
		r.add("JupyterLab", "not set up", "bad", "go tool course setup")
	} else {
		r.add("JupyterLab", v+", Python "+r.Versions["python"], "good", "")
	}
	if jupyter.Ready(root) != nil {
		r.add("Go kernel", "not set up", "bad", "go tool course setup")
	} else if !setup.Current(root) {
		r.add("Go kernel", "GoNB "+r.Versions["gonb"]+", made from older files", "warning", "go tool course setup")
	} else {
		r.add("Go kernel", "GoNB "+r.Versions["gonb"], "good", "")
	}
	if exists(filepath.Join(root, ".course", "gopls", "gopls")) {
		r.add("completion", "gopls", "good", "")
	} else {
		r.add("completion", "no gopls: JupyterLab completes no names", "warning", "go tool course setup")
	}
	r.backend(ctx, root)

	m := r.Machine
	status, advice := "good", ""
	if m.MemoryMB > 0 && m.MemoryMB < 3500 {
		status, advice = "warning", "XLA lessons need about 4 GB: close other programs, or run fewer notebooks at a time"
	}
	if m.DiskMB > 0 && m.DiskMB < 2000 {
		status, advice = "warning", "free some disk: set-up, caches and checkpoints take about 3 GB"
	}
	r.add("machine", fmt.Sprintf("%s/%s, %d cores, %s memory, %s disk free", m.OS, m.Arch, m.Cores, gb(m.MemoryMB), gb(m.DiskMB)), status, advice)

	have, lack := []string{}, []string{}
	for _, d := range data {
		if d.Present {
			have = append(have, d.Name)
		} else {
			lack = append(lack, d.Name)
		}
	}
	switch {
	case len(have) == 0:
		r.add("data", "none of the real sets; lessons generate their own and say so", "warning", "go tool course data fetch mnist")
	case len(lack) == 0:
		r.add("data", strings.Join(have, ", "), "good", "")
	default:
		r.add("data", strings.Join(have, ", ")+"; not here: "+strings.Join(lack, ", "), "good", "")
	}
	switch {
	case sandbox.Contains:
		value := sandbox.Level
		if sandbox.Why != "" {
			value += " (" + sandbox.Why + ")"
		}
		r.add("grading sandbox", value+"; --sandbox wasi is there as well", "good", "")
	default:
		r.add("grading sandbox", sandbox.InForce+": programs run as WebAssembly, because "+sandbox.Why, "warning", sandbox.Advice)
	}
	return r
}

func (r *Report) add(name, value, status, advice string) {
	if status == "bad" {
		r.OK = false
	}
	r.Lines = append(r.Lines, Line{name, value, status, advice})
}

func (r *Report) backend(ctx context.Context, root string) {
	b := &r.Backend
	probe := filepath.Join(root, ".course", "bin", "probe")
	if !exists(probe) {
		b.Error = "not set up"
		r.add("backend", "not set up", "bad", "go tool course setup")
		return
	}
	cmd := exec.CommandContext(ctx, probe, "measure")
	cmd.Env = append(os.Environ(), "COURSE_ROOT="+root)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var a struct {
		Name, Plugin, Why, Notice, Error, Version string
		Devices                                   []string
		OpenMS                                    float64 `json:"open_ms"`
		MatmulMS                                  float64 `json:"matmul_ms"`
		GFlops                                    float64 `json:"gflops"`
		GoMS                                      float64 `json:"go_matmul_ms"`
		GoGFlops                                  float64 `json:"go_gflops"`
	}
	if jerr := json.Unmarshal(out, &a); jerr != nil {
		a.Error = fmt.Sprintf("the probe ended with %v: %.400s", err, stderr.String())
	}
	*b = Backend{a.Name, a.Plugin, a.Version, a.Devices, a.Why, a.Error, a.OpenMS, a.MatmulMS, a.GFlops, a.GoMS, a.GoGFlops}
	switch {
	case a.Error != "":
		r.add("backend", a.Error, "bad", "go tool course setup --reinstall-plugin, or unset GOMLX_BACKEND")
	case a.Name == "go":
		advice := "go tool course setup installs XLA's plugin"
		if strings.HasPrefix(os.Getenv("GOMLX_BACKEND"), "go") {
			advice = "unset GOMLX_BACKEND to use XLA"
		}
		r.add("backend", "go (pure Go, slow): "+a.Why, "warning", advice)
	default:
		r.add("backend", fmt.Sprintf("%s, %d device(s), opened in %.0f ms", a.Name, len(a.Devices), a.OpenMS), "good", "")
		r.add("plugin", a.Plugin+" (PJRT API "+a.Version+")", "good", "")
	}
	if a.Error == "" {
		speed := fmt.Sprintf("%.1f ms (%.0f GFLOP/s) on %s", a.MatmulMS, a.GFlops, a.Name)
		if a.Name != "go" {
			speed += fmt.Sprintf(", %.0f ms (%.0f GFLOP/s) on the Go backend", a.GoMS, a.GoGFlops)
		}
		r.add("1024² product", speed, "good", "")
	}
}

// versions reads what is pinned from the command's own build, and asks Python for its part.
func versions(ctx context.Context, root string) map[string]string {
	v := map[string]string{"go": runtime.Version()}
	if out, err := exec.CommandContext(ctx, "go", "env", "GOVERSION").Output(); err == nil {
		v["go"] = strings.TrimSpace(string(out))
	}
	if b, err := os.ReadFile(filepath.Join(root, "go.mod")); err == nil {
		for l := range strings.Lines(string(b)) {
			f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(l), "require "))
			if len(f) < 2 {
				continue
			}
			for path, name := range map[string]string{"github.com/janpfeifer/gonb": "gonb", "github.com/gomlx/gomlx": "gomlx", "github.com/gomlx/go-xla": "go-xla", "gonum.org/v1/gonum": "gonum", "gonum.org/v1/plot": "plot"} {
				if f[0] == path {
					v[name] = f[1]
				}
			}
		}
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				v["course"] = s.Value
			}
		}
	}
	cmd := exec.CommandContext(ctx, jupyter.Python(root), "-c", "import sys, importlib.metadata as m; print('%d.%d.%d' % sys.version_info[:3], m.version('jupyterlab'), m.version('nbclient'))")
	if out, err := cmd.Output(); err == nil {
		if f := strings.Fields(string(out)); len(f) == 3 {
			v["python"], v["jupyterlab"], v["nbclient"] = f[0], f[1], f[2]
		}
	}
	return v
}

func gb(mb int) string {
	if mb == 0 {
		return "unknown"
	}
	return fmt.Sprintf("%.1f GB", float64(mb)/1024)
}

func exists(p string) bool { _, err := os.Stat(p); return err == nil }
