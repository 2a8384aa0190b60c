// Package setup makes a checkout of the course ready to use. Everything it makes lies in ROOT/.course, except Go's own
// module and build caches; deleting that folder undoes it. It may be run as often as one likes: a step whose inputs
// have not changed is passed over.
package setup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"nncourse/cmd/course/internal/cli"
	"nncourse/cmd/course/internal/jupyter"
)

// Options says what to do.
type Options struct {
	Offline         bool      // use only what is on this machine
	NoCompletion    bool      // leave out gopls, which only an editor's completion needs
	ReinstallPlugin bool      // fetch XLA's plugin anew
	Hub             bool      // JupyterHub, for a class, too
	Out             io.Writer // progress for people
}

// Step is one part of the work, as `course setup --json` prints it.
type Step struct {
	Name    string  `json:"name"`
	Status  string  `json:"status"` // done, unchanged, warning
	Detail  string  `json:"detail,omitempty"`
	Seconds float64 `json:"seconds"`
}

type setup struct {
	Options
	ctx   context.Context
	root  string
	steps []Step
	stamp map[string]string // step → digest of what it was made from
}

// begin locks the course's folder and reads what was done before.
func begin(ctx context.Context, root string, o Options) (s *setup, unlock func(), err error) {
	s = &setup{Options: o, ctx: ctx, root: root, stamp: map[string]string{}}
	if err := os.MkdirAll(s.made("bin"), 0o755); err != nil {
		return nil, nil, cli.Errorf(cli.Setup, "make the course's folder writable", "%v", err)
	}
	if unlock, err = lock(s.made("setup.lock")); err != nil {
		return nil, nil, cli.Errorf(cli.Setup, "wait for the other `course setup`, or end it", "%v", err)
	}
	if b, err := os.ReadFile(s.made("setup.json")); err == nil {
		_ = json.Unmarshal(b, &s.stamp) // a broken stamp only means that the steps are done again
	}
	return s, unlock, nil
}

// Run does every step in order and stops at the first that fails.
func Run(ctx context.Context, root string, o Options) ([]Step, error) {
	s, unlock, err := begin(ctx, root, o)
	if err != nil {
		return nil, err
	}
	defer unlock()
	for _, step := range []struct {
		name string
		do   func() (status, detail string, err error)
	}{
		{"what the machine has", s.prerequisites},
		{"JupyterLab", s.venv},
		{"Go kernel", s.kernel},
		{"Go packages", s.build},
		{"XLA plugin", s.plugin},
		{"grader", s.grader},
		{"playground", s.playground},
		{"completion", s.completion},
		{"hub", s.hub},
		{"first cell", s.firstCell},
	} {
		if step.name == "hub" && !s.Hub {
			continue
		}
		began := time.Now()
		fmt.Fprintf(s.Out, "  %-22s", step.name)
		status, detail, err := step.do()
		if err != nil {
			fmt.Fprintln(s.Out, "failed")
			return s.steps, err
		}
		took := time.Since(began)
		s.steps = append(s.steps, Step{step.name, status, detail, took.Seconds()})
		fmt.Fprintf(s.Out, "%-10s %5.1f s  %s\n", status, took.Seconds(), detail)
		if err := s.save(); err != nil {
			return s.steps, err
		}
	}
	return s.steps, nil
}

// Current tells whether everything was set up from the files as they are now; it takes milliseconds.
func Current(root string) bool {
	s := &setup{root: root, ctx: context.Background(), stamp: map[string]string{}}
	b, err := os.ReadFile(s.made("setup.json"))
	if err != nil || json.Unmarshal(b, &s.stamp) != nil {
		return false
	}
	for _, name := range []string{"python", "kernel", "build", "playground"} {
		if s.stamp[name] == "" || s.stamp[name] != s.digest(name) {
			return false
		}
	}
	return jupyter.Ready(root) == nil
}

func (s *setup) made(elem ...string) string {
	return filepath.Join(append([]string{s.root, ".course"}, elem...)...)
}

func (s *setup) course(elem ...string) string {
	return filepath.Join(append([]string{s.root, "cmd", "course"}, elem...)...)
}

// digest sums the files that a step is made from, and the root, since a venv and a build know their place.
func (s *setup) digest(step string) string {
	h := sha256.New()
	fmt.Fprintln(h, s.root)
	files := map[string][]string{
		"python":     {s.course("python", "jupyter.lock")},
		"hub":        {s.course("python", "jupyter.lock"), s.course("python", "hub.lock")},
		"kernel":     {s.course("tools", "go.mod"), s.course("tools", "go.sum"), filepath.Join(s.root, "go.sum")},
		"build":      {filepath.Join(s.root, "go.mod"), filepath.Join(s.root, "go.sum"), s.course("internal", "probe", "main.go")},
		"completion": {s.course("tools", "go.mod"), s.course("tools", "go.sum")},
	}[step]
	if step == "playground" {
		for _, dir := range []string{"playground", "playground/web", "mlp", "activation", "loss", "relunet", "datasets"} {
			list, _ := filepath.Glob(filepath.Join(s.root, "lib", filepath.FromSlash(dir), "*.*"))
			files = append(files, list...)
		}
		files = append(files, filepath.Join(s.root, "go.sum"))
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		fmt.Fprintln(h, len(b), err)
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (s *setup) save() error {
	b, err := json.MarshalIndent(s.stamp, "", "  ")
	if err != nil {
		return err
	}
	tmp := s.made("setup.json.new")
	if err := os.WriteFile(tmp, append(b, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, s.made("setup.json"))
}

// run executes a program quietly; the error holds the end of what it printed.
func (s *setup) run(dir string, env []string, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(s.ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = env
	var both, out bytes.Buffer
	cmd.Stdout = io.MultiWriter(&out, &both)
	cmd.Stderr = &both
	err := cmd.Run()
	if s.ctx.Err() != nil {
		return nil, s.ctx.Err()
	}
	if err != nil {
		return out.Bytes(), fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), strings.Join(args, " "), err, lastLines(both.String(), 25))
	}
	return out.Bytes(), nil
}

// goEnv gives the environment in which Go builds the course's tools: the user's, without what `go tool` added.
func (s *setup) goEnv(extra ...string) []string {
	env := append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	if s.Offline {
		env = append(env, "GOPROXY=off")
	}
	return append(env, extra...)
}

func (s *setup) offline(err error, what string) error {
	next := "go tool course setup   (again, with a network)"
	if s.Offline {
		return cli.Errorf(cli.Setup, "go tool course setup   (once without --offline)", "--offline, and %s is not on this machine yet:\n%v", what, err)
	}
	return cli.Errorf(cli.Setup, next, "%s could not be had:\n%v", what, err)
}

func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	if len(lines) > n {
		lines = append([]string{"…"}, lines[len(lines)-n:]...)
	}
	return strings.Join(lines, "\n")
}

// probe runs the helper that knows XLA.
func (s *setup) probe(into any, args ...string) error {
	cmd := exec.CommandContext(s.ctx, s.made("bin", "probe"), args...)
	cmd.Env = append(os.Environ(), "COURSE_ROOT="+s.root)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if jerr := json.Unmarshal(out, into); jerr != nil {
		return fmt.Errorf("probe %s: %v, %v: %s", strings.Join(args, " "), err, jerr, lastLines(stderr.String(), 8))
	}
	return nil // a refusal is in the answer
}
