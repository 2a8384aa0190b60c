package leastnorm

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// XLA is gradient descent as one execution on a GoMLX backend, in float32: the loop is a While inside the
// graph, so that thousands of steps cost one call, and no step returns to Go.
//
//	state (k, x);  while k < K:  x ← x − μAᵀ(Ax − b),  k ← k + 1
//
// K and μ are inputs: one compilation (a few tens of milliseconds) serves every number of steps and every step
// size for one shape of A; an XLA serves at most 32 shapes. It is safe for use by one goroutine at a time.
//
// Float32 stops gaining at ‖Ax − b‖ ≈ 10⁻⁷κ‖b‖: GradientDescent in float64 is the reference.
type XLA struct {
	backend compute.Backend
	exec    *graph.Exec
}

// NewXLA prepares the loop on a backend, which stays the caller's. The backend must know While
// (XLA does; GoMLX's pure-Go backend does too).
func NewXLA(backend compute.Backend) (*XLA, error) {
	if backend == nil {
		panic("leastnorm: NewXLA: backend is nil")
	}
	e, err := graph.NewExec(backend, descentLoop)
	if err != nil {
		return nil, fmt.Errorf("leastnorm: gradient descent on %s: %w", backend.Name(), err)
	}
	return &XLA{backend: backend, exec: e}, nil
}

// Close frees what the executions hold on the device.
func (l *XLA) Close() { l.exec.Finalize() }

// descentLoop builds the graph: A [m, n], b [m], x₀ [n], μ and K scalars → x_K [n] and ‖Ax_K − b‖ (scalar).
// What the loop reads but never changes is part of its state too: on XLA a loop body sees nothing else. It is not copied.
func descentLoop(a, b, x0, mu, steps *graph.Node) (x, residual *graph.Node) {
	g := a.Graph()
	m, n := a.Shape().Dimensions[0], a.Shape().Dimensions[1]
	b.AssertDims(m)
	x0.AssertDims(n)

	parameters := func(g *graph.Graph) (k, x, a, b, mu, steps *graph.Node) {
		return graph.Parameter(g, "k", shapes.Make(dtypes.Int32)),
			graph.Parameter(g, "x", shapes.Make(dtypes.Float32, n)),
			graph.Parameter(g, "A", shapes.Make(dtypes.Float32, m, n)),
			graph.Parameter(g, "b", shapes.Make(dtypes.Float32, m)),
			graph.Parameter(g, "mu", shapes.Make(dtypes.Float32)),
			graph.Parameter(g, "steps", shapes.Make(dtypes.Int32))
	}
	more := graph.NewClosure(g, func(g *graph.Graph) []*graph.Node {
		k, _, _, _, _, steps := parameters(g)
		return []*graph.Node{graph.LessThan(k, steps)}
	})
	step := graph.NewClosure(g, func(g *graph.Graph) []*graph.Node {
		k, x, a, b, mu, steps := parameters(g)
		// r = Ax − b
		r := graph.Sub(graph.Dot(a, x).Product(), b) // [m]
		// x ← x − μAᵀr
		x = graph.Sub(x, graph.Mul(mu, graph.Dot(r, a).Product())) // [n]
		return []*graph.Node{graph.OnePlus(k), x, a, b, mu, steps}
	})
	x = graph.While(more, step, graph.Const(g, int32(0)), x0, a, b, mu, steps)[1]
	return x, graph.Sqrt(graph.ReduceAllSum(graph.Square(graph.Sub(graph.Dot(a, x).Product(), b))))
}

// Run takes d.Iterations steps from x0 and records as d says: between two records nothing leaves
// the device. d.Every = 0 means here: one execution for the whole run, with a record at its end. Cancellation,
// Tolerance and Checkpoint act at records only, for an execution under way cannot be stopped.
//
// A is m×n, b has m entries, x0 has n; panics and errors are those of GradientDescent.Run, and the backend's.
func (l *XLA) Run(ctx context.Context, d GradientDescent, a *mat.Dense, b, x0 []float64) (t *Trajectory, err error) {
	if err := d.check("XLA", a, b, x0); err != nil {
		return nil, err
	}
	if d.Iterations > math.MaxInt32 {
		panic(fmt.Sprintf("leastnorm: XLA: %d iterations, want at most %d", d.Iterations, math.MaxInt32))
	}
	mu, err := stepOrBest(d.Step, a)
	if err != nil {
		return nil, err
	}
	every := d.Every
	if every == 0 {
		every = max(1, d.Iterations)
	}
	m, n := a.Dims()
	fa, err := float32s("A", mat.DenseCopyOf(a).RawMatrix().Data) // a copy has no gaps between rows
	fb, errB := float32s("b", b)
	_, errX := float32s("x₀", x0)
	if err := errors.Join(err, errB, errX); err != nil {
		return nil, err
	}
	if float32(mu) < 0x1p-126 || float32(mu) > math.MaxFloat32 {
		return nil, fmt.Errorf("leastnorm: XLA: the step %.3g is no normal float32: scale A so that σ₁ is near 1", mu)
	}
	t = d.newTrajectory(append([]float64(nil), x0...), mu, d.Iterations/every+2)
	saved, k, err := d.openCheckpoint("float32 on "+l.backend.Name(), t, a, b, x0)
	if err != nil {
		return nil, err
	}
	fx, err := float32s("x", t.X) // x₀, or the checkpoint's point, which is float32 already
	if err != nil {
		return nil, err
	}
	ta, tb := tensors.FromFlatDataAndDimensions(fa, m, n), tensors.FromFlatDataAndDimensions(fb, m)
	tx := tensors.FromFlatDataAndDimensions(fx, n) // x_k
	defer func() { err = errors.Join(err, ta.FinalizeAll(), tb.FinalizeAll(), tx.FinalizeAll()) }()

	stop := d.Tolerance * floats.Norm(b, 2)
	for steps := 0; ; { // the first call takes no step: it computes the first residual
		if err := context.Cause(ctx); err != nil {
			err = errors.Join(err, fetch(t.X, tx))
			err = errors.Join(err, saved.save(k, t))
			return t, fmt.Errorf("leastnorm: gradient descent stopped after %d of %d steps: %w", k, d.Iterations, err)
		}
		out, err := l.exec.Call(ta, tb, tx, float32(mu), int32(steps))
		if err != nil {
			return t, fmt.Errorf("leastnorm: gradient descent on %s: %w", l.backend.Name(), err)
		}
		k += steps
		old := tx
		tx = out[0]
		norm := float64(tensors.ToScalar[float32](out[1]))
		if err := errors.Join(old.FinalizeAll(), out[1].FinalizeAll()); err != nil {
			return t, err
		}
		last := k == d.Iterations || !finite(norm) || d.Tolerance > 0 && norm <= stop
		if last || d.Keep || d.Target != nil || saved != nil {
			if err := fetch(t.X, tx); err != nil {
				return t, err
			}
		}
		if last || k%every == 0 { // a resumed run can begin between two records
			t.record(d, k, t.X, norm)
		}
		if !finite(norm) {
			return t, diverged(k, mu)
		}
		if last {
			t.Stopped = k < d.Iterations
			return t, saved.save(k, t)
		}
		if err := saved.maybe(k, t); err != nil {
			return t, err
		}
		steps = min(every-k%every, d.Iterations-k)
	}
}

// fetch copies a vector from the device.
func fetch(x []float64, t *tensors.Tensor) error {
	return tensors.ConstFlatData(t, func(flat []float32) {
		for i, v := range flat {
			x[i] = float64(v)
		}
	})
}

// float32s rounds v to float32, and errs where that overflows.
func float32s(name string, v []float64) ([]float32, error) {
	f := make([]float32, len(v))
	for i := range v {
		f[i] = float32(v[i])
		if math.IsInf(float64(f[i]), 0) {
			return nil, fmt.Errorf("leastnorm: XLA: entry %d of %s is %.3g, too large for float32: scale the problem", i, name, v[i])
		}
	}
	return f, nil
}
