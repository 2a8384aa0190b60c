package fourier

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"nncourse/lib/backend"
)

func newBackend(t testing.TB) compute.Backend {
	t.Helper()
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// filters are the two ways.
var filters = map[string]func(mask, x *graph.Node) *graph.Node{"FFT": Filter, "products": FilterByProducts}

// outputs runs f and copies what it gives.
func outputs(t *testing.T, b compute.Backend, f func(in []*graph.Node) []*graph.Node, in ...any) [][]float64 {
	t.Helper()
	e, err := graph.NewExec(b, f)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Finalize()
	out, err := e.Call(in...)
	if err != nil {
		t.Fatal(err)
	}
	var values [][]float64
	for _, o := range out {
		v, err := tensors.CopyFlatData[float32](o)
		if err != nil {
			t.Fatal(err)
		}
		o.FinalizeAll()
		w := make([]float64, len(v))
		for i := range v {
			w[i] = float64(v[i])
		}
		values = append(values, w)
	}
	return values
}

// TestFilterGolden compares values and both gradients with numpy and jax in float64. It is this test that a mask multiplied with the
// complex coefficients fails: GoMLX's gradient of that product lacks a conjugate.
func TestFilterGolden(t *testing.T) {
	r, b := readReference(t).Filter, newBackend(t)
	x := tensors.FromFlatDataAndDimensions(float32s(r.X), r.N, r.H, r.W, r.C)
	m := tensors.FromFlatDataAndDimensions(float32s(r.M), r.N, r.H, r.W)
	g := tensors.FromFlatDataAndDimensions(float32s(r.G), r.N, r.H, r.W, r.C)
	for name, filter := range filters {
		got := outputs(t, b, func(in []*graph.Node) []*graph.Node {
			y := filter(in[0], in[1])
			j := graph.ReduceAllSum(graph.Mul(in[2], graph.Square(y)))
			return append(graph.Gradient(j, in[0], in[1]), y)
		}, m, x, g)
		// float32: 30 terms of size 1, twice
		near(t, name+": ∂J/∂M", got[0], r.DM, 2e-5)
		near(t, name+": ∂J/∂x", got[1], r.DX, 2e-5)
		near(t, name+": y", got[2], r.Y, 2e-6)
	}
}

// TestFilterProperties: a mask of ones changes nothing, of zeros leaves nothing, one of the frequency 0 leaves the mean; a mask for all
// is the same as a copy for each, and Masked in float64 gives the same.
func TestFilterProperties(t *testing.T) {
	const n, h, w = 3, 6, 5
	rng, b := rand.New(rand.NewPCG(3, 1)), newBackend(t)
	x, m := normal(rng, n*h*w), normal(rng, h*w)
	ones, first := make([]float64, h*w), make([]float64, h*w)
	for i := range ones {
		ones[i] = 1
	}
	first[0] = 1
	tx := tensors.FromFlatDataAndDimensions(float32s(x), n, h, w, 1)
	for name, filter := range filters {
		one := func(mask []float64) []float64 {
			return outputs(t, b, func(in []*graph.Node) []*graph.Node { return []*graph.Node{filter(in[0], in[1])} },
				tensors.FromFlatDataAndDimensions(float32s(mask), h, w), tx)[0]
		}
		near(t, name+": M = 1", one(ones), x, 2e-6)
		near(t, name+": M = 0", one(make([]float64, h*w)), make([]float64, n*h*w), 0)
		var means, masked []float64
		for i := range n {
			s := 0.0
			for _, v := range x[i*h*w : (i+1)*h*w] {
				s += v / (h * w)
			}
			for range h * w {
				means = append(means, s)
			}
			masked = append(masked, Masked(x[i*h*w:(i+1)*h*w], m, h, w)...)
		}
		near(t, name+": the frequency 0", one(first), means, 2e-6)
		near(t, name+": as in float64", one(m), masked, 5e-6)
	}
}

func TestFilterPanics(t *testing.T) {
	b := newBackend(t)
	x := tensors.FromFlatDataAndDimensions(make([]float32, 24), 2, 3, 4, 1)
	m := tensors.FromFlatDataAndDimensions(make([]float32, 12), 4, 3)
	e, err := graph.NewExec(b, func(in []*graph.Node) []*graph.Node { return []*graph.Node{Filter(in[0], in[1])} })
	if err != nil {
		t.Fatal(err)
	}
	// not finalised: after the panic Exec's lock is held for ever
	panics(t, "a mask of 4×3 for images of 3×4", func() { e.Call(m, x) })
}

func BenchmarkFilter(b *testing.B) {
	const n, h, w = 200, 28, 28
	rng, back := rand.New(rand.NewPCG(3, 1)), newBackend(b)
	x := tensors.FromFlatDataAndDimensions(float32s(normal(rng, n*h*w)), n, h, w, 1)
	m := tensors.FromFlatDataAndDimensions(float32s(normal(rng, h*w)), h, w)
	for name, filter := range filters {
		b.Run(name, func(b *testing.B) {
			e, err := graph.NewExec(back, func(in []*graph.Node) []*graph.Node {
				return graph.Gradient(graph.ReduceAllSum(graph.Square(filter(in[0], in[1]))), in[0])
			})
			if err != nil {
				b.Fatal(err)
			}
			defer e.Finalize()
			for b.Loop() {
				out, err := e.Call(m, x)
				if err != nil {
					b.Fatal(err)
				}
				out[0].FinalizeAll()
			}
		})
	}
}
