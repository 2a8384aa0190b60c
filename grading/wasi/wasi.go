// Package wasi runs a program that is WebAssembly (GOOS=wasip1 GOARCH=wasm) by wazero, in a process of its own.
//
// A WebAssembly program reaches nothing but its own memory and the functions that its host gives it. These are: the
// clock, sleep, random numbers, its two output streams, its end, and the functions read and write of module "course",
// which carry the grader's frames (package wire). There is no file system, no folder is open, there are no arguments, no
// network (WASI preview 1 has none), and of the environment two settings of Go's runtime. So it is confined on every
// system on which Go runs, with no help from the kernel.
//
// The process is the program host, which the grader builds once. It is to be started by sandbox.Start, so that whatever
// layers the system has hold it as well, and ended by Kill: wazero could end a program by itself only with checks in
// every loop, at a tenth of the speed.
//
// A run has two parts, each a process: Compile translates the module to machine code, and Run executes that. wazero
// caches whole modules, and Go links everything into one, so the part of Go's library, which is nearly all of it, cannot
// be kept apart; but a program is translated once, however often it is started.
package wasi

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"nncourse/grading/sandbox"
	"nncourse/grading/wasi/internal/order"
)

// HostMB is what the process may use beyond the program's own memory: wazero, the machine code, and the program's stack,
// which may take 100 MB and is copied as it grows.
const HostMB = 768

// threads is how many processors a translation uses.
const threads = 2

// Host is the program host, built.
type Host struct {
	Path string // the executable
	ID   string // of host and of all it consists of: machine code of one host is not another's
}

// HostSource describes how host is built.
type HostSource struct {
	Root  string   // of the course
	Go    string   // the go command
	Env   []string // for it; it says CGO_ENABLED=0
	Stamp string   // Go's version, and whatever else should make another host
	Dir   string   // the folder in which hosts are kept
}

// Find gives the host, and builds it if it is not there. building is called in that case; it may be nil.
func (s HostSource) Find(ctx context.Context, building func()) (*Host, error) {
	h := sha256.New()
	fmt.Fprintf(h, "1 %s %s %s\n", s.Stamp, runtime.GOOS, runtime.GOARCH)
	dir := filepath.Join(s.Root, "grading", "wasi")
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		fmt.Fprintf(h, "%s %d\n", d.Name(), len(b))
		h.Write(b)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		b, err := os.ReadFile(filepath.Join(s.Root, name))
		if err != nil {
			return nil, err
		}
		// Of go.mod and go.sum only wazero's and x/sys's lines count.
		for l := range strings.Lines(string(b)) {
			if strings.Contains(l, "tetratelabs/wazero") || strings.Contains(l, "golang.org/x/sys") {
				io.WriteString(h, strings.Join(strings.Fields(l), " "))
			}
		}
	}
	id := hex.EncodeToString(h.Sum(nil))
	name := "host"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	host := &Host{Path: filepath.Join(s.Dir, "host-"+id[:16], name), ID: id}
	if _, err := os.Stat(host.Path); err == nil {
		return host, nil
	}
	if building != nil {
		building()
	}
	if err := os.MkdirAll(s.Dir, 0o755); err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp(s.Dir, ".new-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	cmd := exec.CommandContext(ctx, s.Go, "build", "-trimpath", "-ldflags=-s -w", "-o", filepath.Join(work, name), "./grading/wasi/host")
	cmd.Dir, cmd.Env = s.Root, s.Env
	if out, err := cmd.CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("building the host of WebAssembly programs: %w: %s", err, out)
	}
	if err := os.Chmod(work, 0o755); err != nil {
		return nil, err
	}
	if err := os.Rename(work, filepath.Dir(host.Path)); err != nil {
		if _, statErr := os.Stat(host.Path); statErr != nil {
			return nil, err
		} // else another process was faster
	}
	return host, nil
}

// Compile describes a process that translates the module to machine code, in the folder cache. An exit code other than 0
// means that it could not; then stderr says why.
func (h *Host) Compile(module, cache string, stderr io.Writer) (sandbox.Spec, error) {
	s, err := h.spec(order.Order{Module: module, Cache: cache})
	s.Stdout, s.Stderr = io.Discard, &split{stdout: stderr, stderr: stderr}
	s.Profile, s.Read, s.Write = sandbox.Compile, []string{module}, []string{cache}
	return s, err
}

// Run describes a process that runs the module. The grader writes frames to the other end of in, and reads frames from
// that of out. The program may use memoryMB of memory; what it prints goes to stdout and stderr. The process ends with
// the program's exit code; a trap (Go's own checks leave only an overflow of wazero's stack) has 2, and its name is on
// stderr.
func (h *Host) Run(module, cache string, memoryMB int, in, out *os.File, stdout, stderr io.Writer) (sandbox.Spec, error) {
	s, err := h.spec(order.Order{Module: module, Cache: cache, Run: true, MemoryMB: memoryMB})
	s.Stdin, s.Stdout, s.Stderr = in, out, &split{stdout: stdout, stderr: stderr}
	s.Profile, s.Read = sandbox.Compute, []string{module, cache}
	return s, err
}

func (h *Host) spec(o order.Order) (sandbox.Spec, error) {
	if o.MemoryMB > 4095 {
		return sandbox.Spec{}, errors.New("wasi: a WebAssembly program can use 4095 MB, no more")
	}
	o.Threads = threads
	b, err := json.Marshal(o)
	return sandbox.Spec{Path: h.Path, Args: []string{"host", string(b)}, Dir: filepath.Dir(o.Module),
		Env: []string{"GOMAXPROCS=" + strconv.Itoa(threads), "GOTRACEBACK=single"}}, err
}

// split takes the two streams apart again.
type split struct {
	stdout, stderr io.Writer
	head           []byte // of a piece, not yet whole
	to             io.Writer
	left           uint32 // bytes of the piece that are still to come
	raw            bool   // the process speaks itself
}

func (s *split) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		switch {
		case s.raw:
			s.stderr.Write(p)
			p = nil
		case s.left > 0:
			k := min(int(s.left), len(p))
			s.to.Write(p[:k])
			s.left -= uint32(k)
			p = p[k:]
		default:
			if len(s.head) == 0 && p[0] != order.Stdout && p[0] != order.Stderr {
				s.raw = true
				continue
			}
			k := min(5-len(s.head), len(p))
			s.head = append(s.head, p[:k]...)
			p = p[k:]
			if len(s.head) < 5 {
				continue
			}
			s.to, s.left = s.stdout, binary.BigEndian.Uint32(s.head[1:])
			if s.head[0] == order.Stderr {
				s.to = s.stderr
			}
			s.raw = s.left > order.MaxPiece
			s.head = s.head[:0]
		}
	}
	return n, nil
}
