// Command probe looks at XLA on behalf of `course setup` and `course doctor`, which are built without cgo so that they
// start in seconds and can name a missing C compiler. It prints one line of JSON.
//
//	probe choose        the backend that lessons get, and why
//	probe measure       the same, opened: its devices and a 1024×1024 product on it and on the Go backend
//	probe install DIR   the CPU plugin from go-xla's own installer into DIR
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/go-xla/installer"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"nncourse/lib/backend"
)

// Answer is what probe prints.
type Answer struct {
	Name     string   `json:"name"`
	Plugin   string   `json:"plugin"`
	Why      string   `json:"why"`
	Notice   string   `json:"notice,omitempty"`
	Error    string   `json:"error,omitempty"`
	Version  string   `json:"version,omitempty"` // PJRT API version of the plugin
	Devices  []string `json:"devices,omitempty"`
	OpenMS   float64  `json:"open_ms,omitempty"`
	MatmulMS float64  `json:"matmul_ms,omitempty"` // 1024×1024 float32 product, median of 11
	GFlops   float64  `json:"gflops,omitempty"`
	GoMS     float64  `json:"go_matmul_ms,omitempty"`
	GoGFlops float64  `json:"go_gflops,omitempty"`
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: probe choose | measure | install DIR")
		os.Exit(2)
	}
	backend.Notices = os.Stderr
	var a Answer
	switch os.Args[1] {
	case "install":
		if len(os.Args) != 3 {
			fmt.Fprintln(os.Stderr, "usage: probe install DIR")
			os.Exit(2)
		}
		if err := installer.CPUInstall(runtime.GOOS+"_"+runtime.GOARCH, "latest", os.Args[2], false, installer.Quiet); err != nil {
			a.Error = err.Error()
		}
	case "choose", "measure":
		c, err := backend.Choose()
		if err != nil {
			a.Error = err.Error()
			break
		}
		a.Name, a.Plugin, a.Why, a.Notice = c.Name, c.Plugin, c.Why, c.Notice
		if os.Args[1] == "measure" {
			if err := measure(c, &a); err != nil {
				a.Error = err.Error()
			}
		}
	default:
		a.Error = "probe knows choose, measure and install"
	}
	_ = json.NewEncoder(os.Stdout).Encode(a)
	if a.Error != "" {
		os.Exit(1)
	}
}

func measure(c backend.Choice, a *Answer) error {
	start := time.Now()
	b, err := c.Open()
	if err != nil {
		return err
	}
	a.OpenMS = ms(time.Since(start))
	if c.Plugin != "" {
		if a.Version, err = backend.PluginVersion(c.Plugin); err != nil {
			return err
		}
	}
	for i := range b.NumDevices() {
		a.Devices = append(a.Devices, b.DeviceDescription(compute.DeviceNum(i)))
	}
	if a.MatmulMS, err = product(b); err != nil {
		return err
	}
	a.GFlops = gflops(a.MatmulMS)
	if c.Name == "go" {
		a.GoMS, a.GoGFlops = a.MatmulMS, a.GFlops
		return nil
	}
	g, err := backend.Choice{Name: "go", Config: "go"}.Open()
	if err != nil {
		return err
	}
	if a.GoMS, err = product(g); err != nil {
		return err
	}
	a.GoGFlops = gflops(a.GoMS)
	return nil
}

const n = 1024

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func gflops(ms float64) float64 { return 2 * n * n * n / (ms / 1000) / 1e9 }

// product times C = AB for n×n float32 matrices, in ms: the median of 11 after two warm-ups, or of 3 if it is slow.
func product(b compute.Backend) (float64, error) {
	e, err := graph.NewExec(b, func(x, y *graph.Node) *graph.Node { return graph.Dot(x, y).Product() })
	if err != nil {
		return 0, err
	}
	defer e.Finalize()
	x, y := tensors.FromScalarAndDimensions(float32(0.5), n, n), tensors.FromScalarAndDimensions(float32(0.25), n, n)
	runs, warm := 11, 2
	var took []float64
	for i := 0; i < runs+warm; i++ {
		start := time.Now()
		out, err := e.Call(x, y)
		if err != nil {
			return 0, err
		}
		d := ms(time.Since(start))
		for _, o := range out {
			o.MustFinalizeAll()
		}
		if i == 0 && d > 300 {
			runs, warm = 3, 1
		}
		if i >= warm {
			took = append(took, d)
		}
	}
	return median(took), nil
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}
