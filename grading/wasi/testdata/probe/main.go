// Command probe is a WebAssembly program for the tests of package wasi. It reads one line from the grader's channel and
// does what that says.
package main

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
	"unsafe"
)

//go:wasmimport course read
func read(p unsafe.Pointer, n uint32) int32

//go:wasmimport course write
func write(p unsafe.Pointer, n uint32) int32

type channel struct{}

func (channel) Read(b []byte) (int, error) {
	n := read(unsafe.Pointer(unsafe.SliceData(b)), uint32(len(b)))
	if n <= 0 {
		return 0, io.EOF
	}
	return int(n), nil
}

func say(format string, args ...any) {
	b := fmt.Appendf(nil, format+"\n", args...)
	write(unsafe.Pointer(unsafe.SliceData(b)), uint32(len(b)))
}

func main() {
	line, _ := bufio.NewReader(channel{}).ReadString('\n')
	switch strings.TrimSpace(line) {
	case "streams":
		for range 3 {
			fmt.Print("out ")
			fmt.Fprint(os.Stderr, "err ")
		}
		os.Stdout.Write(make([]byte, 100_000))
		say("done")
		os.Exit(7)
	case "machine":
		say("env %s", strings.Join(os.Environ(), " "))
		say("args %d", len(os.Args))
		_, err := os.ReadFile("/etc/hostname")
		say("file %v", err != nil)
		_, err = os.ReadDir("/")
		say("root %v", err != nil)
		_, err = os.ReadDir(".")
		say("folder %v", err != nil)
		err = os.WriteFile("x", nil, 0o666)
		say("write %v", err != nil)
		for fd := uintptr(3); fd < 10; fd++ {
			if _, err := os.NewFile(fd, "").Write([]byte("x")); err == nil {
				say("descriptor %d", fd)
			}
		}
		c, err := net.Dial("tcp", os.Getenv("NOWHERE")+"127.0.0.1:1")
		say("dial %v", c == nil && err != nil)
		n, err := os.Stdin.Read(make([]byte, 1))
		say("stdin %d %v", n, err)
		a, b := rand.Text(), rand.Text()
		say("random %v", a != b)
		begin := time.Now()
		time.Sleep(20 * time.Millisecond)
		d := time.Since(begin)
		say("sleep %v, year %v", d >= 20*time.Millisecond && d < 10*time.Second, begin.Year() > 2020)
	case "bounds":
		// An address and a length that reach beyond the memory.
		b := []byte("x")
		say("beyond %d %d", write(unsafe.Pointer(unsafe.SliceData(b)), 1<<32-1), read(unsafe.Pointer(unsafe.SliceData(b)), 1<<32-1))
	case "memory":
		var all [][]byte
		for {
			b := make([]byte, 1<<20)
			for i := range b {
				b[i] = 1
			}
			all = append(all, b)
		}
	case "stack":
		var deep func(n int) int
		deep = func(n int) int { return deep(n+1) + 1 }
		say("%d", deep(0))
	case "loop":
		say("looping")
		for {
		}
	}
}
