package notebook

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nncourse/cmd/course/internal/jupyter"
	"nncourse/lib/workspace"
)

// write makes a notebook of code cells; a cell is its source, with tags behind "|tags:" on its last line.
func write(t *testing.T, cells ...string) string {
	t.Helper()
	type cell map[string]any
	nb := map[string]any{"nbformat": 4, "nbformat_minor": 5, "metadata": map[string]any{"kernelspec": map[string]any{"name": "gonb", "display_name": "Go (course)", "language": "go"}}}
	list := []cell{{"cell_type": "markdown", "id": "m", "metadata": map[string]any{}, "source": "# test"}}
	for i, s := range cells {
		list = append(list, cell{"cell_type": "code", "id": string(rune('a' + i)), "metadata": map[string]any{}, "source": s, "outputs": []any{}, "execution_count": nil})
	}
	nb["cells"] = list
	b, err := json.Marshal(nb)
	if err != nil {
		t.Fatal(err)
	}
	p := filepath.Join(t.TempDir(), "a b.ipynb") // a space in the path must not matter
	if err := os.WriteFile(p, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return p
}

func root(t *testing.T) string {
	t.Helper()
	r, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	if err := jupyter.Ready(r); err != nil {
		t.Skip("the course is not set up (run `go tool course setup`): " + err.Error())
	}
	return r
}

// What set-up does so that Jupyter's programs start two seconds sooner holds with the real packages (python.Quick).
func TestNoGrammarAtStart(t *testing.T) {
	cmd := exec.Command(jupyter.Python(root(t)), "-c", "import sys, nbformat, jupyter_events; print('lark' in sys.modules)")
	if out, err := cmd.CombinedOutput(); err != nil || !strings.HasSuffix(strings.TrimSpace(string(out)), "False") {
		t.Errorf("a grammar is compiled at each start (go tool course setup mends it): %s%v", out, err)
	}
}

func TestRunWritesAndCompares(t *testing.T) {
	root := root(t)
	p := write(t, "func twice(x int) int { return 2 * x }", "%%\nfmt.Println(\"twice 21 is\", twice(21))")
	res, err := Run(context.Background(), p, Options{Root: root, Write: true})
	if err != nil || !res.OK || !res.Written || len(res.Cells) != 2 {
		t.Fatalf("Run = %+v, %v", res, err)
	}
	nb, err := Read(p)
	if err != nil {
		t.Fatal(err)
	}
	if got := visible(nb.Cells[2].Outputs); got != "twice 21 is 42\n" {
		t.Errorf("stored output %q", got)
	}
	if res, err = Run(context.Background(), p, Options{Root: root, Check: true}); err != nil || !res.OK || res.Compared != 2 {
		t.Errorf("an unchanged notebook: %+v, %v", res, err)
	}
	b, _ := os.ReadFile(p)
	changed := strings.Replace(string(b), "is 42", "is 43", 1)
	if changed == string(b) {
		t.Fatal("the stored output is not where it is expected")
	}
	changed = strings.Replace(changed, "is 43", "was 43", 1)
	if err := os.WriteFile(p, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
	if res, err = Run(context.Background(), p, Options{Root: root, Check: true}); err != nil || res.OK || len(res.Differences) != 1 {
		t.Errorf("a changed output was not found: %+v, %v", res, err)
	}
}

// The cells see the setting that the run was asked for, whatever the caller's environment says.
func TestRunFast(t *testing.T) {
	root := root(t)
	p := write(t, "import \"nncourse/lib/nb\"\n%%\nfmt.Println(nb.Budget(\"full\", \"fast\"), \"setting\")")
	t.Setenv(workspace.FastEnv, "1")
	if res, err := Run(context.Background(), p, Options{Root: root, Write: true}); err != nil || !res.OK {
		t.Fatalf("Run = %+v, %v", res, err)
	}
	nb, err := Read(p)
	if err != nil {
		t.Fatal(err)
	}
	if got := visible(nb.Cells[1].Outputs); got != "full setting\n" {
		t.Errorf("without Fast the cell prints %q", got)
	}
	t.Setenv(workspace.FastEnv, "")
	res, err := Run(context.Background(), p, Options{Root: root, Check: true, Fast: true})
	if err != nil || res.OK || len(res.Differences) != 1 || res.Differences[0].Fresh != "fast setting\n" {
		t.Errorf("with Fast: %+v, %v; want the one difference \"fast setting\"", res, err)
	}
	if _, err := Run(context.Background(), p, Options{Root: root, Fast: true, Write: true}); err == nil {
		t.Error("Write with Fast was accepted")
	}
}

// Whatever a cell does, the run ends, says why, leaves the file alone and no process behind.
func TestRunFailures(t *testing.T) {
	root := root(t)
	// Where gopls is on PATH, GoNB starts it as a process group of its own: it must end with the kernel too.
	t.Setenv("PATH", filepath.Join(root, ".course", "gopls")+string(os.PathListSeparator)+os.Getenv("PATH"))
	for _, c := range []struct{ name, cell, kind, says string }{
		{"compile error", "%%\nvar x int = \"a\"\n_ = x", "error", "cannot use"},
		{"panic", "%%\npanic(\"on purpose\")", "error", "on purpose"},
		{"exit code", "import \"os\"\n%%\nos.Exit(3)", "error", "exit status 3"},
		{"endless loop that ignores interrupts", "import (\"os\"; \"os/signal\"; \"time\")\n%%\nsignal.Ignore(os.Interrupt)\nfor { time.Sleep(time.Second) }", "timeout", "longer than 4 s"},
		{"flood", "%%\nfor { fmt.Println(\"flood flood flood flood\") }", "output", "more than 100000 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := write(t, c.cell, "%%\nfmt.Println(\"never\")")
			t.Setenv("TMPDIR", t.TempDir()) // the kernel and its cells run below it
			before, _ := os.ReadFile(p)
			start := time.Now()
			res, err := Run(context.Background(), p, Options{Root: root, Write: true, CellTimeout: 4 * time.Second, MaxOutput: 100000})
			if err != nil {
				t.Fatal(err)
			}
			if res.OK || res.Written || res.Error == nil || res.Error.Kind != c.kind || !strings.Contains(res.Error.Message, c.says) || res.Error.Number != 1 {
				t.Errorf("got %+v (error %+v), want kind %s that says %q", res, res.Error, c.kind, c.says)
			}
			if after, _ := os.ReadFile(p); string(after) != string(before) {
				t.Error("the notebook's file changed")
			}
			if took := time.Since(start); took > 40*time.Second {
				t.Errorf("it took %v to end", took)
			}
			time.Sleep(300 * time.Millisecond)
			if out, _ := exec.Command("pgrep", "-f", filepath.Dir(os.TempDir())).Output(); len(out) > 0 {
				list, _ := exec.Command("ps", "-o", "pid,ppid,args", "-p", strings.Join(strings.Fields(string(out)), ",")).Output()
				t.Errorf("processes left:\n%s", list)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	for name, content := range map[string]string{"no JSON": "{", "format 3": `{"nbformat":3,"cells":[]}`, "bad source": `{"nbformat":4,"cells":[{"source":5}]}`} {
		p := filepath.Join(t.TempDir(), "x.ipynb")
		if err := os.WriteFile(p, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(p); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
