package nb

import (
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"nncourse/lib/plots"

	"github.com/janpfeifer/gonb/gonbui/protocol"
	pkgerrors "github.com/pkg/errors"
)

// exited is what a fake exit panics with.
type exited int

// recorder is a kernel and a clock for tests.
type recorder struct {
	stdout, stderr bytes.Buffer
	sent           []*protocol.DisplayData
	log            []string // order of events
	clock          time.Time
}

// record replaces the channel for one test.
func record(t *testing.T, notebook, live bool) *recorder {
	t.Helper()
	r := &recorder{clock: time.Unix(1e9, 0)}
	old := out
	t.Cleanup(func() { out = old })
	out = &channel{
		stdout:   &r.stdout,
		stderr:   &r.stderr,
		notebook: func() bool { return notebook },
		live:     func() bool { return live },
		deliver:  func(d *protocol.DisplayData) { r.sent = append(r.sent, d); r.log = append(r.log, "deliver") },
		sync:     func() { r.log = append(r.log, "sync") },
		settle:   func() { r.log = append(r.log, "settle") },
		exit:     func(code int) { r.log = append(r.log, "exit"); panic(exited(code)) },
		now:      func() time.Time { return r.clock },
	}
	return r
}

// code runs f and returns its exit code, −1 if it did not exit.
func code(f func()) (code int) {
	code = -1
	defer func() {
		switch e := recover().(type) {
		case nil:
		case exited:
			code = int(e)
		default:
			panic(e)
		}
	}()
	f()
	return
}

func (r *recorder) data(t *testing.T, i int, mime protocol.MIMEType) string {
	t.Helper()
	if i >= len(r.sent) {
		t.Fatalf("%d outputs, want more than %d", len(r.sent), i)
	}
	s, ok := r.sent[i].Data[mime].(string)
	if !ok {
		t.Fatalf("output %d has no %s but %v", i, mime, r.sent[i].Data)
	}
	return s
}

func figure(t testing.TB, alt string) *plots.Figure {
	t.Helper()
	f, err := plots.Curves(alt, plots.Axes{Width: 120, Height: 90}, plots.Series{Y: []float64{1, 3, 2}})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const alt = `A line that rises & falls, with "a < b".`

var imgTag = regexp.MustCompile(`<img alt="([^"]*)" width="(\d+)" height="(\d+)" [^>]*src="data:image/svg\+xml;base64,([^"]*)">`)

// A figure is one output: an <img> with the alternative text, of the figure's size, that
// holds the figure's SVG; the PNG; the text.
func TestShowInNotebook(t *testing.T) {
	r := record(t, true, true)
	f := figure(t, alt)
	Show(f, f)
	if len(r.sent) != 2 {
		t.Fatalf("%d outputs for two figures", len(r.sent))
	}
	m := imgTag.FindStringSubmatch(r.data(t, 0, protocol.MIMETextHTML))
	if m == nil {
		t.Fatalf("no <img> in %.200s", r.data(t, 0, protocol.MIMETextHTML))
	}
	if got := html.UnescapeString(m[1]); got != alt {
		t.Errorf("alt is %q", got)
	}
	if m[2] != "120" || m[3] != "90" {
		t.Errorf("the size is %s × %s", m[2], m[3])
	}
	if svg, err := base64.StdEncoding.DecodeString(m[4]); err != nil || !bytes.Equal(svg, f.SVG) {
		t.Errorf("the <img> does not hold the SVG: %v", err)
	}
	if png, _ := r.sent[0].Data[protocol.MIMEImagePNG].([]byte); !bytes.Equal(png, f.PNG) {
		t.Error("the PNG is missing")
	}
	if got := r.data(t, 0, protocol.MIMETextPlain); got != alt {
		t.Errorf("text is %q", got)
	}
	if len(r.sent[0].Data) != 3 || r.stdout.Len() > 0 {
		t.Errorf("%d forms and %q printed: one rendering is wanted", len(r.sent[0].Data), r.stdout.String())
	}
	if got := strings.Join(r.log, " "); got != "settle deliver sync settle deliver sync" {
		t.Errorf("order of events: %s", got)
	}
}

func TestShowInTerminal(t *testing.T) {
	r := record(t, false, true)
	Show(figure(t, alt))
	if got := r.stdout.String(); got != "[figure] "+alt+"\n" || len(r.sent) > 0 {
		t.Errorf("printed %q, sent %d", got, len(r.sent))
	}
	if c := code(func() { Show(nil) }); c != 1 || !strings.Contains(r.stderr.String(), "figure 0 is nil") {
		t.Errorf("a nil figure: exit %d, %q", c, r.stderr.String())
	}
	if c := code(func() { ShowE(plots.Curves("", plots.Axes{})) }); c != 1 || !strings.Contains(r.stderr.String(), "alternative text is empty") {
		t.Errorf("an error: exit %d, %q", c, r.stderr.String())
	}
}

func TestClaim(t *testing.T) {
	r := record(t, true, true)
	if c := code(func() { Claim(true, "%d of %d digits", 3, 4) }); c != -1 {
		t.Errorf("a claim that holds exits with %d", c)
	}
	if c := code(func() { Claim(0.0 > 1, "zero is greater") }); c != 1 {
		t.Errorf("a claim that fails exits with %d, want 1", c)
	}
	if got := r.stdout.String(); got != "✓ 3 of 4 digits\n✗ zero is greater\n" {
		t.Errorf("printed %q", got)
	}
	if got := strings.Join(r.log, " "); got != "settle sync exit" {
		t.Errorf("order of events: %s", got)
	}
}

func TestCheck(t *testing.T) {
	r := record(t, false, false)
	if v := Must(7, nil); v != 7 {
		t.Errorf("Must gave %d", v)
	}
	if c := code(func() { Check(nil) }); c != -1 {
		t.Errorf("no error exits with %d", c)
	}
	root := errors.New("the matrix is singular")
	c := code(func() { Must(0, fmt.Errorf("fitting: %w", fmt.Errorf("step 3: %w", root))) })
	if want := "error: the matrix is singular\n  while: fitting: step 3\n"; c != 1 || r.stderr.String() != want {
		t.Errorf("exit %d, %q, want %q", c, r.stderr.String(), want)
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{root, "error: the matrix is singular\n"},
		{errors.Join(root, fmt.Errorf("b: %w", errors.New("c"))), "error: the matrix is singular\n  c\n"},
		{fmt.Errorf("two: %w, %w", errors.New("first"), errors.New("second")), "error: first\n  second\n"},
		{pkgerrors.WithMessage(pkgerrors.New("deep"), "outer"), "error: deep\n  while: outer\n"},
		{errors.New(strings.Repeat("line\n", 50)), "error: " + strings.Repeat("line\n  ", 8) + "…\n"},
	} {
		if got := explain(c.err); got != c.want {
			t.Errorf("%v: %q, want %q", c.err, got, c.want)
		}
	}
	if long := explain(errors.New(strings.Repeat("x", 5000))); len(long) > 1000 {
		t.Errorf("a long message takes %d bytes", len(long))
	}
}

// The reader's line is the first of package main in the error's own stack.
func TestUserLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(path, []byte("package main\n\n\ty := Add(x, w) // shapes differ\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	e := stacked{"shapes [2] and [3]", "lib.Add\n\t/lib/add.go:9\nmain.f.func1\n\t" + path + ":3\nmain.main\n\t" + path + ":1\nruntime.main\n\t/go/proc.go:1"}
	want := "error: shapes [2] and [3]\n  in your line:  y := Add(x, w) // shapes differ\n  at " + path + ":3\n  while: building the graph\n"
	if got := explain(pkgerrors.WithMessage(e, "building the graph")); got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
}

type stacked struct{ message, stack string }

func (s stacked) Error() string { return s.message }
func (s stacked) Format(f fmt.State, verb rune) {
	fmt.Fprint(f, s.message)
	if f.Flag('+') {
		fmt.Fprint(f, "\n"+s.stack)
	}
}

// The table's HTML is well-formed, escaped, has a caption and scopes, and sets columns of
// numbers flush right; its text is aligned.
func TestTable(t *testing.T) {
	r := record(t, true, true)
	header := []string{"attack", "ρ < 1", "time"}
	rows := [][]string{{"DeepFool & co", "0.198", "⏱ 1.2 s"}, {"FGSM", "−12.61", "–"}, {"none"}}
	Table("Norms <L2>", header, rows)
	h := r.data(t, 0, protocol.MIMETextHTML)
	var table struct {
		Caption string `xml:"caption"`
		Head    []struct {
			Scope string `xml:"scope,attr"`
			Style string `xml:"style,attr"`
			Text  string `xml:",chardata"`
		} `xml:"thead>tr>th"`
		Rows []struct {
			Head []struct {
				Scope string `xml:"scope,attr"`
				Text  string `xml:",chardata"`
			} `xml:"th"`
			Cells []string `xml:"td"`
		} `xml:"tbody>tr"`
	}
	if err := xml.Unmarshal([]byte(h), &table); err != nil {
		t.Fatalf("%v in %s", err, h)
	}
	if table.Caption != "Norms <L2>" || len(table.Head) != 3 || len(table.Rows) != 3 {
		t.Fatalf("%+v", table)
	}
	for i, th := range table.Head {
		side := "text-align:right"
		if i == 0 {
			side = "text-align:left"
		}
		if th.Scope != "col" || th.Style != side || th.Text != header[i] {
			t.Errorf("heading %d: %+v, want %s", i, th, side)
		}
	}
	for i, tr := range table.Rows {
		if len(tr.Head) != 1 || tr.Head[0].Scope != "row" || tr.Head[0].Text != rows[i][0] || strings.Join(tr.Cells, "|") != strings.Join(rows[i][1:], "|") {
			t.Errorf("row %d: %+v", i, tr)
		}
	}
	want := "Norms <L2>\n" +
		"attack          ρ < 1     time\n" +
		"──────────────────────────────\n" +
		"DeepFool & co   0.198  ⏱ 1.2 s\n" +
		"FGSM           −12.61        –\n" +
		"none"
	if got := r.data(t, 0, protocol.MIMETextPlain); got != want {
		t.Errorf("text:\n%s\nwant\n%s", got, want)
	}
	r = record(t, false, false)
	Table("", nil, [][]string{{"a", "b"}})
	Table("Empty", []string{"x"}, nil)
	if got := r.stdout.String(); got != "a  b\nEmpty\nx\n─\n" {
		t.Errorf("terminal: %q", got)
	}
}

func TestFolded(t *testing.T) {
	r := record(t, true, true)
	Predict("Which norm is smaller, $‖r‖_2$ or 1?", "the first <", "the second")
	Predict("How many steps?")
	Answer("Why <so>?", "Because **of** $x$.\n\nSecond.")
	Markdown("*m*")
	for i, want := range []struct{ rich, text string }{
		{"**Predict first.** Which norm is smaller, $‖r‖_2$ or 1?\n\n<details name=\"predict\"><summary>a. the first &lt;</summary>", "Predict first: Which norm is smaller, $‖r‖_2$ or 1?\n  a. the first <\n  b. the second"},
		{"**Predict first.** How many steps?\n\n<details><summary>My guess is written down.</summary>", "Predict first: How many steps?"},
		{"<details><summary>Why &lt;so&gt;?</summary>\n\nBecause **of** $x$.\n\nSecond.\n\n</details>\n", "Why <so>?\n  Because **of** $x$.\n  \n  Second."},
		{"*m*", "*m*"},
	} {
		rich, text := r.data(t, i, protocol.MIMETextMarkdown), r.data(t, i, protocol.MIMETextPlain)
		if !strings.HasPrefix(rich, want.rich) || strings.Count(rich, "<details") != strings.Count(rich, "</details>") {
			t.Errorf("%d: %q", i, rich)
		}
		if text != want.text {
			t.Errorf("%d: text %q, want %q", i, text, want.text)
		}
	}
	r = record(t, false, false)
	Answer("Why?", "So.")
	if got := r.stdout.String(); got != "Why?\n  So.\n" {
		t.Errorf("terminal: %q", got)
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                             "⏱ 0.0 µs",
		1500:                          "⏱ 1.5 µs",
		999*time.Microsecond + 900:    "⏱ 1.0 ms",
		12345 * time.Microsecond:      "⏱ 12 ms",
		999400 * time.Microsecond:     "⏱ 999 ms",
		999900 * time.Microsecond:     "⏱ 1.0 s",
		1230 * time.Millisecond:       "⏱ 1.2 s",
		99949 * time.Millisecond:      "⏱ 99.9 s",
		2 * time.Minute:               "⏱ 120 s",
		-1230 * time.Millisecond:      "⏱ −1.2 s",
		time.Hour + 59*time.Second/10: "⏱ 3606 s",
	} {
		if got := Duration(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

// Headless: the same few lines however often Set is called, and however fast.
func TestProgressHeadless(t *testing.T) {
	for _, notebook := range []bool{true, false} {
		r := record(t, notebook, false)
		p := NewProgress("training", 1000)
		for k := range 1001 {
			p.Set(k, fmt.Sprintf("loss %d", 1000-k))
		}
		p.Done("loss 0")
		p.Done("again")
		p.Set(3, "late")
		want := "training: 250/1000: loss 750\ntraining: 500/1000: loss 500\ntraining: 750/1000: loss 250\ntraining: loss 0\n"
		if got := r.stdout.String(); got != want || len(r.sent) > 0 {
			t.Errorf("%q and %d outputs, want %q", got, len(r.sent), want)
		}
		r = record(t, notebook, false)
		p = NewProgress("unknown", 0)
		p.Set(5, "")
		p.Set(10, "")
		p.Done("")
		if got := r.stdout.String(); got != "unknown: done\n" {
			t.Errorf("unknown total: %q", got)
		}
	}
}

// Live: one output that changes at most four times a second, and stays as one line.
func TestProgressLive(t *testing.T) {
	r := record(t, true, true)
	p := NewProgress("a < b", 400)
	for k := 1; k <= 400; k++ {
		r.clock = r.clock.Add(10 * time.Millisecond)
		p.Set(k, "loss 1")
	}
	if n := len(r.sent); n < 10 || n > 17 {
		t.Errorf("%d updates in 4 s, want at most 16 and a few more than 10", n)
	}
	if got := r.data(t, 10, protocol.MIMETextHTML); !strings.Contains(got, `max="400" aria-label="a &lt; b"></progress> a &lt; b: `) || !strings.Contains(got, "s left: loss 1") {
		t.Errorf("update: %q", got)
	}
	p.Done("loss 0")
	last := r.sent[len(r.sent)-1]
	if last.Data[protocol.MIMETextHTML] != "a &lt; b: loss 0" || last.Data[protocol.MIMETextPlain] != "a < b: loss 0" {
		t.Errorf("the last output is %v", last.Data)
	}
	for _, s := range r.sent {
		if s.DisplayID == "" || s.DisplayID != last.DisplayID {
			t.Fatal("the outputs do not replace each other")
		}
	}
	if r.stdout.Len() > 0 {
		t.Errorf("printed %q", r.stdout.String())
	}
	if q := NewProgress("b", 1); q.id == p.id {
		t.Error("two bars have one output")
	}

	r = record(t, false, true)
	p = NewProgress("t", 4)
	p.Set(2, "half")
	p.Done("end")
	if got := r.stdout.String(); got != "\r\x1b[Kt [████████████············] 2/4: half\r\x1b[Kt: end\n" {
		t.Errorf("terminal: %q", got)
	}
}

func TestProgressConcurrent(t *testing.T) {
	r := record(t, false, false)
	p := NewProgress("many", 400)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for k := range 100 {
				p.Set(g*100+k, "")
			}
		})
	}
	wg.Wait()
	p.Done("ok")
	if n := strings.Count(r.stdout.String(), "\n"); n > 4 {
		t.Errorf("%d lines", n)
	}
}

// Without its script the slider is hidden, its last figure is seen, and a hint; every
// figure has its text, and the HTML is well-formed.
func TestFrames(t *testing.T) {
	r := record(t, true, true)
	figs := []*plots.Figure{figure(t, "The first figure of three."), figure(t, "The second figure of three."), figure(t, alt)}
	labels := []string{"ε = 0", `ε < "1"`, "ε = 2"}
	Frames("Growing ε & so on", labels, figs...)
	h := r.data(t, 0, protocol.MIMETextHTML)
	tags := regexp.MustCompile(`<img [^>]*>`).FindAllString(h, -1)
	if len(tags) != 3 {
		t.Fatalf("%d pictures", len(tags))
	}
	for i, tag := range tags {
		m := regexp.MustCompile(`alt="([^"]*)".* title="([^"]*)" (hidden="hidden" )?src="data:image/svg\+xml;base64,([^"]*)"`).FindStringSubmatch(tag)
		if m == nil {
			t.Fatalf("picture %d: %.120s", i, tag)
		}
		svg, err := base64.StdEncoding.DecodeString(m[4])
		if html.UnescapeString(m[1]) != figs[i].Alt || html.UnescapeString(m[2]) != labels[i] || (m[3] != "") != (i < 2) || err != nil || !bytes.Equal(svg, figs[i].SVG) {
			t.Errorf("picture %d: alt %q, title %q, hidden %q, %v", i, m[1], m[2], m[3], err)
		}
	}
	for _, want := range []string{`<div hidden="hidden"><input type="range" min="0" max="2" step="1" value="2" aria-label="Growing ε &amp; so on"`,
		"<output>ε = 2</output>", "ε = 2. Run the cell for a slider.", `role="group"`} {
		if !strings.Contains(h, want) {
			t.Errorf("no %s", want)
		}
	}
	d := xml.NewDecoder(strings.NewReader(h))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		if _, err := d.Token(); err != nil {
			if err.Error() != "EOF" {
				t.Error(err)
			}
			break
		}
	}
	if got := r.data(t, 0, protocol.MIMETextPlain); !strings.HasPrefix(got, "Growing ε & so on\n  ε = 0: The first figure of three.\n") {
		t.Errorf("text %q", got)
	}
	if !bytes.Equal(r.sent[0].Data[protocol.MIMEImagePNG].([]byte), figs[2].PNG) {
		t.Error("the PNG is not the last figure's")
	}
	for name, f := range map[string]func(){
		"one label for each":  func() { Frames("Growing ε", labels[:2], figs...) },
		"alternative text":    func() { Frames("", labels, figs...) },
		"0 labels and 0 figu": func() { Frames("Growing ε", nil) },
		`frame 1 ("ε <`:       func() { Frames("Growing ε", labels, figs[0], nil, figs[2]) },
	} {
		r := record(t, true, true)
		if c := code(f); c != 1 || !strings.Contains(strings.ReplaceAll(r.stderr.String(), `\"`, `"`), name) {
			t.Errorf("exit %d, %q, want %q", c, r.stderr.String(), name)
		}
	}
	r = record(t, false, false)
	Frames("Growing ε", labels, figs...)
	if got := r.stdout.String(); !strings.HasPrefix(got, "[slider] Growing ε\n  ε = 0: ") || !strings.HasSuffix(got, "[figure] "+alt+"\n") {
		t.Errorf("terminal: %q", got)
	}
}

// TestCell is the cell of TestKernel: this program under a kernel.
func TestCell(t *testing.T) {
	if os.Getenv("NB_TEST_CELL") == "" {
		t.Skip("runs as the cell of TestKernel")
	}
	fmt.Println("before")
	Show(figure(t, alt))
	fmt.Println("between")
	Table("T", []string{"a"}, [][]string{{"1"}})
	Claim(false, "the end")
}

// A whole cell over the kernel's real pipes, as gonb sets them up: what was printed has
// been read before a figure is delivered, every output arrives although the cell ends
// through os.Exit, and the exit code is 1.
func TestKernel(t *testing.T) {
	dir := t.TempDir()
	there, back := filepath.Join(dir, "there"), filepath.Join(dir, "back")
	for _, p := range []string{there, back} {
		if err := syscall.Mkfifo(p, 0o600); err != nil {
			t.Skip("no named pipes here: " + err.Error())
		}
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestCell$", "-test.v=false")
	cmd.Env = append(os.Environ(), "NB_TEST_CELL=1", protocol.GONB_PIPE_ENV+"="+there, protocol.GONB_PIPE_BACK_ENV+"="+back)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var events []string
	note := func(s string) { mu.Lock(); events = append(events, s); mu.Unlock() }
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	done := make(chan error, 2)
	go func() { // the kernel's reader of printed text, a slow one
		buf := make([]byte, 4096)
		for {
			time.Sleep(30 * time.Millisecond)
			n, err := stdout.Read(buf)
			if n > 0 {
				note("printed " + strings.TrimSpace(string(buf[:n])))
			}
			if err != nil {
				done <- nil
				return
			}
		}
	}()
	go func() { // the kernel's reader of rich output
		in, err := os.Open(there)
		if err != nil {
			done <- err
			return
		}
		answers, err := os.OpenFile(back, os.O_WRONLY, 0)
		if err != nil {
			done <- err
			return
		}
		dec, enc := gob.NewDecoder(in), gob.NewEncoder(answers)
		for {
			var d protocol.DisplayData
			if err := dec.Decode(&d); err != nil {
				done <- nil // the cell has ended
				return
			}
			if v, ok := d.Data[protocol.MIMECommValue]; ok {
				var c protocol.CommValue
				switch v := v.(type) {
				case protocol.CommValue:
					c = v
				case *protocol.CommValue:
					c = *v
				}
				if c.Address == protocol.GonbuiSyncAddress {
					if err := enc.Encode(&protocol.CommValue{Address: protocol.GonbuiSyncAckAddress, Value: c.Value}); err != nil {
						done <- err
						return
					}
				}
				continue
			}
			time.Sleep(20 * time.Millisecond)
			if h, _ := d.Data[protocol.MIMETextHTML].(string); strings.HasPrefix(h, "<table") {
				note("shown table")
			} else {
				note("shown " + fmt.Sprint(d.Data[protocol.MIMETextPlain]))
			}
		}
	}()
	for range 2 {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
		case <-time.After(30 * time.Second):
			t.Fatal("the cell hangs")
		}
	}
	err = cmd.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("the cell ended with %v, want exit code 1", err)
	}
	want := "printed before | shown " + alt + " | printed between | shown table | printed ✗ the end"
	if got := strings.Join(events, " | "); got != want {
		t.Errorf("events: %s\nwant    %s", got, want)
	}
}
