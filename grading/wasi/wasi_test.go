package wasi

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"nncourse/grading/sandbox"
	"nncourse/grading/wasi/internal/order"
	"nncourse/grading/wire"
)

func TestHostModule(t *testing.T) {
	if order.HostModule != wire.HostModule {
		t.Errorf("host offers %s, wire imports %s", order.HostModule, wire.HostModule)
	}
}

func piece(stream byte, text string) string {
	return string(binary.BigEndian.AppendUint32([]byte{stream}, uint32(len(text)))) + text
}

// The two streams come apart, however the pipe cuts them; what the process says itself goes to stderr.
func TestSplit(t *testing.T) {
	in := piece(1, "one ") + piece(2, "two ") + piece(1, "") + piece(1, strings.Repeat("x", order.MaxPiece)) + piece(2, "\x01three ") + "fatal error: \x01\x02"
	for name, r := range map[string]io.Reader{"whole": strings.NewReader(in), "bytes": iotest.OneByteReader(strings.NewReader(in)), "halves": iotest.HalfReader(strings.NewReader(in))} {
		var out, errs bytes.Buffer
		if n, err := io.Copy(struct{ io.Writer }{&split{stdout: &out, stderr: &errs}}, r); err != nil || n != int64(len(in)) {
			t.Errorf("%s: %d of %d bytes, %v", name, n, len(in), err)
		}
		if out.String() != "one "+strings.Repeat("x", order.MaxPiece) || errs.String() != "two \x01three fatal error: \x01\x02" {
			t.Errorf("%s: %.20q… (%d), %q", name, out.String(), out.Len(), errs.String())
		}
	}
	// A length that no piece has is not believed.
	var out, errs bytes.Buffer
	s := &split{stdout: &out, stderr: &errs}
	s.Write([]byte("\x01\xff\xff\xff\xfftext"))
	s.Write([]byte("more"))
	if out.Len() != 0 || errs.String() != "textmore" {
		t.Errorf("%q %q", out.String(), errs.String())
	}
}

// world is a host, a module and its machine code.
type world struct {
	host         *Host
	module, code string
	took         time.Duration
}

func newWorld(t *testing.T) world {
	t.Helper()
	if testing.Short() {
		t.Skip("short: builds a WebAssembly program")
	}
	root, err := filepath.Abs("../..")
	must(t, err)
	goCommand, err := exec.LookPath("go")
	must(t, err)
	env := append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly", "GOWORK=off")
	host, err := HostSource{Root: root, Go: goCommand, Env: env, Stamp: runtime.Version() + " test", Dir: filepath.Join(root, ".course", "grading-cache")}.Find(t.Context(), nil)
	must(t, err)
	dir := t.TempDir()
	// With a number of its own, the program has to reach what is in here.
	for d := dir; strings.HasPrefix(d, os.TempDir()+"/"); d = filepath.Dir(d) {
		must(t, os.Chmod(d, 0o755))
	}
	w := world{host: host, module: filepath.Join(dir, "probe.wasm"), code: filepath.Join(dir, "code")}
	cmd := exec.Command(goCommand, "build", "-ldflags=-s -w", "-o", w.module, "./testdata/probe")
	cmd.Env = append(env, "GOOS=wasip1", "GOARCH=wasm")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	must(t, os.Chmod(w.module, 0o644))
	must(t, os.Mkdir(w.code, 0o755))
	var said bytes.Buffer
	s, err := host.Compile(w.module, w.code, &said)
	must(t, err)
	s.Limits = sandbox.Limits{MemoryMB: 2048, FileMB: 100}
	begin := time.Now()
	p, err := sandbox.Start(s)
	must(t, err)
	if exit := p.Wait(); exit.Code != 0 || said.Len() > 0 {
		t.Fatalf("%+v: %s", exit, said.String())
	}
	w.took = time.Since(begin)
	// Whoever compiled it, it is read by others.
	must(t, filepath.WalkDir(w.code, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chmod(path, map[bool]os.FileMode{true: 0o755, false: 0o644}[d.IsDir()])
	}))
	return w
}

// run starts the probe, and gives what it wrote to the channel, and how it ended. stop, which may be nil, is called after
// the first line.
func (w world) run(t *testing.T, what string, without sandbox.Level, stop func(p *sandbox.Process)) (said, stdout, stderr string, exit sandbox.Exit) {
	t.Helper()
	inR, inW, err := os.Pipe()
	must(t, err)
	outR, outW, err := os.Pipe()
	must(t, err)
	var out, errs bytes.Buffer
	s, err := w.host.Run(w.module, w.code, 100, inR, outW, &out, &errs)
	must(t, err)
	s.Limits, s.Without = sandbox.Limits{MemoryMB: 100 + HostMB, CPU: time.Minute, OpenFiles: 64}, without
	p, err := sandbox.Start(s)
	must(t, err)
	inR.Close()
	outW.Close()
	io.WriteString(inW, what+"\n")
	b := make([]byte, 1)
	if stop != nil {
		_, err := io.ReadFull(outR, b)
		must(t, err)
		stop(p)
	} else {
		b = nil
	}
	rest, err := io.ReadAll(outR)
	must(t, err)
	exit = p.Wait()
	inW.Close()
	outR.Close()
	return string(b) + string(rest), out.String(), errs.String(), exit
}

func TestRun(t *testing.T) {
	w := newWorld(t)
	t.Logf("translated in %v", w.took)
	for name, without := range map[string]sandbox.Level{"with the system's layers": 0, "alone": sandbox.Full} {
		t.Run(name, func(t *testing.T) {
			said, stdout, stderr, exit := w.run(t, "streams", without, nil)
			if said != "done\n" || stdout != "out out out "+string(make([]byte, 100_000)) || stderr != "err err err " || exit.Code != 7 || exit.Signal != "" {
				t.Errorf("%q %.20q (%d) %q %+v", said, stdout, len(stdout), stderr, exit)
			}
			said, stdout, stderr, exit = w.run(t, "machine", without, nil)
			want := "env GOMEMLIMIT=75MiB GOTRACEBACK=single\nargs 0\nfile true\nroot true\nfolder true\nwrite true\ndial true\nstdin 0 EOF\nrandom true\nsleep true, year true\n"
			if said != want || stdout+stderr != "" || exit.Code != 0 {
				t.Errorf("%q, want %q; %q %q %+v", said, want, stdout, stderr, exit)
			}
			said, _, stderr, exit = w.run(t, "bounds", without, nil)
			if said != "beyond -1 -1\n" || exit.Code != 0 {
				t.Errorf("%q %q %+v", said, stderr, exit)
			}
			_, _, stderr, exit = w.run(t, "memory", without, nil)
			if !strings.Contains(stderr, "out of memory") || exit.Code != 2 || exit.MaxRSS > 400<<20 {
				t.Errorf("%.300q %+v", stderr, exit)
			}
			// Go's own limit is 1 GB here, so the memory ends first, or wazero's stack.
			_, _, stderr, exit = w.run(t, "stack", without, nil)
			if !strings.Contains(stderr, "stack overflow") && !strings.Contains(stderr, "out of memory") && !strings.Contains(stderr, "stack exceeds") || exit.Code != 2 {
				t.Errorf("%.300q %+v", stderr, exit)
			}
			begin := time.Now()
			_, _, _, exit = w.run(t, "loop", without, func(p *sandbox.Process) { p.Kill() })
			if exit.Code != -1 || time.Since(begin) > 20*time.Second {
				t.Errorf("%+v after %v", exit, time.Since(begin))
			}
		})
	}
}

// What is no module, or cannot be read, is an error with a reason.
func TestBadModule(t *testing.T) {
	w := newWorld(t)
	bad := filepath.Join(filepath.Dir(w.module), "bad.wasm")
	must(t, os.WriteFile(bad, []byte("\x00asm\x01\x00\x00\x00\xff"), 0o644))
	code := filepath.Join(filepath.Dir(w.module), "none")
	must(t, os.Mkdir(code, 0o755))
	var said bytes.Buffer
	s, err := w.host.Compile(bad, code, &said)
	must(t, err)
	p, err := sandbox.Start(s)
	must(t, err)
	if exit := p.Wait(); exit.Code != 2 || !strings.HasPrefix(said.String(), "fatal error: ") {
		t.Errorf("%+v %q", exit, said.String())
	}
	if _, err := w.host.Run(bad, code, 5000, nil, nil, nil, nil); err == nil {
		t.Error("more memory than 32 bits address")
	}
	if _, err := (HostSource{Root: t.TempDir()}).Find(context.Background(), nil); err == nil {
		t.Error("a host without a source")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
