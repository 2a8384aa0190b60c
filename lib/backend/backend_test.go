package backend

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// realPlugin gives the CPU plugin of this machine, or skips with the reason.
func realPlugin(t *testing.T) string {
	t.Helper()
	p, err := find("cpu", SearchPath())
	if err != nil {
		t.Fatal(err)
	}
	if p == "" {
		t.Skip("no XLA CPU plugin on this machine: run `go tool course setup`")
	}
	return p
}

// fakePlugin compiles a shared object that calls itself a PJRT plugin of the given version.
func fakePlugin(t *testing.T, name, source string, args ...string) string {
	t.Helper()
	cc, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("no C compiler to build a false plugin with")
	}
	dir := t.TempDir()
	src := filepath.Join(dir, "fake.c")
	if err := os.WriteFile(src, []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, name)
	if b, err := exec.Command(cc, append([]string{"-shared", "-fPIC", "-o", out, src}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("cc: %v\n%s", err, b)
	}
	return out
}

const fakeSource = `
#include <stddef.h>
struct { size_t a; void *b; struct { size_t a; void *b; int major, minor; } v; } api = {0, 0, {0, 0, MAJOR, MINOR}};
void *GetPjrtApi(void) { return &api; }
`

func versioned(major, minor string) string {
	return strings.NewReplacer("MAJOR", major, "MINOR", minor).Replace(fakeSource)
}

func place(t *testing.T, dir, name, from string) string {
	t.Helper()
	p := filepath.Join(dir, name)
	if err := os.Symlink(from, p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestChooseUserSetting(t *testing.T) {
	real := realPlugin(t)
	dir := t.TempDir()
	here := place(t, dir, "pjrt_c_api_cpu_plugin.so", real)
	for _, c := range []struct{ setting, name, config string }{
		{"go", "go", "go"},
		{"xla:cpu", "xla:cpu", "xla:" + here},
		{"xla", "xla:cpu", "xla:" + here},
		{"xla:" + real, "xla:cpu", "xla:" + real},
		{"xla:cpu,noshared_buffers", "xla:cpu", "xla:" + here + ",noshared_buffers"},
	} {
		got, err := choose(c.setting, []string{dir})
		if err != nil {
			t.Errorf("choose(%q): %v", c.setting, err)
			continue
		}
		if got.Name != c.name || got.Config != c.config || got.Notice != "" {
			t.Errorf("choose(%q) = %+v, want name %q, config %q and no notice", c.setting, got, c.name, c.config)
		}
	}
}

func TestChooseDefault(t *testing.T) {
	real := realPlugin(t)
	empty, first, second := t.TempDir(), t.TempDir(), t.TempDir()
	place(t, first, "pjrt_c_api_cpu_v0.9.0_plugin.so", real)
	newer := place(t, first, "pjrt_c_api_cpu_v0.114.0_plugin.so", real)
	plain := place(t, second, "pjrt_c_api_cpu_plugin.so", real)

	got, err := choose("", []string{empty, first, second})
	if err != nil || got.Plugin != newer || got.Name != "xla:cpu" {
		t.Errorf("first folder, newest version: got %+v, %v; want plugin %s", got, err, newer)
	}
	if got, err = choose("", []string{second, first}); err != nil || got.Plugin != plain {
		t.Errorf("order of folders: got %+v, %v; want plugin %s", got, err, plain)
	}
	got, err = choose("", []string{empty, filepath.Join(empty, "missing")})
	if err != nil || got.Name != "go" {
		t.Fatalf("no plugin: got %+v, %v; want the Go backend", got, err)
	}
	for _, want := range []string{"go tool course setup", "26 times", "60 on LeNet"} {
		if !strings.Contains(got.Notice, want) {
			t.Errorf("the fallback's notice %q does not say %q", got.Notice, want)
		}
	}
	if strings.Contains(got.Notice, "\n") {
		t.Errorf("the notice has more than one line: %q", got.Notice)
	}
}

// A plugin that was found but is bad must be an error that says what to do, in the default choice too.
func TestBadPlugins(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the examination of plugins is by ELF, on Linux")
	}
	real := realPlugin(t)
	truncated := filepath.Join(t.TempDir(), "cut.so")
	if err := copyHead(real, truncated, 1<<20); err != nil {
		t.Fatal(err)
	}
	text := filepath.Join(t.TempDir(), "page.so")
	if err := os.WriteFile(text, []byte("<html>404 not found</html>"), 0o644); err != nil {
		t.Fatal(err)
	}
	none := fakePlugin(t, "x.so", "int nothing;")
	needs := fakePlugin(t, "libneeded.so", "int needed(void) { return 1; }", "-Wl,-soname,libnot-on-this-machine.so")
	missing := fakePlugin(t, "y.so", "int needed(void); "+versioned("0", "90"), "-Wl,--no-as-needed", needs)
	for _, c := range []struct{ name, file, says string }{
		{"truncated", truncated, "cut"},
		{"not ELF", text, "download was cut or changed"},
		{"no plugin", none, "does not export GetPjrtApi"},
		{"missing library", missing, "libnot-on-this-machine.so"},
		{"old minor", fakePlugin(t, "old.so", versioned("0", "23")), "PJRT API version 0.23"},
		{"other major", fakePlugin(t, "major.so", versioned("1", "99")), "PJRT API version 1.99"},
		{"folder", t.TempDir(), "is not a file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			place(t, dir, "pjrt_c_api_cpu_plugin.so", c.file)
			for _, setting := range []string{"", "xla:cpu"} {
				got, err := choose(setting, []string{dir})
				if !errors.Is(err, ErrPlugin) {
					t.Fatalf("choose(%q) = %+v, %v; want ErrPlugin", setting, got, err)
				}
				if !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "go tool course setup") {
					t.Errorf("choose(%q): %q should say %q and what to do", setting, err, c.says)
				}
			}
		})
	}
}

func TestPluginVersion(t *testing.T) {
	if v, err := PluginVersion(fakePlugin(t, "v.so", versioned("0", "97"))); err != nil || v != "0.97" {
		t.Errorf("PluginVersion = %q, %v; want 0.97", v, err)
	}
}

func copyHead(from, to string, n int64) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	_, err = io.CopyN(out, in, n)
	return err
}

func TestAskedForButAbsent(t *testing.T) {
	empty := t.TempDir()
	for _, c := range []struct{ setting, says string }{
		{"xla:cpu", "go tool course setup"},
		{"xla:cuda", "docker/README.md"},
		{"xla:tpu", "docker/README.md"},
		{"xla:/no/such/plugin.so", "cannot be read"},
		{"tensorflow", "names no backend"},
		{"xla:mine", "pjrt_c_api_mine_plugin.so"},
	} {
		got, err := choose(c.setting, []string{empty})
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), c.setting) {
			t.Errorf("choose(%q) = %+v, %v; want an error that names the setting and says %q", c.setting, got, err, c.says)
		}
	}
}

func TestCUDAWithoutGPU(t *testing.T) {
	if hasNVIDIA() {
		t.Skip("this machine has an NVIDIA GPU")
	}
	dir := t.TempDir()
	place(t, dir, "pjrt_c_api_cuda_plugin.so", fakePlugin(t, "c.so", versioned("0", "90")))
	_, err := choose("xla:cuda", []string{dir})
	if !errors.Is(err, ErrPlugin) || !strings.Contains(err.Error(), "/dev/nvidia") {
		t.Errorf("got %v, want ErrPlugin that mentions /dev/nvidia", err)
	}
}

func TestSearchPathOrder(t *testing.T) {
	t.Setenv(PluginPathEnv, "/first:/second")
	t.Setenv("HOME", "/somebody")
	got := strings.Join(SearchPath(), " ")
	for _, order := range [][2]string{{"/first", "/second"}, {"/second", ".course/pjrt"}, {".course/pjrt", "/somebody/"}, {"/somebody/", "/usr/local/lib/go-xla"}} {
		i, j := strings.Index(got, order[0]), strings.Index(got, order[1])
		if i < 0 || j < 0 || i > j {
			t.Errorf("%s should come before %s in %s", order[0], order[1], got)
		}
	}
}

func square(t *testing.T, b compute.Backend) float32 {
	t.Helper()
	out, err := graph.ExecOnce(b, func(x *graph.Node) *graph.Node { return graph.ReduceAllSum(graph.Square(x)) }, []float32{1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	return tensors.ToScalar[float32](out)
}

// XLA's real plugin and the Go backend both compute 1² + 2² + 3² = 14; the fallback announces itself exactly once.
func TestOpenComputes(t *testing.T) {
	var said bytes.Buffer
	Notices = &said
	defer func() { Notices = os.Stderr }()
	real := realPlugin(t)
	x, err := choose("xla:"+real, nil)
	if err != nil {
		t.Fatal(err)
	}
	fall, err := choose("", []string{t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []Choice{x, fall, fall} {
		b, err := c.Open()
		if err != nil {
			t.Fatal(err)
		}
		if got := square(t, b); got != 14 {
			t.Errorf("%s: sum of squares = %g, want 14", c.Name, got)
		}
	}
	if said.String() != fall.Notice+"\n" {
		t.Errorf("notices: %q, want the fallback's line once", said.String())
	}
}

func TestNewSharedAndCancelled(t *testing.T) {
	t.Setenv(Env, "go")
	a, err := New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := New(context.Background()); a != b {
		t.Error("two calls of New with one choice gave two backends")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := New(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("New with a cancelled context: %v", err)
	}
}

func TestNaturalLess(t *testing.T) {
	for _, c := range [][2]string{{"cpu_v0.9.0", "cpu_v0.114.0"}, {"a", "b"}, {"v1", "v1.1"}, {"v07", "v8"}} {
		if !naturalLess(c[0], c[1]) || naturalLess(c[1], c[0]) {
			t.Errorf("naturalLess orders %q and %q wrongly", c[0], c[1])
		}
	}
}
