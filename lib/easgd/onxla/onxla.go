// Package onxla lets the workers of lib/easgd compute their gradients on a GoMLX backend, for networks that are written as
// GoMLX graphs. It is a package of its own so that lib/easgd stays free of GoMLX.
//
// Do not expect four workers to take four times the steps on XLA's CPU plugin, where one large execution already uses all cores:
// what is left to gain is the time between executions, and BenchmarkCrew measures it. What workers do to the result is the same as
// everywhere.
package onxla

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"nncourse/lib/easgd"
)

// Loss builds the mean loss of a batch, a scalar, from all parameters in one vector theta, [d], inputs x, [batch, in], and
// targets y, [batch, out], all float32.
type Loss func(theta, x, y *graph.Node) *graph.Node

// Data is a set of samples.
type Data struct {
	X, Y    []float32 // [N, In] and [N, Out], row by row
	In, Out int
}

// Crew makes the gradients of all workers. Parameters are float64 in lib/easgd and float32 on the backend.
type Crew struct {
	backend compute.Backend
	loss    Loss
	data    Data
	n       int // samples
	batch   int

	mu    sync.Mutex
	execs []*graph.Exec
	err   error
}

// NewCrew panics if the data's lengths do not fit together or batch < 1. The backend stays the caller's.
func NewCrew(backend compute.Backend, loss Loss, data Data, batch int) *Crew {
	n := 0
	if data.In > 0 {
		n = len(data.X) / data.In
	}
	if n == 0 || len(data.X) != n*data.In || data.Out < 1 || len(data.Y) != n*data.Out || batch < 1 {
		panic(fmt.Sprintf("onxla: %d inputs of %d numbers, %d targets of %d, batches of %d", len(data.X), data.In, len(data.Y), data.Out, batch))
	}
	return &Crew{backend: backend, loss: loss, data: data, n: n, batch: batch}
}

// Worker is the easgd.Task's field: a gradient with an Exec and buffers of its own, over batches drawn with replacement. Where the
// backend fails it fills the gradient with NaN, so that the run ends as diverged, and Err has the reason.
func (c *Crew) Worker(int) easgd.Gradient {
	e, err := graph.NewExec(c.backend, func(theta, x, y *graph.Node) *graph.Node {
		return graph.Gradient(c.loss(theta, x, y), theta)[0]
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.err = err
	} else {
		c.execs = append(c.execs, e)
	}
	in, out := c.data.In, c.data.Out
	bx, by := make([]float32, c.batch*in), make([]float32, c.batch*out)
	var params []float32
	return func(dst, x []float64, rng *rand.Rand) {
		for i := range c.batch {
			r := rng.IntN(c.n)
			copy(bx[i*in:(i+1)*in], c.data.X[r*in:])
			copy(by[i*out:(i+1)*out], c.data.Y[r*out:])
		}
		params = params[:0]
		for _, v := range x {
			params = append(params, float32(v))
		}
		if err := gradient(dst, e, params, bx, by, c.batch); err != nil {
			c.mu.Lock()
			if c.err == nil {
				c.err = err
			}
			c.mu.Unlock()
			for j := range dst {
				dst[j] = math.NaN()
			}
		}
	}
}

func gradient(dst []float64, e *graph.Exec, theta, x, y []float32, batch int) error {
	if e == nil {
		return fmt.Errorf("onxla: no executor")
	}
	t := tensors.FromFlatDataAndDimensions(theta, len(theta))
	tx, ty := tensors.FromFlatDataAndDimensions(x, batch, len(x)/batch), tensors.FromFlatDataAndDimensions(y, batch, len(y)/batch)
	defer t.FinalizeAll()
	defer tx.FinalizeAll()
	defer ty.FinalizeAll()
	out, err := e.Call(t, tx, ty)
	if err != nil {
		return fmt.Errorf("onxla: %w", err)
	}
	defer out[0].FinalizeAll()
	return tensors.ConstFlatData(out[0], func(g []float32) {
		for j, v := range g {
			dst[j] = float64(v)
		}
	})
}

// Err is the first failure of the backend, nil if there was none.
func (c *Crew) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Close frees what the executions hold.
func (c *Crew) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.execs {
		e.Finalize()
	}
	c.execs = nil
}
