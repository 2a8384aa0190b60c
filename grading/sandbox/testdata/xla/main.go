//go:build linux

// Command xla computes on XLA's CPU plugin, twice, in the sandbox's test of profile XLA. Then it tries what the profile
// forbids, and says of each attempt whether it was HELD.
//
//	xla PLUGIN.so OUTSIDE-FILE WRITABLE-FOLDER
package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/gomlx/compute"
	"github.com/gomlx/go-xla/compute/xla"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

func main() {
	plugin, outside, folder := os.Args[1], os.Args[2], os.Args[3]
	b, err := compute.NewWithConfig(xla.BackendName + ":" + plugin)
	if err != nil {
		fmt.Println("FAILED", err)
		os.Exit(1)
	}
	// ‖A·Aᵀ‖₁ for A[i,j] = i·n+j: large enough that XLA uses its threads.
	const n = 512
	a := make([][]float32, n)
	for i := range a {
		a[i] = make([]float32, n)
		for j := range a[i] {
			a[i][j] = float32((i*n+j)%7) - 3
		}
	}
	exec1 := graph.MustNewExec(b, func(x *graph.Node) *graph.Node {
		return graph.ReduceAllSum(graph.Abs(graph.Dot(x, graph.Transpose(x, 0, 1)).Product()))
	})
	out, err := exec1.Call(a)
	if err != nil {
		fmt.Println("FAILED", err)
		os.Exit(1)
	}
	fmt.Println("VALUE", tensors.ToScalar[float32](out[0]))
	fmt.Println("THREADS", threads())

	// Outside a sandbox nothing of the following may be tried.
	status, _ := os.ReadFile("/proc/self/status")
	if !strings.Contains(string(status), "Seccomp:\t2") {
		fmt.Println("FAILED: no filter is on")
		os.Exit(1)
	}
	say := func(what string, err error) {
		if err != nil {
			fmt.Println("HELD", what, err)
		} else {
			fmt.Println("BROKEN", what)
		}
	}
	for _, p := range []int{0, 6, 17, 262} {
		for _, f := range []int{1, 2, 10, 16, 17} {
			_, err := syscall.Socket(f, syscall.SOCK_STREAM, p)
			say("socket", err)
		}
	}
	_, err = net.Dial("udp", "127.0.0.1:9")
	say("udp", err)
	say("process", exec.Command("/bin/true").Run())
	pid, _, e := syscall.RawSyscall6(syscall.SYS_CLONE, uintptr(syscall.SIGCHLD), 0, 0, 0, 0, 0)
	if e == 0 && pid == 0 {
		syscall.RawSyscall(syscall.SYS_EXIT_GROUP, 0, 0, 0)
	}
	say("fork", errno(e))
	_, err = os.ReadFile(outside)
	say("read", err)
	_, err = os.ReadFile("/etc/passwd")
	say("read", err)
	say("write", os.WriteFile(outside, []byte("x"), 0o666))
	say("write", os.WriteFile(outside+".new", []byte("x"), 0o666))
	say("remove", os.Remove(outside))
	say("execute", syscall.Exec("/bin/sh", []string{"sh", "-c", "echo BROKEN"}, nil))
	say("trace", syscall.PtraceAttach(os.Getppid()))
	say("signal", syscall.Kill(os.Getppid(), syscall.SIGSTOP))
	if folder != "" {
		fmt.Println("WROTE", os.WriteFile(filepath.Join(folder, "x"), []byte("x"), 0o666))
	}
}

func errno(e syscall.Errno) error {
	if e == 0 {
		return nil
	}
	return e
}

func threads() int {
	list, _ := os.ReadDir("/proc/self/task")
	return len(list)
}
