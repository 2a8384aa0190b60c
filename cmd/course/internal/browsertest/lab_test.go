// Package browsertest opens the real JupyterLab in a real browser, runs a lesson there and looks at the page.
package browsertest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"nncourse/cmd/course/internal/jupyter"
	"nncourse/cmd/course/internal/playground"
	"nncourse/internal/chromium"
	"nncourse/lib/workspace"
)

// lab starts JupyterLab on a free port with a known token and a home that is empty, and waits until it answers.
func lab(t *testing.T, root string) (address, token string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	token = fmt.Sprintf("browser-test-%d", os.Getpid())
	ctx, cancel := context.WithCancel(context.Background())
	cmd := jupyter.Lab(ctx, root, jupyter.LabOptions{Port: port, Token: token})
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	// Neither the user's workspaces nor settings may change by a test.
	own := t.TempDir()
	home := t.TempDir()
	cmd.Env = append(cmd.Env, "JUPYTER_CONFIG_DIR="+filepath.Join(own, "config"), "JUPYTER_DATA_DIR="+filepath.Join(own, "data"), "JUPYTER_RUNTIME_DIR="+filepath.Join(own, "runtime"),
		"GOCACHE="+goEnv(t, "GOCACHE"), "GOMODCACHE="+goEnv(t, "GOMODCACHE"), "HOME="+home)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait()
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		if t.Failed() {
			t.Logf("JupyterLab said:\n%s", log.String())
		}
		// What set-up promises: nothing of the course lands in the home.
		if left, _ := filepath.Glob(filepath.Join(home, ".*jupyter*")); len(left) > 0 {
			t.Errorf("JupyterLab wrote into the home: %v", left)
		}
	})
	address = fmt.Sprintf("http://127.0.0.1:%d", port)
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		r, err := http.Get(address + "/api/status?token=" + token)
		if err == nil {
			io.Copy(io.Discard, r.Body)
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return address, token
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("JupyterLab does not answer at %s: %v\n%s", address, err, log.String())
		}
	}
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// lesson is the notebook that the test runs: it trains nothing, so it is quick, and it draws.
const lesson = "notebooks/class3/05-least-norm.ipynb"

// copyLesson puts a copy without outputs beside the lessons' own place, so that a figure on the page must be fresh,
// and a test never changes a lesson. Of its cells it keeps the first atMost, 0 means all.
func copyLesson(t *testing.T, root, lesson string, atMost int) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, lesson))
	if err != nil {
		t.Fatal(err)
	}
	var nb map[string]any
	if err := json.Unmarshal(b, &nb); err != nil {
		t.Fatal(err)
	}
	if atMost > 0 {
		nb["cells"] = nb["cells"].([]any)[:atMost]
	}
	for _, c := range nb["cells"].([]any) {
		if cell := c.(map[string]any); cell["cell_type"] == "code" {
			cell["outputs"], cell["execution_count"] = []any{}, nil
		}
	}
	if b, err = json.Marshal(nb); err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp(filepath.Join(root, "notebooks"), "browsertest-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "lesson.ipynb"), b, 0o644); err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(filepath.Join("notebooks", filepath.Base(dir), "lesson.ipynb"))
}

// holds looks at a condition in the page until it holds, or the time is over. While the page is giving way to another there is nothing to
// look at: it looks again.
func holds(ctx context.Context, t *testing.T, atMost time.Duration, condition string) bool {
	t.Helper()
	for deadline := time.Now().Add(atMost); ; time.Sleep(200 * time.Millisecond) {
		var yes bool
		err := chromedp.Run(ctx, chromedp.Evaluate(condition, &yes))
		for _, between := range []string{"navigated or closed", "context was destroyed", "Cannot find context", "context with specified id"} {
			if err != nil && ctx.Err() == nil && strings.Contains(err.Error(), between) {
				yes, err = false, nil
			}
		}
		if err != nil {
			t.Fatalf("looking whether %s: %v", condition, err)
		}
		if yes || time.Now().After(deadline) {
			return yes
		}
	}
}

// wait is holds, and the test ends if it does not hold in time.
func wait(ctx context.Context, t *testing.T, atMost time.Duration, what, condition string) {
	t.Helper()
	if !holds(ctx, t, atMost, condition) {
		t.Fatalf("waited %v for %s", atMost, what)
	}
}

// open starts JupyterLab and the browser, opens a copy of the lesson's first atMost cells (0: all) without outputs, and
// waits for the kernel. prepare, if not nil, is called with JupyterLab's address before the lesson is opened.
func open(t *testing.T, lesson string, atMost int, prepare func(root, address string)) (ctx context.Context) {
	t.Helper()
	if testing.Short() {
		t.Skip("--quick leaves out the browser")
	}
	chromium.Find(t)
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	if err := jupyter.Ready(root); err != nil {
		t.Skip("the course is not set up (run `go tool course setup`): " + err.Error())
	}
	address, token := lab(t, root)
	if prepare != nil {
		prepare(root, address)
	}
	path := copyLesson(t, root, lesson, atMost)
	ctx = chromium.Tab(t, 1400, 1000)
	tab := ctx
	t.Cleanup(func() {
		var shot []byte
		if dir := os.Getenv("COURSE_SCREENSHOTS"); dir != "" && chromedp.Run(tab, chromedp.CaptureScreenshot(&shot)) == nil {
			_ = os.WriteFile(filepath.Join(dir, t.Name()+".png"), shot, 0o644)
		}
	})
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	if err := chromedp.Run(ctx,
		chromedp.Navigate(address+"/lab/tree/"+path+"?token="+token+"&reset"),
		chromedp.WaitVisible(`.jp-NotebookPanel .jp-CodeCell`, chromedp.ByQuery),
	); err != nil {
		t.Fatalf("opening the lesson: %v", err)
	}
	wait(ctx, t, time.Minute, "the Go kernel", `((document.querySelector('.jp-Toolbar-kernelName') || {}).innerText || '').includes('Go (course)')`)
	return ctx
}

// press does what a student does to run cells. While JupyterLab is still busy with its start it may lose a key, so
// it is done again until the first cell waits or has run.
func press(ctx context.Context, t *testing.T, actions ...chromedp.Action) {
	t.Helper()
	for range 10 {
		if err := chromedp.Run(ctx, actions...); err != nil {
			t.Fatalf("running cells: %v", err)
		}
		if holds(ctx, t, 5*time.Second, `/\[(\d+|\*)\]/.test((document.querySelector('.jp-CodeCell .jp-InputPrompt') || {}).innerText || '')`) {
			return
		}
	}
	t.Fatal("the keys run no cell")
}

// TestLessonInJupyterLab opens a lesson in JupyterLab, runs all its cells with the keyboard, and finds its figures on the
// page: drawn, with a size, and with words for those who do not see them.
func TestLessonInJupyterLab(t *testing.T) {
	ctx := open(t, lesson, 0, func(_, address string) {
		if r, err := http.Get(address + "/api/contents"); err != nil || r.StatusCode != http.StatusForbidden {
			t.Errorf("without its token JupyterLab answers %v, %v; want 403", r, err)
		}
	})

	type page struct {
		Code, Done, Errors, Figures, Described, Asking int
		Text                                           string
	}
	var got page
	look := chromedp.Evaluate(`(() => {
		const cells = [...document.querySelectorAll('.jp-CodeCell')];
		const pictures = [...document.querySelectorAll('.jp-OutputArea-output img, .jp-OutputArea-output svg')]
			.filter(e => { const r = e.getBoundingClientRect(); return r.width > 100 && r.height > 80; });
		const words = e => (e.getAttribute('alt') || e.getAttribute('aria-label') || (e.querySelector && e.querySelector('title') ? e.querySelector('title').textContent : '') || '').trim();
		return {
			Code: cells.length,
			Done: cells.filter(c => /\[\d+\]/.test((c.querySelector('.jp-InputPrompt') || {}).innerText || '')).length,
			Errors: document.querySelectorAll('.jp-OutputArea-output[data-mime-type*="error"], .jp-OutputArea-output[data-mime-type*="stderr"] .ansi-red-fg').length,
			Figures: pictures.length,
			Described: pictures.filter(e => words(e).length > 20).length,
			Asking: document.querySelectorAll('.jp-Dialog, .Toastify__toast').length,
			Text: [...document.querySelectorAll('.jp-OutputArea-output')].map(e => e.innerText).join('\n').slice(0, 4000),
		};
	})()`, &got)
	if err := chromedp.Run(ctx, look); err != nil {
		t.Fatal(err)
	}
	if got.Figures != 0 || got.Done != 0 {
		t.Fatalf("before the run the page should be empty: %+v", got)
	}
	if got.Asking != 0 {
		t.Errorf("JupyterLab asks or tells something at its start: %d dialogs", got.Asking)
	}
	// Select all cells and run them, with the keys that a student uses: Ctrl-A, Ctrl-Enter.
	press(ctx, t,
		chromedp.Click(`.jp-Notebook .jp-MarkdownCell`, chromedp.ByQuery),
		chromedp.KeyEvent("a", chromedp.KeyModifiers(input.ModifierCtrl)),
		chromedp.Sleep(time.Second),
		chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(input.ModifierCtrl)))
	for deadline := time.Now().Add(3 * time.Minute); ; time.Sleep(time.Second) {
		if err := chromedp.Run(ctx, look); err != nil {
			t.Fatal(err)
		}
		if got.Done == got.Code || got.Errors > 0 || time.Now().After(deadline) {
			break
		}
	}
	// Let the last output arrive and be drawn.
	if err := chromedp.Run(ctx, chromedp.Sleep(time.Second), look); err != nil {
		t.Fatal(err)
	}
	if got.Errors > 0 || got.Done != got.Code || got.Code == 0 {
		t.Fatalf("%d of %d cells ran, %d errors:\n%s", got.Done, got.Code, got.Errors, got.Text)
	}
	if got.Figures == 0 || got.Described != got.Figures {
		t.Errorf("%d figures on the page, %d of them with a description; want at least one, all described\n%s", got.Figures, got.Described, got.Text)
	}
	t.Logf("%d cells, %d figures, all described", got.Code, got.Figures)
}

// TestPlaygroundInJupyterLab runs the first cell of the playground's lesson: the page takes the frame's place in the
// output, begins at the cell's state, and trains there.
func TestPlaygroundInJupyterLab(t *testing.T) {
	ctx := open(t, "notebooks/class1/14-playground.ipynb", 2, func(root, _ string) {
		if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(playground.File))); err != nil {
			t.Skip("set-up has not made the playground's page yet (run `go tool course setup`): " + err.Error())
		}
	})
	press(ctx, t, chromedp.Click(`.jp-CodeCell .cm-content`, chromedp.ByQuery), chromedp.Sleep(time.Second),
		chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(input.ModifierCtrl)))
	const page = `(document.querySelector('.course-playground iframe') || {}).contentDocument`
	wait(ctx, t, time.Minute, "the playground in the output", `!!`+page+` && !!`+page+`.body && `+page+`.body.dataset.ready === "1"`)
	var epoch string
	if err := chromedp.Run(ctx, chromedp.Evaluate(page+`.getElementById("epoch").textContent`, &epoch)); err != nil {
		t.Fatal(err)
	}
	if epoch != "150" {
		t.Errorf("it begins at epoch %s, the cell's state is at 150", epoch)
	}
	if err := chromedp.Run(ctx, chromedp.Evaluate(page+`.getElementById("play").click()`, nil)); err != nil {
		t.Fatal(err)
	}
	wait(ctx, t, 20*time.Second, "epoch 200", `+`+page+`.getElementById("epoch").textContent > 200`)
}
