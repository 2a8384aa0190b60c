// Package sandbox runs a program that is not trusted: a student's, or the compiler on a student's code.
//
// On Linux the program is started through a shim, which is the running binary itself, started again under another name:
// this package's init notices that, puts on, where this machine permits them,
//
//  1. a control group of its own (memory, number of processes),
//  2. namespaces: a root that holds what Spec lists and nothing else, no other process, no network,
//  3. resource limits (memory, processor time, file size, open files, processes, no core dump),
//  4. no_new_privs,
//  5. a Landlock ruleset: no file may be read, written or executed but those that are listed, no TCP, and, where the
//     kernel is new enough, no signal out of the sandbox,
//  6. a user number of its own, and in any case no capability,
//  7. a seccomp filter: an allow-list of system calls, without sockets, processes, tracing, mounts; the rest gives EPERM,
//
// and then becomes the program, in a session of its own, which ends with the grader. Limits, Landlock and the filter need
// no privilege and work inside a default container (Default); they contain a hostile program by themselves. So whatever
// imports this package can be the shim: the course's command and every test binary. Elsewhere only a session of its own
// and the time limit hold.
package sandbox

import (
	"io"
	"os"
	"strings"
	"time"
)

// Level is a set of layers.
type Level uint

// The layers.
const (
	Rlimits Level = 1 << iota
	Seccomp
	Landlock
	WASI       // the program is WebAssembly, interpreted or compiled by wazero: see package grading/wasi. Start never sets it.
	Namespaces // mount, process, network, IPC, name and cgroup namespaces of its own, with a root that holds what Spec lists
	UID        // a user number of its own, if the grader is root
	Cgroup     // a control group of its own

	None    Level = 0
	Default       = Landlock | Seccomp | Rlimits        // what needs no privilege and works in a default container
	Full          = Namespaces | UID | Cgroup | Default // all that Start can put on
)

// String gives "landlock+seccomp+rlimits" and the like, "none" for no layer.
func (l Level) String() string {
	var names []string
	for _, x := range []struct {
		l Level
		s string
	}{{WASI, "wasi"}, {Namespaces, "namespaces"}, {UID, "uid"}, {Cgroup, "cgroup"}, {Landlock, "landlock"}, {Seccomp, "seccomp"}, {Rlimits, "rlimits"}} {
		if l&x.l != 0 {
			names = append(names, x.s)
		}
	}
	if names == nil {
		return "none"
	}
	return strings.Join(names, "+")
}

// Contains tells whether the level confines a hostile program: it can neither read what it should not, nor change
// anything, nor outlive its end. Limits alone do not.
func (l Level) Contains() bool { return l&(Seccomp|WASI) != 0 }

// Status says what this machine offers.
type Status struct {
	Level  string `json:"level"`  // "namespaces+uid+landlock+seccomp+rlimits", "landlock+seccomp+rlimits", …, "rlimits", "none"
	Why    string `json:"why"`    // why not more, "" at the highest level
	Advice string `json:"advice"` // what to do about it, "" if nothing
}

// Detect tells which layers hold here. It does not believe what the kernel says it has: once in the life of the process
// it starts probes under them, which try to read a file, to open a socket, to start a process, to see the machine's files
// and processes, to mount, to become root.
func Detect() Status {
	_, s := detected()
	return s
}

// Available gives the layers that Detect found.
func Available() Level {
	l, _ := detected()
	return l
}

// Limits bound what a program may use. Zero means no limit.
type Limits struct {
	MemoryMB  int           // private writable memory; a Go program wants 100 before it does anything
	CPU       time.Duration // processor time of all its threads, rounded up to a second
	FileMB    int           // size of a file that it writes
	OpenFiles int           // file descriptors
}

// Profile chooses the system calls.
type Profile int

const (
	// Compute is for a Go program that computes and talks over its open descriptors. Unless Spec.Read or Spec.Write
	// lists something, it cannot even open a file.
	Compute Profile = iota
	// Compile is for the Go compiler and linker: Compute, and the calls that open, make, rename and remove files.
	Compile
	// XLA is for a program that computes on XLA's CPU plugin: Compute, and the threads and looks at the processor that a
	// C library and the plugin take. It reads files: use Spec.AllowXLA, which lists them.
	XLA
)

// Spec describes one run.
type Spec struct {
	Path    string   // the program, absolute
	Args    []string // its arguments, from argv[0]
	Env     []string // its environment
	Dir     string   // its working folder
	Stdin   *os.File // nil: nothing to read
	Stdout  io.Writer
	Stderr  io.Writer
	Files   []*os.File // its descriptors 3, 4, …
	Limits  Limits
	Profile Profile
	Read    []string // files and folders that it may read
	Exec    []string // files and folders that it may read and execute: a dynamic loader, libraries
	Write   []string // folders in which it may do anything but execute
	Without Level    // layers to leave out, for tests
}

// Exit says how a program ended.
type Exit struct {
	Code   int           // exit code, −1 after a signal
	Signal string        // "killed", "segmentation fault", …; "" if it exited
	CPU    time.Duration // processor time used
	MaxRSS int64         // bytes resident at most
}
