// Package backend opens the machine that GoMLX computes on: XLA where it can be had, else pure Go, said aloud.
//
// Order of choice (Choose):
//
//  1. GOMLX_BACKEND as the user set it: "xla:cpu", "xla:cuda", "xla:tpu", "xla:/path/to/plugin.so", "go", with
//     GoMLX's own options after a comma. What it names must be there; nothing else is taken instead.
//  2. XLA on the CPU, with the first PJRT plugin found in: the folders of PJRT_PLUGIN_LIBRARY_PATH; the folder
//     ROOT/.course/pjrt, which `go tool course setup` fills; go-xla's own folders (~/.local/lib/go-xla,
//     /usr/local/lib/go-xla).
//  3. GoMLX's pure-Go backend, with one line on standard error that says what it costs and how to get XLA.
//
// A plugin that is found but cannot work (truncated, for another processor, built for another PJRT version, lacking
// a library it needs) is an error that says what to do. It is examined before it is loaded, so it cannot crash the
// process, and the search never passes over it in silence.
package backend

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend" // registers "go"
)

// Env is the variable in which a user names a backend.
const Env = "GOMLX_BACKEND"

// Choice is a backend that New would open, and why.
type Choice struct {
	Name   string // "xla:cpu", "xla:cuda", "xla:tpu", "go": what `course doctor --json` calls backend.name
	Plugin string // absolute path of the PJRT plugin; "" for "go"
	Config string // what GoMLX is given: "xla:/abs/plugin.so" or "go", with the user's options
	Why    string // "GOMLX_BACKEND=xla:cpu", "found in …", "no PJRT plugin found in …"
	Notice string // for a fallback: the line to show, with what to do; else ""
}

// Cost of the fallback on two cores, measured: a 1024×1024 float32 product and a LeNet training step.
const fallbackCost = "about 26 times slower on a matrix product, 60 on LeNet"

// Choose says which backend New opens on this machine, without opening it. The error names what was asked for,
// what was found, and the next step.
func Choose() (Choice, error) { return choose(os.Getenv(Env), SearchPath()) }

var (
	mu     sync.Mutex
	opened = map[string]compute.Backend{}
	// Notices receives the one line that announces a fallback. Standard error by default.
	Notices io.Writer = os.Stderr
)

// New opens the backend that Choose names. Within a process the same choice gives the same backend, so that
// cells, libraries and tests share one set of device buffers; it stays open until the process ends.
// Opening XLA takes about 40 ms. ctx is looked at before the work begins.
func New(ctx context.Context) (compute.Backend, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c, err := Choose()
	if err != nil {
		return nil, err
	}
	return c.Open()
}

// Open opens the chosen backend, or returns the one that this process opened before.
func (c Choice) Open() (compute.Backend, error) {
	mu.Lock()
	defer mu.Unlock()
	if b, ok := opened[c.Config]; ok {
		return b, nil
	}
	b, err := c.open()
	if err != nil {
		return nil, err
	}
	if c.Notice != "" {
		fmt.Fprintln(Notices, c.Notice)
	}
	opened[c.Config] = b
	return b, nil
}

func (c Choice) open() (b compute.Backend, err error) {
	// A backend's constructor may panic (go-xla does on some broken plugins); that must reach the reader as words.
	defer func() {
		if r := recover(); r != nil {
			b, err = nil, fmt.Errorf("backend: opening %s failed: %v; %s", c.Name, r, adviceReinstall)
		}
	}()
	b, err = compute.NewWithConfig(c.Config)
	if err != nil {
		return nil, fmt.Errorf("backend: opening %s (%s) failed: %w; %s", c.Name, c.Config, err, adviceReinstall)
	}
	return b, nil
}
