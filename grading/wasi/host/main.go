// Command host runs a WebAssembly program for the grader: see package wasi, which starts it. It is a program of its own,
// linked statically, so that the sandbox need let it open and execute nothing.
package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"

	"nncourse/grading/wasi/internal/order"
)

func main() {
	code, err := 2, errors.New("the program host is started by the grader")
	if len(os.Args) == 2 {
		var o order.Order
		if err = json.Unmarshal([]byte(os.Args[1]), &o); err == nil {
			code, err = do(o)
		}
	}
	if err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		if strings.Contains(first, "pages") && strings.Contains(first, "over limit") {
			first = "out of memory: the program's variables alone take more than its memory: " + first
		}
		fmt.Fprintln(stream(order.Stderr), "fatal error: "+first)
		code = 2
	}
	os.Exit(code)
}

func do(o order.Order) (code int, err error) {
	binary, err := os.ReadFile(o.Module)
	if err != nil {
		return 0, err
	}
	ctx := experimental.WithCompilationWorkers(context.Background(), o.Threads)
	r, m, err := load(ctx, o, binary, o.Cache)
	if err != nil && o.Run {
		// Machine code of another processor's, say: it is made again, and not kept.
		r, m, err = load(ctx, o, binary, "")
	}
	if err != nil || !o.Run {
		return 0, err
	}
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, r); err != nil {
		return 0, err
	}
	i32 := api.ValueTypeI32
	_, err = r.NewHostModuleBuilder(order.HostModule).
		NewFunctionBuilder().WithGoModuleFunction(transfer(os.Stdin.Read), []api.ValueType{i32, i32}, []api.ValueType{i32}).Export("read").
		NewFunctionBuilder().WithGoModuleFunction(transfer(os.Stdout.Write), []api.ValueType{i32, i32}, []api.ValueType{i32}).Export("write").
		Instantiate(ctx)
	if err != nil {
		return 0, err
	}
	config := wazero.NewModuleConfig().
		WithEnv("GOMEMLIMIT", fmt.Sprintf("%dMiB", o.MemoryMB*3/4)).WithEnv("GOTRACEBACK", "single").
		WithStdout(stream(order.Stdout)).WithStderr(stream(order.Stderr)).
		WithSysWalltime().WithSysNanotime().WithSysNanosleep().WithRandSource(rand.Reader)
	_, err = r.InstantiateModule(ctx, m, config)
	var exit *sys.ExitError
	if errors.As(err, &exit) {
		return int(exit.ExitCode()), nil
	}
	return 0, err
}

// load gives the module's machine code, from the cache if it is there.
func load(ctx context.Context, o order.Order, binary []byte, cache string) (wazero.Runtime, wazero.CompiledModule, error) {
	c := wazero.NewRuntimeConfig().WithDebugInfoEnabled(false)
	if o.Run {
		// All of the memory at once, of which the system gives what is touched: it is never copied to grow.
		c = c.WithMemoryLimitPages(uint32(o.MemoryMB) * 16).WithMemoryCapacityFromMax(true)
	}
	if cache != "" {
		dir, err := wazero.NewCompilationCacheWithDir(cache)
		if err != nil {
			return nil, nil, err
		}
		c = c.WithCompilationCache(dir)
	}
	r := wazero.NewRuntimeWithConfig(ctx, c)
	m, err := r.CompileModule(ctx, binary)
	return r, m, err
}

// transfer makes a host function (p, n) → how many of one that reads into or writes from the program's memory.
func transfer(f func([]byte) (int, error)) api.GoModuleFunc {
	return func(ctx context.Context, m api.Module, stack []uint64) {
		n := -1
		if b, ok := m.Memory().Read(api.DecodeU32(stack[0]), api.DecodeU32(stack[1])); ok {
			var err error
			if n, err = f(b); err != nil && n == 0 && !errors.Is(err, io.EOF) {
				n = -1
			}
		}
		stack[0] = api.EncodeI32(int32(n))
	}
}

// stream writes one of the program's two output streams as pieces to standard error.
type stream byte

var streamLock sync.Mutex

func (s stream) Write(p []byte) (int, error) {
	streamLock.Lock()
	defer streamLock.Unlock()
	done := 0
	for done < len(p) {
		piece := p[done:min(len(p), done+order.MaxPiece)]
		b := append(binary.BigEndian.AppendUint32([]byte{byte(s)}, uint32(len(piece))), piece...)
		if _, err := os.Stderr.Write(b); err != nil {
			return done, err
		}
		done += len(piece)
	}
	return done, nil
}
