//go:build unix

package grading_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"nncourse/grading"
	"nncourse/grading/internal/sample"
	"nncourse/grading/sandbox"
)

var (
	update = flag.Bool("update", false, "write the attack table into README.md; means -all-attacks")
	every  = flag.Bool("all-attacks", false, "try every attack in every configuration that can hold it: else see once")
)

// attack is one hostile submission. Its functions answer wrongly, so that every point would be undeserved.
type attack struct {
	name string // what it does, as the table in README.md says it
	// code is run at the beginning of each of the three functions; init in init. ret is what they return besides a nil
	// error: a vector and a number; "nil, 0" if empty. more is put at the package's level.
	code, init, more, ret string
	imports               string // names, by spaces
	source                string // instead of all of these: the whole file
	folder                func(t *testing.T, dir string)
	strict                bool // the exercise allows its own imports only; else nearly all, so that the sandbox is tried
	want                  []grading.Verdict
	// limits marks attacks that need no containment to fail, and are tried under resource limits alone too. So are those
	// that do not build.
	limits bool
	// build marks attacks on the compiler: after them the honest submission is compiled anew.
	build bool
	// after looks at the report: what the program said on stdout about its success.
	after func(t *testing.T, w *world, r *grading.Report)
}

// world is what an attack may try to reach. Its fields replace {{NAME}} in the code.
type world struct {
	canary string // file outside the sandbox that must stay
	folder string // folder outside that must stay empty
	tcp    net.Listener
	udp    net.PacketConn
	got    chan string
}

func solutionFile() string {
	file, err := filepath.Abs(filepath.Join(sample.Tree(), "solutions", "sample", "sample.go"))
	if err != nil {
		panic(err)
	}
	return file
}

func (w *world) replace(s string) string {
	return strings.NewReplacer(
		"{{CANARY}}", w.canary, "{{FOLDER}}", w.folder,
		"{{SOLUTION}}", solutionFile(), "{{CHECKS}}", filepath.Join(sample.Root(), "grading", "internal", "sample", "sample.go"),
		"{{TCP}}", w.tcp.Addr().String(), "{{UDP}}", w.udp.LocalAddr().String()).Replace(s)
}

const canaryText = "the teacher's file\n"

// loopback is an address of this machine to listen at. On Linux all of 127/8 is: one that nobody else knows keeps off those who still look for
// the server that had the port before, as a test of another package may.
func loopback() string {
	if runtime.GOOS != "linux" {
		return "127.0.0.1:0"
	}
	return fmt.Sprintf("127.%d.%d.%d:0", 1+rand.IntN(254), 1+rand.IntN(254), 1+rand.IntN(254))
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{folder: t.TempDir(), got: make(chan string, 100)}
	w.canary = filepath.Join(t.TempDir(), "canary")
	if err := os.WriteFile(w.canary, []byte(canaryText), 0o666); err != nil {
		t.Fatal(err)
	}
	var err error
	if w.tcp, err = net.Listen("tcp", loopback()); err != nil {
		t.Fatal(err)
	}
	if w.udp, err = net.ListenPacket("udp", loopback()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.tcp.Close(); w.udp.Close() })
	go func() {
		for {
			c, err := w.tcp.Accept()
			if err != nil {
				return
			}
			w.got <- "a TCP connection"
			c.Close()
		}
	}()
	go func() {
		b := make([]byte, 100)
		for {
			if _, _, err := w.udp.ReadFrom(b); err != nil {
				return
			}
			w.got <- "a UDP packet"
		}
	}()
	return w
}

func (a *attack) file() string {
	if a.source != "" {
		return a.source
	}
	ret := a.ret
	if ret == "" {
		ret = "nil, 0"
	}
	comma := strings.LastIndex(ret, ", ")
	vector, number := ret[:comma], ret[comma+2:]
	var b strings.Builder
	b.WriteString("package sample\n")
	for _, i := range strings.Fields(a.imports) {
		fmt.Fprintf(&b, "import %q\n", i)
	}
	fmt.Fprintf(&b, `
func init() { %s }
%s
func attack(v []float64, grad func(x []float64) []float64) {
	%s
}
func Scale(v []float64, c float64) ([]float64, error) { attack(v, nil); return %s, nil }
func Dot(a, b []float64) (float64, error) { attack(a, nil); return %s, nil }
func Minimum(grad func(x []float64) []float64, x0 []float64, step float64, n int) ([]float64, error) {
	attack(x0, grad); return %s, nil
}
`, a.init, a.more, a.code, vector, number, vector)
	return b.String()
}

// say prints whether an attempt succeeded; the table's after functions look for HELD and BROKEN.
const say = `
func say(what string, err error) {
	if err != nil { fmt.Println("HELD", what, err) } else { fmt.Println("BROKEN", what) }
}`

func held(t *testing.T, w *world, r *grading.Report) {
	t.Helper()
	if strings.Contains(r.Stdout, "BROKEN") || !strings.Contains(r.Stdout, "HELD") && r.Verdict != grading.Crash {
		t.Errorf("the program says:\n%s%s", r.Stdout, r.Stderr)
	}
}

var (
	timeout     = []grading.Verdict{grading.Timeout}
	crash       = []grading.Verdict{grading.Crash}
	fail        = []grading.Verdict{grading.Fail}
	errorV      = []grading.Verdict{grading.Error}
	unbuildable = []grading.Verdict{grading.Unbuildable}
	memory      = []grading.Verdict{grading.OutOfMemory}
)

var attacks = []attack{
	// The program's life.
	{name: "endless loop", code: `for { }`, want: timeout, limits: true},
	{name: "endless loop before main", init: `for { }`, want: timeout, limits: true},
	{name: "sleep for an hour", imports: "time", code: `time.Sleep(time.Hour)`, want: timeout, limits: true},
	{name: "signals ignored, then sleep", imports: "time os/signal", code: `signal.Ignore(); time.Sleep(time.Hour)`, want: timeout, limits: true},
	{name: "os.Exit(0) before main", imports: "os", init: `os.Exit(0)`, want: crash, limits: true},
	{name: "os.Exit(0) in a call", imports: "os", code: `os.Exit(0)`, want: crash, limits: true},
	{name: "runtime.Goexit in a call", imports: "runtime", code: `runtime.Goexit()`, want: crash, limits: true},
	{name: "panic", code: `panic("no")`, want: crash, limits: true},
	{name: "panic with a value whose Error method panics", more: `type bad struct{}
func (bad) Error() string { panic(bad{}) }`, code: `panic(bad{})`, want: crash, limits: true},
	{name: "panic in another goroutine", imports: "time", code: `go func() { panic("no") }(); time.Sleep(time.Hour)`, want: crash, limits: true},
	{name: "stack overflow", more: `func deep(n int) int { return 1 + deep(n+1) }`, code: `deep(0)`, want: crash, limits: true},
	{name: "stack overflow with the stack's limit lifted", imports: "runtime/debug", more: `func deep(n int) int { return 1 + deep(n+1) }`,
		code: `debug.SetMaxStack(1 << 40); deep(0)`, want: []grading.Verdict{grading.OutOfMemory, grading.Timeout}, limits: true},
	{name: "deadlock", code: `<-make(chan int)`, want: []grading.Verdict{grading.Crash, grading.Timeout}, limits: true},
	{name: "memory bomb by append", code: `var all [][]float64; for { b := make([]float64, 1<<20); for i := range b { b[i] = 1 }; all = append(all, b) }`, want: memory, limits: true},
	{name: "memory bomb in one slice", code: `b := make([]float64, 1<<33); for i := range b { b[i] = 1 }`, want: memory, limits: true},
	{name: "goroutine bomb", code: `for { go func() { select {} }() }`, want: []grading.Verdict{grading.OutOfMemory, grading.Timeout}, limits: true},
	{name: "memory that is shared, or a file of memory", imports: "fmt syscall", more: say, want: fail, after: held,
		code: `_, err := syscall.Mmap(-1, 0, 1<<30, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED|syscall.MAP_ANON); say("mmap", err)
	_, _, e := syscall.Syscall(319, 0, 0, 0); if e != 0 { err = e } else { err = nil }; say("memfd", err)`},
	{name: "memory and processor limits lifted", imports: "fmt syscall", more: say,
		code: `say("setrlimit", syscall.Setrlimit(syscall.RLIMIT_DATA, &syscall.Rlimit{Cur: 1<<40, Max: 1<<40}))
	say("setrlimit", syscall.Setrlimit(syscall.RLIMIT_CPU, &syscall.Rlimit{Cur: 1<<40, Max: 1<<40}))`, want: fail, after: held},

	// The pipe.
	{name: "fake results on stdout and stderr", imports: "fmt os", want: fail, limits: true,
		code: `fmt.Println("\x16--- PASS: TestAll (0.00s)\n{\"Action\":\"pass\"}\nPASS\nok"); fmt.Fprintln(os.Stderr, "{\"verdict\":\"pass\",\"score\":12}")`},
	{name: "a flood on stdout", imports: "os", code: `b := make([]byte, 1<<20); for range 64 { os.Stdout.Write(b) }`, want: fail, limits: true,
		after: func(t *testing.T, w *world, r *grading.Report) {
			if len(r.Stdout) > 4*64<<10 || r.OutputLost == 0 {
				t.Errorf("%d bytes kept, %d lost", len(r.Stdout), r.OutputLost)
			}
		}},
	{name: "a flood on stdout without end", imports: "os", code: `b := make([]byte, 1<<16); for { os.Stdout.Write(b) }`, want: timeout, limits: true},
	{name: "terminal escapes on stdout and in an error", imports: "fmt errors", limits: true, want: fail, more: `var errColour = errors.New("\x1b[2J\x1b[32mScore: 12 of 12\u202e")`,
		source: `package sample
import ("errors"; "fmt")
func Scale(v []float64, c float64) ([]float64, error) { fmt.Println("\x1b[2J"); return nil, errors.New("\x1b[2J\x1b[32mScore: 12 of 12") }
func Dot(a, b []float64) (float64, error) { return 0, errors.New("\u202e") }
func Minimum(grad func(x []float64) []float64, x0 []float64, step float64, n int) ([]float64, error) { return nil, errors.New("") }
`, after: func(t *testing.T, w *world, r *grading.Report) {
			if s := fmt.Sprint(r.Stdout, r.Checks); strings.ContainsAny(s, "\x1b\u202e") {
				t.Errorf("an escape arrived: %q", s)
			}
		}},
	{name: "frames forged before any call", imports: "os", want: errorV, limits: true,
		init: `f := os.NewFile(4, ""); for range 20 { f.Write([]byte("\x00\x00\x00\x46{\"op\":\"return\",\"id\":1,\"nonce\":\"\",\"values\":[{\"t\":\"floats\",\"v\":\"0x1p+0\"}]}")) }`},
	{name: "a frame forged with the nonce read from the pipe", imports: "os encoding/binary encoding/json io", want: []grading.Verdict{grading.Fail, grading.Error}, limits: true,
		init: `in, out := os.NewFile(3, ""), os.NewFile(4, "")
	for {
		var n uint32
		if binary.Read(in, binary.BigEndian, &n) != nil { os.Exit(0) }
		b := make([]byte, n)
		io.ReadFull(in, b)
		var m map[string]any
		json.Unmarshal(b, &m)
		delete(m, "func")
		m["op"], m["verdict"], m["pass"], m["score"] = "return", "pass", true, 12
		b, _ = json.Marshal(m)
		binary.Write(out, binary.BigEndian, uint32(len(b)))
		out.Write(b)
	}`},
	{name: "answers of a wrong type with the right nonce", imports: "os encoding/binary encoding/json io", want: errorV, limits: true,
		init: `in, out := os.NewFile(3, ""), os.NewFile(4, "")
	for {
		var n uint32
		if binary.Read(in, binary.BigEndian, &n) != nil { os.Exit(0) }
		b := make([]byte, n)
		io.ReadFull(in, b)
		var m map[string]any
		json.Unmarshal(b, &m)
		b, _ = json.Marshal(map[string]any{"op": "return", "id": m["id"], "nonce": m["nonce"], "values": []any{map[string]any{"t": "callback", "v": 0}}})
		binary.Write(out, binary.BigEndian, uint32(len(b)))
		out.Write(b)
	}`},
	{name: "the pipe closed", imports: "syscall time", code: `syscall.Close(3); syscall.Close(4); time.Sleep(time.Hour)`, want: []grading.Verdict{grading.Error, grading.Crash, grading.Timeout}, limits: true},
	{name: "the pipe flooded", imports: "os", init: `f := os.NewFile(4, ""); b := make([]byte, 1<<16); for i := range b { b[i] = 0xff }; for { f.Write(b) }`, want: errorV, limits: true},
	{name: "a length of 4 GB announced", imports: "os time", code: `os.NewFile(4, "").Write([]byte("\xff\xff\xff\xff{}")); time.Sleep(time.Hour)`, want: errorV, limits: true},
	{name: "a frame that never ends", imports: "os time", code: `f := os.NewFile(4, ""); f.Write([]byte("\x00\xff\xff\xff")); for { f.Write([]byte(" ")); time.Sleep(time.Millisecond) }`, want: timeout, limits: true},
	{name: "callbacks without end", code: `for grad != nil { grad(v) }`, want: fail, limits: true},
	{name: "the oracle asked where its minimum lies", source: `package sample
func Scale(v []float64, c float64) ([]float64, error) { return nil, nil }
func Dot(a, b []float64) (float64, error) { return 0, nil }
func Minimum(grad func(x []float64) []float64, x0 []float64, step float64, n int) ([]float64, error) {
	m := grad(make([]float64, len(x0))); for i := range m { m[i] = -m[i] }; return m, nil
}
`, want: fail, limits: true, strict: true},
	{name: "callbacks with a vector of a wrong length", code: `if grad != nil { grad(make([]float64, 1000)) }`, want: fail, limits: true},
	{name: "callbacks from a goroutine that outlives the call", imports: "time", code: `if grad != nil { go func() { for { grad(v) } }(); time.Sleep(time.Millisecond) }`, want: fail, limits: true},

	// Answers.
	{name: "NaN for everything", imports: "math", ret: "[]float64{math.NaN(), math.NaN(), math.NaN()}, math.NaN()", want: fail, limits: true},
	{name: "infinity for everything", imports: "math", ret: "[]float64{math.Inf(1), math.Inf(1), math.Inf(1)}, math.Inf(1)", want: fail, limits: true},
	{name: "inputs overwritten to agree with a zero answer", code: `clear(v)`, ret: "[]float64{0, 0}, 0", want: fail, limits: true},
	{name: "inputs returned as the answer, and written for ever", code: `go func() { for { for i := range v { v[i]++ } } }()`, ret: "v, 0", more: `var v []float64`,
		want: []grading.Verdict{grading.Fail, grading.Timeout}, limits: true},
	{name: "a million numbers", ret: "make([]float64, 1<<20), 0", want: fail, limits: true},
	{name: "results that change after they are returned", source: `package sample
func Scale(v []float64, c float64) ([]float64, error) {
	r := make([]float64, len(v)); go func() { for { for i := range r { r[i]++ } } }(); return r, nil
}
func Dot(a, b []float64) (float64, error) { return 0, nil }
func Minimum(grad func(x []float64) []float64, x0 []float64, step float64, n int) ([]float64, error) { return x0, nil }
`, want: []grading.Verdict{grading.Fail, grading.Timeout}, limits: true, strict: true},
	{name: "a table of the public case", source: `package sample
func Scale(v []float64, c float64) ([]float64, error) { return []float64{3, -6}, nil }
func Dot(a, b []float64) (float64, error) { return 0, nil }
func Minimum(grad func(x []float64) []float64, x0 []float64, step float64, n int) ([]float64, error) { return x0, nil }
`, want: fail, limits: true, strict: true},

	// The machine.
	{name: "the solution read by its path", imports: "fmt os", more: say, want: fail, after: held,
		code: `b, err := os.ReadFile("{{SOLUTION}}"); say(string(b), err)`},
	{name: "the hidden checks read by their path", imports: "fmt os", more: say, want: fail, after: held,
		code: `b, err := os.ReadFile("{{CHECKS}}"); say(string(b), err)`},
	{name: "the solution and the checks by relative paths", imports: "fmt os strings", more: say, want: fail, after: held,
		code: `for n := range 12 { for _, f := range []string{"{{SOLUTION}}", "{{CHECKS}}"} { b, err := os.ReadFile(strings.Repeat("../", n) + f[1:]); say(string(b), err) } }`},
	{name: "the solution through links of its own and of /proc", imports: "fmt os", more: say, want: fail, after: held,
		code: `say("symlink", os.Symlink("{{SOLUTION}}", "s.txt")); say("link", os.Link("{{SOLUTION}}", "l.txt"))
	for _, f := range []string{"s.txt", "l.txt", "/proc/self/root{{SOLUTION}}", "/proc/1/root{{SOLUTION}}", "/proc/self/cwd/../../..{{SOLUTION}}", "/dev/fd/5", "/proc/self/fd/5"} { b, err := os.ReadFile(f); say(string(b), err) }`},
	{name: "the teacher's folder deleted", imports: "fmt os path/filepath", more: say, want: fail, after: held,
		code: `dir := filepath.Dir("{{CANARY}}"); say("remove all", os.RemoveAll(dir)); say("rename", os.Rename(dir, dir+".gone")); say("remove", os.Remove("{{CANARY}}"))`},
	{name: "descriptors that the grader left open", imports: "fmt syscall", more: say, want: fail,
		code: `for fd := range 1024 { var st syscall.Stat_t; if syscall.Fstat(fd, &st) != nil { continue }; if m := st.Mode & syscall.S_IFMT; m == syscall.S_IFREG || m == syscall.S_IFDIR || m == syscall.S_IFSOCK { say(fmt.Sprint(fd), nil) } }
	fmt.Println("HELD")`, after: held},
	{name: "code patched in memory", imports: "runtime syscall", want: []grading.Verdict{grading.Fail, grading.Crash}, limits: true,
		code: `pc, _, _, _ := runtime.Caller(1)
	page := pc &^ 4095
	syscall.Syscall(syscall.SYS_MPROTECT, page, 8192, 7)
	var p [2]int; syscall.Pipe2(p[:], 0)
	syscall.Write(p[1], make([]byte, 512))
	syscall.Syscall(syscall.SYS_READ, uintptr(p[0]), pc, 512)`},
	{name: "its own and others' memory through /proc", imports: "fmt os", more: say, want: fail, after: held,
		code: `for _, f := range []string{"/proc/self/mem", "/proc/self/maps", "/proc/1/mem", "/proc/kcore", "/dev/mem", "/proc/sysrq-trigger"} { _, err := os.OpenFile(f, os.O_RDWR, 0); say(f, err); _, err = os.OpenFile(f, os.O_RDONLY, 0); say(f, err) }`},
	{name: "folders listed: /, the working folder, /proc", imports: "fmt os", more: say, want: fail, after: held,
		code: `for _, d := range []string{"/", ".", "..", "/proc", "/proc/self/fd"} { _, err := os.ReadDir(d); say(d, err) }`},
	{name: "files written, removed, renamed and made outside", imports: "fmt os", more: say, want: fail, after: held,
		code: `say("write", os.WriteFile("{{CANARY}}", nil, 0o666)); say("remove", os.Remove("{{CANARY}}"))
	say("rename", os.Rename("{{CANARY}}", "{{FOLDER}}/x")); say("mkdir", os.Mkdir("{{FOLDER}}/y", 0o777))
	say("symlink", os.Symlink("/", "{{FOLDER}}/z")); say("link", os.Link("{{CANARY}}", "{{FOLDER}}/l")); say("chmod", os.Chmod("{{CANARY}}", 0o600))
	say("truncate", os.Truncate("{{CANARY}}", 0)); say("remove all", os.RemoveAll("{{FOLDER}}"))`},
	{name: "files written into the working folder", imports: "fmt os", more: say, want: fail, after: held, code: `say("write", os.WriteFile("notes.txt", make([]byte, 100), 0o666))`},
	{name: "network: TCP, UDP, a listener", imports: "fmt net", more: say, want: fail, after: held,
		code: `_, err := net.Dial("tcp", "{{TCP}}"); say("tcp", err)
	c, err := net.Dial("udp", "{{UDP}}"); if err == nil { _, err = c.Write([]byte("x")) }; say("udp", err)
	_, err = net.Listen("tcp", "127.0.0.1:0"); say("listen", err)
	_, err = net.Listen("unix", "@abstract"); say("unix", err)`},
	{name: "network outside: TCP, UDP, names", imports: "fmt net time", more: say, want: fail, after: held,
		code: `_, err := net.DialTimeout("tcp", "192.0.2.1:80", 300*time.Millisecond); say("tcp", err)
	c, err := net.Dial("udp", "192.0.2.1:53"); if err == nil { _, err = c.Write([]byte("x")) }; say("udp", err)
	_, err = net.LookupHost("submissions.invalid"); say("name", err)`},
	{name: "Multipath TCP, and TCP by system call, to loopback", imports: "fmt net strconv syscall", more: say, want: fail, after: held,
		code: `host, port, _ := net.SplitHostPort("{{TCP}}"); n, _ := strconv.Atoi(port); to := [4]byte(net.ParseIP(host).To4())
	for _, proto := range []int{262, 6, 0} {
		fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, proto); say("socket", err)
		say("connect", syscall.Connect(fd, &syscall.SockaddrInet4{Port: n, Addr: to}))
		say("listen", syscall.Listen(fd, 1))
	}`},
	{name: "sockets of every kind by system call", imports: "fmt syscall", more: say, want: fail, after: held,
		code: `for _, p := range []int{0, 6, 17, 132, 262} { for _, f := range []int{1, 2, 10, 16, 17, 40} { _, err := syscall.Socket(f, syscall.SOCK_STREAM, p); say("socket", err) } }`},
	{name: "a shell", imports: "fmt os/exec", more: say, want: fail, after: held, code: `_, err := exec.Command("/bin/sh", "-c", "echo x > {{FOLDER}}/x").Output(); say("sh", err)`},
	{name: "a detached process that rewrites results later", imports: "fmt os/exec syscall", more: say, want: fail, code: `for _, sh := range []string{"/bin/sh", "/bin/busybox", "/proc/self/exe"} {
		c := exec.Command(sh, "-c", "sleep 1; echo x > {{CANARY}}; echo x > {{FOLDER}}/x"); c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}; say(sh, c.Start()) }`,
		after: func(t *testing.T, w *world, r *grading.Report) { held(t, w, r); time.Sleep(1300 * time.Millisecond) }},
	{name: "a fork bomb of 500", imports: "fmt syscall", more: say + `
func errno(e syscall.Errno) error { if e == 0 { return nil }; return e }`, want: fail, after: held,
		code: `for range 500 { pid, _, e := syscall.RawSyscall6(syscall.SYS_CLONE, 17, 0, 0, 0, 0, 0); if e == 0 && pid == 0 { for { syscall.RawSyscall(syscall.SYS_PAUSE, 0, 0, 0) } }; say("fork", errno(e)) }`},
	{name: "fork, by clone, vfork and fork", imports: "fmt syscall", more: say + `
func errno(e syscall.Errno) error { if e == 0 { return nil }; return e }`, want: fail, after: held,
		code: `for _, flags := range []uintptr{0, 17, 0x4011, 0x4111} { pid, _, e := syscall.RawSyscall6(syscall.SYS_CLONE, flags, 0, 0, 0, 0, 0); if e == 0 && pid == 0 { for { syscall.RawSyscall(syscall.SYS_PAUSE, 0, 0, 0) } }; say("clone", errno(e)) }
	for _, nr := range []uintptr{57, 58, 435} { pid, _, e := syscall.RawSyscall(nr, 0, 0, 0); if e == 0 && pid == 0 { for { syscall.RawSyscall(syscall.SYS_PAUSE, 0, 0, 0) } }; say("fork", errno(e)) }`},
	{name: "becoming another program", imports: "fmt syscall", more: say, want: []grading.Verdict{grading.Fail, grading.Crash}, after: held,
		code: `say("exec", syscall.Exec("/bin/sh", []string{"sh", "-c", "echo x > {{FOLDER}}/x"}, nil)); say("exec", syscall.Exec("/bin/cat", []string{"cat", "{{SOLUTION}}"}, nil))`},
	{name: "the grader traced, read and written through /proc", imports: "fmt os syscall", more: say, want: fail, after: held,
		code: `pid := os.Getppid(); say("attach", syscall.PtraceAttach(pid))
	for _, f := range []string{"mem", "maps", "environ", "cmdline", "fd/0"} { _, err := os.OpenFile(fmt.Sprintf("/proc/%d/%s", pid, f), os.O_RDWR, 0); say(f, err) }`},
	{name: "the grader's memory by process_vm_readv and writev", imports: "fmt os syscall", more: say, want: fail, after: held,
		code: `for _, nr := range []uintptr{310, 311, 440, 434, 438} { _, _, e := syscall.Syscall6(nr, uintptr(os.Getppid()), 0, 0, 0, 0, 0); var err error; if e != 0 { err = e }; say("call", err) }`},
	{name: "the grader stopped and killed", imports: "fmt os syscall", more: say, want: fail, after: held,
		code: `for _, s := range []syscall.Signal{syscall.SIGSTOP, syscall.SIGTERM, syscall.SIGKILL} { say("kill", syscall.Kill(os.Getppid(), s)); say("all", syscall.Kill(-1, s)) }`},
	{name: "mount, chroot, namespaces, setuid, io_uring, bpf, keys", imports: "fmt syscall", more: say, want: fail, after: held,
		code: `for _, nr := range []uintptr{165, 161, 272, 105, 106, 117, 425, 321, 250, 298, 323, 155, 175, 246, 169, 101, 157} { _, _, e := syscall.RawSyscall6(nr, 0, 0, 0, 0, 0, 0); var err error; if e != 0 { err = e }; say("call", err) }`},
	{name: "priority, processors, clock, the machine's name", imports: "fmt syscall", more: say, want: fail, after: held,
		code: `say("priority", syscall.Setpriority(0, 0, -5)); say("name", syscall.Sethostname([]byte("mine"))); say("time", syscall.Settimeofday(&syscall.Timeval{}))
	for _, nr := range []uintptr{203, 144, 251, 159, 162} { _, _, e := syscall.RawSyscall(nr, 0, 0, 0); var err error; if e != 0 { err = e }; say("call", err) }`},
	{name: "the environment", imports: "fmt os strings", more: say, want: fail, limits: true,
		code: `fmt.Println("ENV", strings.Join(os.Environ(), " "))`, after: func(t *testing.T, w *world, r *grading.Report) {
			for _, kv := range strings.Fields(r.Stdout) {
				if k, _, ok := strings.Cut(kv, "="); ok && !slices.Contains([]string{"GOMAXPROCS", "GOTRACEBACK", "GOMEMLIMIT", "PWD"}, k) {
					t.Errorf("the program sees %s", kv)
				}
			}
		}},
	{name: "itself started again in its own place", imports: "os syscall", code: `exe, _ := os.Executable(); syscall.Exec(exe, os.Args, nil); syscall.Exec("/proc/self/exe", os.Args, nil)`,
		want: []grading.Verdict{grading.Fail, grading.Timeout, grading.Error, grading.Crash}},

	// Intake.
	{name: "import of unsafe", imports: "unsafe", code: `_ = unsafe.Pointer(nil)`, want: unbuildable, strict: true},
	{name: "cgo", source: "package sample\n// #include <stdlib.h>\nimport \"C\"\nfunc init() { C.abort() }\n", want: unbuildable},
	{name: "an import that is not allowed", imports: "os", code: `os.Exit(0)`, want: unbuildable, strict: true},
	{name: "the grader's own package imported", source: "package sample\nimport \"nncourse/grading/wire\"\nvar _ = wire.MaxFrame\n", want: unbuildable},
	{name: "the solution imported", source: "package sample\nimport \"nncourse/solutions/sample\"\nvar _ = sample.Dot\n", want: unbuildable},
	{name: "go:linkname", source: "package sample\n\nimport \"errors\"\nvar _ = errors.New\n//go:linkname exit os.runtime_beforeExit\nfunc exit(int)\n", want: unbuildable},
	{name: "go:embed", source: "package sample\n//go:embed sample.go\nvar text string\n", want: unbuildable},
	{name: "go:wasmimport", source: "package sample\n//go:wasmimport wasi_snapshot_preview1 path_open\nfunc open() int32\n", want: unbuildable},
	{name: "go:nosplit, go:generate", source: "package sample\n//go:nosplit\n//go:generate rm -rf .\nfunc x() {}\n", want: unbuildable},
	{name: "//line to hide the place", source: "package sample\n//line /etc/passwd:1\nfunc x() {}\n", want: unbuildable},
	{name: "/*line*/ to hide the place", source: "package sample\n/*line solution.go:1:1*/ func x() {}\n", want: unbuildable},
	{name: "build constraints", source: "//go:build ignore\n\npackage sample\n", want: unbuildable},
	{name: "old build constraints", source: "// +build ignore\n\npackage sample\n", want: unbuildable},
	{name: "a function without a body", source: "package sample\nfunc Dot(a, b []float64) (float64, error)\n", want: unbuildable},
	{name: "source that is not UTF-8", source: "package sample\nvar s = \"\xff\xfe\"\n", want: unbuildable},
	{name: "huge source", source: "package sample\n" + strings.Repeat("// x\n", 80_000), want: unbuildable},
	{name: "deeply nested source", source: "package sample\nvar x = " + strings.Repeat("(", 60_000) + "1" + strings.Repeat(")", 60_000) + "\n", want: unbuildable},
	{name: "another package", source: "package main\nfunc main() {}\n", want: unbuildable},
	{name: "functions missing", source: "package sample\n", want: unbuildable},
	{name: "an array constant of 256 MB", more: `var big = [1 << 28]byte{1<<28 - 1: 1}`, code: `_ = big[len(v)]`, want: []grading.Verdict{grading.Unbuildable, grading.OutOfMemory, grading.Crash}, limits: true, build: true},
	{name: "generics that blow up", more: `type P[A, B any] struct { a A; b B }
func f[A any](n int, a A) { if n > 0 { f(n-1, P[A, A]{a, a}) } }`, code: `f(3, 1)`, want: unbuildable, build: true},
	{name: "a symbolic link to the solution", want: unbuildable, folder: func(t *testing.T, dir string) {
		must(t, os.Symlink(filepath.Join(sample.Tree(), "solutions", "sample", "sample.go"), filepath.Join(dir, "sample.go")))
	}},
	{name: "a named pipe", want: unbuildable, folder: func(t *testing.T, dir string) { must(t, syscall.Mkfifo(filepath.Join(dir, "sample.go"), 0o666)) }},
	{name: "a device in the file's place", want: unbuildable, folder: func(t *testing.T, dir string) {
		// The number of /dev/zero. Only root can make one; the class's intake is tested with one in an archive.
		if err := syscall.Mknod(filepath.Join(dir, "sample.go"), syscall.S_IFCHR|0o666, 1<<8|5); err != nil {
			t.Skip("a device cannot be made here: " + err.Error())
		}
	}},
	{name: "odd file names beside the file", want: fail, folder: func(t *testing.T, dir string) {
		for _, name := range []string{"-o", "@list", "a b.go", "sample.go\n", "SAMPLE.GO", ".go", "..go", "\xff.go", "$(touch x).go", "sample.go;x", strings.Repeat("x", 200) + ".go", "\u202eog.x.go"} {
			must(t, os.WriteFile(filepath.Join(dir, name), []byte("package sample\nfunc init() { panic(1) }\n"), 0o666))
		}
		must(t, os.WriteFile(filepath.Join(dir, "sample.go"), []byte((&attack{}).file()), 0o666))
	}, after: func(t *testing.T, w *world, r *grading.Report) {
		if s := strings.Join(r.Notes, " "); !utf8.ValidString(s) || strings.ContainsAny(s, "\n\u202e") {
			t.Errorf("notes %q", r.Notes)
		}
	}},
	{name: "a folder of the file's name", want: unbuildable, folder: func(t *testing.T, dir string) { must(t, os.Mkdir(filepath.Join(dir, "sample.go"), 0o777)) }},
	{name: "no file at all", want: unbuildable, folder: func(t *testing.T, dir string) {}},
	{name: "own go.mod, go.work, assembly, TestMain and a second file", want: fail, folder: func(t *testing.T, dir string) {
		for name, text := range map[string]string{"go.mod": "module x\nreplace gonum.org/v1/gonum => /tmp\n", "go.work": "go 1.20\nuse .\n", "x.s": "TEXT x", "vendor.go": "package sample\nfunc init() { panic(1) }\n",
			"sample_test.go": "package sample\nimport \"os\"\nfunc TestMain(any) { os.Exit(0) }\n", "sample.go": (&attack{}).file()} {
			must(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666))
		}
	}, after: func(t *testing.T, w *world, r *grading.Report) {
		if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "go.mod, go.work, vendor.go, x.s") {
			t.Errorf("notes %q", r.Notes)
		}
	}},
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// config is one way in which this machine can grade: a column of the table.
type config struct {
	name     string // of the column
	sandbox  string // what the report must name as the layers that held
	contains bool   // every attack is tried; else those marked limits, which need no containment to fail
	slow     bool   // a build takes seconds: see -all-attacks
	options  func(o *grading.Options)
	// The following may be nil. skip says why an attack cannot be tried here, "" if it can; want and after stand in the
	// place of the attack's own.
	skip  func(a *attack) string
	want  func(a *attack) []grading.Verdict
	after func(t *testing.T, a *attack, w *world, r *grading.Report)
}

// configs are the ways to grade here: all layers that the machine has, what a default container has, resource limits and
// seccomp, and resource limits alone. Equal ones are listed once.
func configs() []config {
	var list []config
	for _, l := range []sandbox.Level{sandbox.Full, sandbox.Default, sandbox.Seccomp | sandbox.Rlimits, sandbox.Rlimits} {
		l &= sandbox.Available()
		if slices.ContainsFunc(list, func(c config) bool { return c.name == l.String() }) {
			continue
		}
		list = append(list, config{name: l.String(), sandbox: l.String(), contains: l.Contains(),
			options: func(o *grading.Options) { o.Sandbox, o.Without = grading.Native, sandbox.Full&^l }})
	}
	return append(list, wasiConfig())
}

func TestAttacks(t *testing.T) {
	if !sandbox.Available().Contains() {
		t.Skipf("no sandbox here: %+v", sandbox.Detect())
	}
	// What the grader makes lies here, so that its processes can be told from others'.
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	ran := map[string]int{}
	var mu sync.Mutex
	outcomes := map[string]map[string]string{} // attack → configuration → verdict
	t.Run("level", func(t *testing.T) {
		type job struct {
			name string
			run  func(t *testing.T)
		}
		var jobs []job
		for i, c := range configs() {
			if testing.Short() && i > 0 {
				break
			}
			honest := buildHonest(t, c)
			t.Cleanup(honest.Close) // after all attacks
			record := func(attack, outcome string) {
				mu.Lock()
				defer mu.Unlock()
				if outcomes[attack] == nil {
					outcomes[attack] = map[string]string{}
				}
				outcomes[attack][c.name] = outcome
			}
			ran[c.name] += len(entries)
			jobs = append(jobs, job{c.name + "/archives and folders of a class", func(t *testing.T) {
				for name, outcome := range tryEntries(t, c) {
					record(name, outcome)
				}
			}})
			built := 0
			for j := range attacks {
				a := &attacks[j]
				if !*every && !*update && !slices.Equal(a.want, unbuildable) {
					if built++; c.slow && built%3 != 1 || once(a, c, i) {
						continue
					}
				}
				if !c.contains && !a.limits && !slices.Equal(a.want, unbuildable) || c.skip != nil && c.skip(a) != "" {
					continue
				}
				ran[c.name]++
				jobs = append(jobs, job{c.name + "/" + a.name, func(t *testing.T) { record(a.name, tryAttack(t, a, c, honest)) }})
			}
		}
		// Many attacks wait for a time limit, so more of them at a time than the testing package would run.
		queue := make(chan job)
		var wait sync.WaitGroup
		for range 3 * runtime.GOMAXPROCS(0) {
			wait.Go(func() {
				for j := range queue {
					t.Run(j.name, j.run)
				}
			})
		}
		for _, j := range jobs {
			queue <- j
		}
		close(queue)
		wait.Wait()
	})
	if left := processesFrom(tmp); len(left) > 0 {
		t.Errorf("processes left: %v", left)
		for pid := range left {
			syscall.Kill(pid, syscall.SIGKILL)
		}
	}
	if entries, _ := filepath.Glob(filepath.Join(tmp, "course-grade-*")); len(entries) > 0 {
		t.Errorf("folders left: %v", entries)
	}
	for c, n := range ran {
		t.Logf("%d attacks under %s", n, c)
		if n < 40 {
			t.Errorf("only %d attacks ran under %s", n, c)
		}
	}
	if *update && !t.Failed() && !testing.Short() {
		must(t, writeTable(outcomes))
	}
}

// once says that an attack need not be tried in configuration i again, in a normal run: what stops it is the protocol and the resource
// limits, which are the same in all native configurations, and it is tried in the first, with all layers, and under limits alone.
func once(a *attack, c config, i int) bool { return a.limits && c.contains && !c.slow && i > 0 }

// buildHonest builds the solution as a student's, who must get full points whatever the others do.
func buildHonest(t *testing.T, c config) *grading.Built {
	t.Helper()
	b, err := os.ReadFile(solutionFile())
	must(t, err)
	e := sample.Open()
	e.CallTimeout = time.Minute
	o := grading.Options{Root: sample.Root(), Tree: sample.Tree(), BuildTimeout: time.Minute, Others: c.contains}
	c.options(&o)
	built, err := grading.Build(context.Background(), grading.FromSource("sample.go", b, e), e, o)
	must(t, err)
	return built
}

func tryAttack(t *testing.T, a *attack, c config, honest *grading.Built) string {
	want, after := a.want, a.after
	if c.want != nil {
		want = c.want(a)
	}
	if c.after != nil {
		after = func(t *testing.T, w *world, r *grading.Report) { c.after(t, a, w, r) }
	}
	w := newWorld(t)
	e := sample.Open()
	if a.strict {
		*e = sample.Exercise
	}
	// Where the time limit is what stops the attack, it is short; elsewhere a busy machine must not make a timeout of a crash.
	e.CallTimeout, e.MemoryMB = 30*time.Second, 200
	runTimeout := 60 * time.Second
	if slices.Contains(want, grading.Timeout) {
		e.CallTimeout, runTimeout = time.Second, 1500*time.Millisecond
	}
	o := grading.Options{Root: sample.Root(), Tree: sample.Tree(), RunTimeout: runTimeout, BuildTimeout: 90 * time.Second, Others: c.contains}
	if a.build {
		o.BuildTimeout = 20 * time.Second
	}
	c.options(&o)
	var s *grading.Submission
	if a.folder != nil {
		dir := t.TempDir()
		a.folder(t, dir)
		before := tree(t, dir)
		var err error
		if s, err = grading.Open(dir, e); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if after := tree(t, dir); after != before {
				t.Errorf("the submission was changed: %s, then %s", before, after)
			}
		}()
	} else {
		s = grading.FromSource("sample.go", []byte(w.replace(a.file())), e)
	}
	begin := time.Now()
	r, err := grading.Grade(context.Background(), s, e, o)
	if err != nil {
		t.Fatalf("the grader failed: %v", err)
	}
	if d := time.Since(begin); d > 90*time.Second {
		t.Errorf("it took %v", d)
	}
	// A table of the public case earns that case, and no more.
	allowed := 0.0
	if strings.HasPrefix(a.name, "a table of the public") {
		allowed = 2
	}
	if r.Score > allowed {
		t.Errorf("undeserved: %g points\n%s", r.Score, summary(r))
	}
	if !slices.Contains(want, r.Verdict) {
		t.Errorf("verdict %s, due %v\n%s\n%s", r.Verdict, want, summary(r), r.Stderr)
	}
	// The batch goes on.
	if a.build {
		honest = buildHonest(t, c)
		defer honest.Close()
	}
	if h, err := honest.Run(context.Background()); err != nil || h.Verdict != grading.Pass || h.Score != h.Max {
		t.Errorf("an honest submission after it: %v\n%s", err, summary(h))
	}
	if r.GraderFault != "" {
		t.Errorf("the grader was fooled into a fault: %s", r.GraderFault)
	}
	if r.Verdict == grading.Unbuildable {
		if len(r.Problems) == 0 || r.Problems[0].Message == "" {
			t.Error("no reason given")
		}
	} else if r.Sandbox != c.sandbox {
		t.Errorf("sandbox %s, wanted %s", r.Sandbox, c.sandbox)
	}
	for _, c := range r.Checks {
		if c.Verdict != grading.Pass && c.Verdict != grading.Unbuildable && (len(c.Failures) == 0 || c.Failures[0].Error == "") {
			t.Errorf("check %s: %s without a reason", c.ID, c.Verdict)
		}
	}
	if after != nil {
		after(t, w, r)
	}
	if c.contains {
		w.unharmed(t)
	}
	return string(r.Verdict)
}

// unharmed looks at what must not have changed.
func (w *world) unharmed(t *testing.T) {
	t.Helper()
	if b, err := os.ReadFile(w.canary); err != nil || string(b) != canaryText {
		t.Errorf("the canary: %q, %v", b, err)
	}
	if got := tree(t, w.folder); got != "" {
		t.Errorf("made outside: %s", got)
	}
	select {
	case what := <-w.got:
		t.Errorf("%s arrived", what)
	default:
	}
}

func summary(r *grading.Report) string {
	if r == nil {
		return "no report"
	}
	var b strings.Builder
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "  %v\n", p)
	}
	for _, c := range r.Checks {
		fmt.Fprintf(&b, "  %s %s", c.ID, c.Verdict)
		for _, f := range c.Failures {
			fmt.Fprintf(&b, ": %s (%s)", f.Error, f.Cause)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// tree lists a folder with sizes.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var list []string
	filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && path != dir {
			info, err := d.Info()
			must(t, err)
			list = append(list, fmt.Sprintf("%s %v %d %v", d.Name(), info.Mode(), info.Size(), info.ModTime().UnixNano()))
		}
		return nil
	})
	return strings.Join(list, "; ")
}

// processesFrom lists processes whose program lies, or lay, under dir, or that work there.
func processesFrom(dir string) map[int]string {
	pids := map[int]string{}
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid := 0
		fmt.Sscanf(e.Name(), "%d", &pid)
		if pid == 0 || pid == os.Getpid() {
			continue
		}
		exe, _ := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
		cwd, _ := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
		if strings.HasPrefix(exe, dir) || strings.HasPrefix(cwd, dir) {
			pids[pid] = exe + " in " + cwd
		}
	}
	return pids
}

const tableBegin, tableEnd = "<!-- attacks: written by go test ./grading -run TestAttacks -update -->\n", "<!-- end of attacks -->"

func writeTable(outcomes map[string]map[string]string) error {
	b, err := os.ReadFile("README.md")
	if err != nil {
		return err
	}
	var table bytes.Buffer
	table.WriteString("| attack |")
	list := configs()
	for _, c := range list {
		fmt.Fprintf(&table, " %s |", c.name)
	}
	table.WriteString("\n|---|" + strings.Repeat("---|", len(list)) + "\n")
	var names []string
	for _, a := range attacks {
		names = append(names, a.name)
	}
	for _, e := range entries {
		names = append(names, e.name)
	}
	for _, name := range names {
		fmt.Fprintf(&table, "| %s |", name)
		for _, c := range list {
			out := outcomes[name][c.name]
			if out == "" {
				out = "not tried"
			}
			fmt.Fprintf(&table, " %s |", out)
		}
		table.WriteByte('\n')
	}
	begin, end := bytes.Index(b, []byte(tableBegin)), bytes.Index(b, []byte(tableEnd))
	if begin < 0 || end < begin {
		return fmt.Errorf("README.md has no place for the table")
	}
	out := append(append(append([]byte{}, b[:begin+len(tableBegin)]...), table.Bytes()...), b[end:]...)
	return os.WriteFile("README.md", out, 0o644)
}
