package notebook

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"nncourse/cmd/course/internal/group"
	"nncourse/cmd/course/internal/jupyter"
)

// Options says how a notebook is run.
type Options struct {
	Root        string
	CellTimeout time.Duration // of one cell; 0 means 10 minutes
	MaxOutput   int           // bytes that one cell may print; 0 means 10 MB
	Write       bool          // store the outputs in the notebook, if every cell ran
	Check       bool          // compare stored with fresh text outputs
	Fast        bool          // the fast setting, COURSE_FAST=1: lessons that train long take fewer steps; not with Write
	Progress    func(CellRun) // called after each cell; may be nil
}

// Result is a notebook's run. It is what `course run --json` prints, one for each notebook.
type Result struct {
	Notebook    string       `json:"notebook"` // path relative to the course's root
	OK          bool         `json:"ok"`
	Cells       []CellRun    `json:"cells"`
	Seconds     float64      `json:"seconds"`
	Error       *CellError   `json:"error,omitempty"`
	Written     bool         `json:"written,omitempty"`
	Differences []Difference `json:"differences,omitempty"` // with Check
	Compared    int          `json:"compared,omitempty"`    // outputs compared with Check
	Masked      int          `json:"masked,omitempty"`      // outputs of cells tagged volatile, not compared
	Budget      int          `json:"budget,omitempty"`      // outputs of cells tagged budget, of which only the claims are held under the fast setting
	Away        int          `json:"away,omitempty"`        // outputs of which only the claims are held, because datasets are away
	DataAway    []string     `json:"data_away,omitempty"`   // the datasets that the lesson uses and that are not here
}

// CellRun is the time of one code cell.
type CellRun struct {
	Index   int     `json:"index"`  // in the file, from 0
	Number  int     `json:"number"` // among the code cells, from 1
	Of      int     `json:"of"`
	Seconds float64 `json:"seconds"`
	Title   string  `json:"title"` // its first line of meaning
	Trains  bool    `json:"trains,omitempty"`
}

// CellError is why a run stopped.
type CellError struct {
	Index   int    `json:"index"` // -1: the kernel did not start
	Number  int    `json:"number"`
	Kind    string `json:"kind"` // error, timeout, dead, output, kernel, stopped
	Message string `json:"message"`
	Source  string `json:"source"`
}

type event struct {
	Event   string  `json:"event"`
	Cells   int     `json:"cells"`
	Index   int     `json:"index"`
	Number  int     `json:"number"`
	Seconds float64 `json:"seconds"`
	Kind    string  `json:"kind"`
	Message string  `json:"message"`
}

// Run executes a notebook in a fresh kernel and stops at the first cell that fails. A failing cell is not an error of
// Run but Result.Error; Run's own errors are about the file and the set-up. The notebook's file changes only with
// Write, only if every cell ran, and in one step.
func Run(ctx context.Context, path string, o Options) (*Result, error) {
	if o.CellTimeout == 0 {
		o.CellTimeout = 10 * time.Minute
	}
	if o.MaxOutput == 0 {
		o.MaxOutput = 10 << 20
	}
	if o.Fast && o.Write {
		return nil, errors.New("the outputs stored in a lesson come from the full setting: write without fast")
	}
	nb, err := Read(path)
	if err != nil {
		return nil, err
	}
	path, err = filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	res := &Result{Notebook: path}
	if rel, err := filepath.Rel(o.Root, path); err == nil && !strings.HasPrefix(rel, "..") {
		res.Notebook = filepath.ToSlash(rel)
	}
	tmp, err := os.MkdirTemp("", "course-run-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	fresh := filepath.Join(tmp, "fresh.ipynb")

	cmd := exec.CommandContext(ctx, jupyter.Python(o.Root), filepath.Join(o.Root, "cmd", "course", "python", "run_notebook.py"),
		path, fresh, fmt.Sprint(int(o.CellTimeout.Seconds())), fmt.Sprint(o.MaxOutput))
	cmd.Env = jupyter.HeadlessEnv(o.Root, o.Fast)
	group.Own(cmd)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // it then ends its kernel
	cmd.WaitDelay = 10 * time.Second
	log := &tail{max: 16 << 10}
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	defer group.Kill(cmd)
	of, done := 0, false
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			continue
		}
		switch e.Event {
		case "start":
			of = e.Cells
		case "cell":
			run := CellRun{Index: e.Index, Number: e.Number, Of: of, Seconds: e.Seconds, Title: title(string(nb.Cells[e.Index].Source)), Trains: nb.Cells[e.Index].Tagged("trains")}
			res.Cells = append(res.Cells, run)
			if o.Progress != nil {
				o.Progress(run)
			}
		case "error":
			if res.Error == nil {
				res.Error = &CellError{Index: e.Index, Number: codeNumber(nb, e.Index), Kind: e.Kind, Message: e.Message}
				if e.Index >= 0 {
					res.Error.Source = string(nb.Cells[e.Index].Source)
				}
			}
		case "done":
			res.Seconds, done = e.Seconds, true
		}
	}
	_, _ = io.Copy(io.Discard, out)
	err = cmd.Wait()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return nil, err
	}
	if !done {
		return nil, fmt.Errorf("%s: the runner ended early (%v):\n%s", res.Notebook, err, log.String())
	}
	if res.Error == nil && len(res.Cells) != of {
		return nil, fmt.Errorf("%s: %d of %d cells ran and no error was reported:\n%s", res.Notebook, len(res.Cells), of, log.String())
	}
	if res.Error != nil && res.Error.Kind == "kernel" {
		res.Error.Message += "\n" + log.String()
	}
	res.OK = res.Error == nil
	if !res.OK {
		return res, nil
	}
	if o.Check {
		got, err := Read(fresh)
		if err != nil {
			return nil, err
		}
		under := Under{Fast: o.Fast}
		if under.Away, err = away(res.Notebook); err != nil {
			return nil, err
		}
		c := Compare(nb, got, under)
		res.Compared, res.Masked, res.Budget, res.Away, res.DataAway, res.Differences = c.Compared, c.Masked, c.Budget, c.Away, under.Away, c.Differences
		res.OK = len(res.Differences) == 0
	}
	if o.Write {
		if err := replace(path, fresh); err != nil {
			return nil, err
		}
		res.Written = true
	}
	return res, nil
}

// replace puts the content of from in the place of path in one step.
func replace(path, from string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".write-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err = tmp.Write(b); err == nil {
		err = tmp.Chmod(0o644)
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

func codeNumber(nb *Notebook, index int) int {
	n := 0
	for i := 0; i <= index && i < len(nb.Cells); i++ {
		if nb.Cells[i].Type == "code" {
			n++
		}
	}
	return n
}

// title gives the first line of a cell that says something: a comment, else code.
func title(source string) string {
	first := ""
	for l := range strings.Lines(source) {
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "%%") || l == "import (" || strings.HasPrefix(l, "import ") || strings.HasPrefix(l, `"`) || l == ")" {
			continue
		}
		if c, ok := strings.CutPrefix(l, "//"); ok {
			return strings.TrimSpace(c)
		}
		if first == "" {
			first = l
		}
	}
	return first
}

// tail keeps the last max bytes written to it.
type tail struct {
	b   []byte
	max int
}

func (t *tail) Write(p []byte) (int, error) {
	t.b = append(t.b, p...)
	if len(t.b) > t.max {
		t.b = t.b[len(t.b)-t.max:]
	}
	return len(p), nil
}

func (t *tail) String() string { return string(t.b) }
