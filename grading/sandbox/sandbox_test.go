package sandbox

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"
)

func TestDetect(t *testing.T) {
	l, s := detected()
	if s.Level != l.String() {
		t.Errorf("level %q, status %q", l, s.Level)
	}
	if l&Default != Default && s.Why == "" {
		t.Error("not all layers, and no reason")
	}
	// What the kernel offers and the probe then finds open is a mistake in this package.
	if strings.Contains(s.Why, "the probe of") {
		t.Errorf("a layer does not hold what it should: %s", s.Why)
	}
	t.Logf("%+v", s)
}

// The program under test is this test binary, started with another argv[0].
func TestMain(m *testing.M) {
	if os.Args[0] == "child" {
		child(os.Args[1])
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func child(what string) {
	switch what {
	case "hello":
		os.Stdout.WriteString("hello")
	case "open":
		if _, err := os.ReadFile("/etc/hostname"); err != nil {
			os.Stdout.WriteString(err.Error())
			os.Exit(7)
		}
	case "sleep":
		time.Sleep(time.Minute)
	default:
		special(what)
	}
}

func start(t *testing.T, what string, change func(*Spec)) (*Process, *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out := new(bytes.Buffer)
	s := Spec{Path: self, Args: []string{"child", what}, Dir: t.TempDir(), Stdout: out, Stderr: out,
		Limits: Limits{MemoryMB: 400, CPU: 10 * time.Second, FileMB: 1, OpenFiles: 32}}
	if change != nil {
		change(&s)
	}
	p, err := Start(s)
	if err != nil {
		t.Fatal(err)
	}
	return p, out
}

func TestHello(t *testing.T) {
	p, out := start(t, "hello", nil)
	if e := p.Wait(); e.Code != 0 || out.String() != "hello" {
		t.Errorf("%+v %q", e, out)
	}
}

func TestOpen(t *testing.T) {
	if !Available().Contains() {
		t.Skip("this machine has limits only")
	}
	p, out := start(t, "open", nil)
	if e := p.Wait(); e.Code != 7 {
		t.Errorf("%+v %q: the file was read", e, out)
	}
}

func TestKill(t *testing.T) {
	p, _ := start(t, "sleep", nil)
	begin := time.Now()
	if e := p.Kill(); e.Signal != "killed" || time.Since(begin) > 5*time.Second {
		t.Errorf("%+v after %v", e, time.Since(begin))
	}
}

func BenchmarkStart(b *testing.B) {
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	for _, bc := range []struct {
		name    string
		without Level
	}{{"full", 0}, {"namespaces+default", UID | Cgroup}, {"uid+default", Namespaces | Cgroup}, {"default", Full &^ Default}, {"rlimits", Full &^ Rlimits}, {"none", Full}} {
		b.Run(bc.name, func(b *testing.B) {
			for b.Loop() {
				p, err := Start(Spec{Path: self, Args: []string{"child", "hello"}, Dir: "/", Limits: Limits{MemoryMB: 400}, Without: bc.without})
				if err != nil {
					b.Fatal(err)
				}
				p.Wait()
			}
		})
	}
}
