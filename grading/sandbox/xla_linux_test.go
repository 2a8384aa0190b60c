package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// A program linked with XLA computes under the profile made for it, and can do nothing else, at every level.
func TestXLA(t *testing.T) {
	if !Available().Contains() {
		t.Skip("no sandbox that contains a hostile program: " + Detect().Why)
	}
	_, here, _, _ := runtime.Caller(0)
	root := filepath.Join(filepath.Dir(here), "..", "..")
	plugin, err := filepath.EvalSymlinks(filepath.Join(root, ".course", "pjrt", "pjrt_c_api_cpu_plugin.so"))
	if err != nil {
		t.Skip("no XLA CPU plugin in this course: run `go tool course setup`")
	}
	if _, err := exec.LookPath("cc"); err != nil {
		t.Skip("no C compiler to link a program with XLA")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "xla")
	build := exec.Command("go", "build", "-o", program, "./grading/sandbox/testdata/xla")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, s := range []Spec{{Path: program, Without: Namespaces | Landlock}} {
		if err := s.AllowXLA(plugin); err != nil {
			t.Fatal(err)
		}
		if _, err := Start(s); !errors.Is(err, ErrSandbox) {
			t.Errorf("without Landlock and namespaces it was started: %v", err)
		}
	}
	// What the program computes, in float64.
	const n = 512
	a, want := make([]float64, n*n), 0.0
	for i := range a {
		a[i] = float64(i%7) - 3
	}
	for i := range n {
		for j := range n {
			s := 0.0
			for k := range n {
				s += a[i*n+k] * a[j*n+k]
			}
			want += math.Abs(s)
		}
	}
	for _, without := range []Level{None, Namespaces, UID, Full &^ Default, UID | Landlock} {
		if Available()&^without&(Landlock|Namespaces) == 0 {
			continue // refused, as above
		}
		t.Run((Available() &^ without).String(), func(t *testing.T) {
			outside := filepath.Join(t.TempDir(), "outside")
			if err := os.WriteFile(outside, []byte("teacher's"), 0o666); err != nil {
				t.Fatal(err)
			}
			folder := t.TempDir()
			var out bytes.Buffer
			s := Spec{Path: program, Args: []string{"xla", plugin, outside, folder}, Dir: folder, Stdout: &out, Stderr: &out,
				Env: []string{"GOMLX_NO_AUTO_INSTALL=1"}, Write: []string{folder}, Limits: Limits{MemoryMB: 2048, CPU: time.Minute, FileMB: 1, OpenFiles: 256}, Without: without}
			if err := s.AllowXLA(plugin); err != nil {
				t.Fatal(err)
			}
			p, err := Start(s)
			if err != nil {
				t.Fatal(err)
			}
			timer := time.AfterFunc(time.Minute, func() { p.Kill() })
			defer timer.Stop()
			e := p.Wait()
			var value float64
			var threads int
			for line := range strings.Lines(out.String()) {
				fmt.Sscanf(line, "VALUE %g", &value)
				fmt.Sscanf(line, "THREADS %d", &threads)
			}
			// float32 sums of 2¹⁸ terms of one sign: 1e-4 relative is 10 times what was seen.
			if e.Code != 0 || math.Abs(value-want) > 1e-4*want || threads < 4 {
				t.Errorf("%+v: value %g, not %g; %d threads\n%s", e, value, want, threads, &out)
			}
			held := strings.Count(out.String(), "HELD")
			if strings.Contains(out.String(), "BROKEN") || held < 25 {
				t.Errorf("%d attempts held\n%s", held, &out)
			}
			if b, err := os.ReadFile(outside); err != nil || string(b) != "teacher's" {
				t.Errorf("outside: %q, %v", b, err)
			}
			if b, err := os.ReadFile(filepath.Join(folder, "x")); err != nil || string(b) != "x" {
				t.Errorf("the writable folder: %q, %v\n%s", b, err, &out)
			}
		})
	}
}
