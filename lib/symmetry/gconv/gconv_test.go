package gconv_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"nncourse/lib/backend"
	"nncourse/lib/symmetry"
	"nncourse/lib/symmetry/gconv"
)

func open(t testing.TB) compute.Backend {
	t.Helper()
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func noise(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}

// layer runs a layer with fixed weights on one input of the given shape (the batch's 1 is put before it).
type layer struct {
	exec    *graph.Exec
	dims    []int
	weights []*tensors.Tensor
}

func newLayer(t testing.TB, f func(x *graph.Node, w []*graph.Node) *graph.Node, dims []int, weights ...*tensors.Tensor) *layer {
	t.Helper()
	e, err := graph.NewExec(open(t), func(in []*graph.Node) *graph.Node { return f(in[0], in[1:]) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Finalize)
	return &layer{e, append([]int{1}, dims...), weights}
}

func (l *layer) run(x []float32) []float32 {
	in := tensors.FromFlatDataAndDimensions(x, l.dims...)
	defer in.FinalizeAll()
	args := []any{in}
	for _, w := range l.weights {
		args = append(args, w)
	}
	out, err := l.exec.Call(args...)
	if err != nil {
		panic(err)
	}
	defer out[0].FinalizeAll()
	return append([]float32(nil), tensors.MustCopyFlatData[float32](out[0])...)
}

func weights(rng *rand.Rand, dims ...int) *tensors.Tensor {
	n := 1
	for _, d := range dims {
		n *= d
	}
	return tensors.FromFlatDataAndDimensions(noise(rng, n), dims...)
}

func relu(x *graph.Node) *graph.Node { return graph.Max(x, graph.ZerosLike(x)) }

// Each layer, followed by a nonlinearity, commutes with its group to 1e-6 of its largest output in float32 on XLA, and moves when
// the wrong action is asked for. Sums of up to 50 products err by some 1e-7 of their size; ReLU keeps the sizes (tanh would bring outputs
// down to 1 and leave the errors of sums near 20). Measured: at most 3e-7.
func TestEquivariance(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 5))
	points := func(n int) (p [][]float32) {
		for range 4 {
			p = append(p, noise(rng, n))
		}
		return p
	}
	check := func(name string, l *layer, in, out *symmetry.Action) {
		t.Helper()
		p := points(in.Dim())
		r := symmetry.Equivariance(l.run, in.Maps, out.Maps, p)
		t.Logf("%s: %v", name, r)
		if !(r.Error <= 1e-6) || !(r.Scale > 0.1) {
			t.Errorf("%s: %v (scale %g)", name, r, r.Scale)
		}
		// the test can fail: an output that stays is not what the layer does
		if still := symmetry.Equivariance(l.run, in.Maps, in.Group.Trivial(out.Dim()).Maps, p); !(still.Error > 1e-2) {
			t.Errorf("%s: seems invariant: %v", name, still)
		}
	}
	for _, g := range []*symmetry.Group{symmetry.CyclicShifts(12), symmetry.CyclicShifts2D(3, 4), symmetry.C4(5), symmetry.D4(4), symmetry.Permutations(4), symmetry.Signs(6), symmetry.Rotations(4)} {
		lift := newLayer(t, func(x *graph.Node, w []*graph.Node) *graph.Node { return relu(gconv.Lift(g, x, w[0])) }, []int{g.Dim(), 2}, weights(rng, g.Dim(), 2, 3))
		in, out := symmetry.Tensor(g.Natural(), g.Trivial(2)), symmetry.Tensor(g.Regular(), g.Trivial(3))
		check("lift of "+g.Name, lift, in, out)
		two := newLayer(t, func(x *graph.Node, w []*graph.Node) *graph.Node {
			return gconv.Conv(g, relu(gconv.Lift(g, x, w[0])), w[1])
		}, []int{g.Dim(), 2}, weights(rng, g.Dim(), 2, 3), weights(rng, g.Order(), 3, 2))
		check("two layers over "+g.Name, two, in, symmetry.Tensor(g.Regular(), g.Trivial(2)))
		pooled := newLayer(t, func(x *graph.Node, w []*graph.Node) *graph.Node {
			return gconv.Pool(gconv.Lift(g, x, w[0]), 1)
		}, []int{g.Dim(), 2}, lift.weights...)
		if r := symmetry.Equivariance(pooled.run, in.Maps, g.Trivial(3).Maps, points(in.Dim())); !(r.Error <= 1e-6) {
			t.Errorf("pool over %s: %v", g.Name, r)
		}
	}

	circle := symmetry.CyclicShifts(11)
	check("circular convolutions", newLayer(t, func(x *graph.Node, w []*graph.Node) *graph.Node {
		return gconv.Circular(relu(gconv.Circular(x, w[0])), w[1])
	}, []int{11, 2}, weights(rng, 3, 2, 4), weights(rng, 5, 4, 2)), symmetry.Tensor(circle.Natural(), circle.Trivial(2)), symmetry.Tensor(circle.Natural(), circle.Trivial(2)))

	c4 := symmetry.C4(6)
	check("C4 convolutions", newLayer(t, func(x *graph.Node, w []*graph.Node) *graph.Node {
		return gconv.ConvC4(relu(gconv.LiftC4(x, w[0])), w[1])
	}, []int{6, 6, 2}, weights(rng, 3, 3, 2, 3), weights(rng, 3, 3, 4, 3, 2)),
		symmetry.Tensor(c4.Natural(), c4.Trivial(2)), symmetry.Tensor(symmetry.Tensor(c4.Natural(), c4.Regular()), c4.Trivial(2)))
	invariant := newLayer(t, func(x *graph.Node, w []*graph.Node) *graph.Node { return gconv.Pool(gconv.LiftC4(x, w[0]), 1, 2, 3) },
		[]int{6, 6, 1}, weights(rng, 3, 3, 1, 4))
	if r := symmetry.Equivariance(invariant.run, c4.Elements, c4.Trivial(4).Maps, points(36)); !(r.Error <= 1e-6) {
		t.Errorf("C4 with pooling over places and orientations: %v", r)
	}
	// an ordinary convolution is not: turned pictures need turned kernels
	plain := newLayer(t, func(x *graph.Node, w []*graph.Node) *graph.Node { return graph.Convolve(x, w[0]).PadSame().Done() },
		[]int{6, 6, 1}, weights(rng, 3, 3, 1, 1))
	if r := symmetry.Equivariance(plain.run, c4.Elements, c4.Elements, points(36)); !(r.Error > 0.1) {
		t.Errorf("an ordinary convolution commutes with turns: %v", r)
	}

	s5 := symmetry.Permutations(5)
	check("sets", newLayer(t, func(x *graph.Node, w []*graph.Node) *graph.Node { return relu(gconv.Sets(x, w[0], w[1])) },
		[]int{5, 3}, weights(rng, 3, 2), weights(rng, 3, 2)), symmetry.Tensor(s5.Natural(), s5.Trivial(3)), symmetry.Tensor(s5.Natural(), s5.Trivial(2)))
}

// With one channel Lift and Conv are what package symmetry computes in float64 from the definitions, and so is Circular with a kernel
// as long as the circle. Rounding of sums of up to 24 products: 1e-5.
func TestAgainstDefinitions(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 5))
	wide := func(x []float32) []float64 {
		out := make([]float64, len(x))
		for i, v := range x {
			out[i] = float64(v)
		}
		return out
	}
	compare := func(name string, got []float32, want []float64) {
		t.Helper()
		if len(got) != len(want) {
			t.Fatalf("%s: %d numbers, want %d", name, len(got), len(want))
		}
		for i := range want {
			if !(math.Abs(float64(got[i])-want[i]) <= 1e-5*(1+math.Abs(want[i]))) {
				t.Errorf("%s, entry %d: %v, want %v", name, i, got[i], want[i])
			}
		}
	}
	for _, g := range []*symmetry.Group{symmetry.CyclicShifts(7), symmetry.D4(3), symmetry.Permutations(4), symmetry.Signs(3)} {
		x, w, f, psi := noise(rng, g.Dim()), noise(rng, g.Dim()), noise(rng, g.Order()), noise(rng, g.Order())
		lift := newLayer(t, func(x *graph.Node, w []*graph.Node) *graph.Node { return gconv.Lift(g, x, w[0]) }, []int{g.Dim(), 1}, tensors.FromFlatDataAndDimensions(w, g.Dim(), 1, 1))
		compare("Lift over "+g.Name, lift.run(x), g.Features(wide(w), wide(x), nil))
		conv := newLayer(t, func(x *graph.Node, w []*graph.Node) *graph.Node { return gconv.Conv(g, x, w[0]) }, []int{g.Order(), 1}, tensors.FromFlatDataAndDimensions(psi, g.Order(), 1, 1))
		compare("Conv over "+g.Name, conv.run(f), g.Cross(wide(psi), wide(f)))
	}
	// Circular, from the formula of its comment, two channels
	const n, k, in, out = 6, 3, 2, 2
	x, w := noise(rng, n*in), noise(rng, k*in*out)
	want := make([]float64, n*out)
	for i := range n {
		for o := range out {
			for j := range k {
				for c := range in {
					want[i*out+o] += float64(w[(j*in+c)*out+o]) * float64(x[(i+j-1+n)%n*in+c])
				}
			}
		}
	}
	compare("Circular", newLayer(t, func(x *graph.Node, w []*graph.Node) *graph.Node { return gconv.Circular(x, w[0]) }, []int{n, in}, tensors.FromFlatDataAndDimensions(w, k, in, out)).run(x), want)
	// LiftC4 at the centre of a 3×3 picture: the dot product with the kernel's turns
	p, kernel, c4 := noise(rng, 9), noise(rng, 9), symmetry.C4(3)
	got := newLayer(t, func(x *graph.Node, w []*graph.Node) *graph.Node { return gconv.LiftC4(x, w[0]) }, []int{3, 3, 1}, tensors.FromFlatDataAndDimensions(kernel, 3, 3, 1, 1)).run(p)
	compare("LiftC4 at the centre", got[4*4:4*5], c4.Features(wide(kernel), wide(p), nil))
}

// Weights that are shared get the sum of the gradients of all their copies: by central differences in random directions.
func TestGradient(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	g := symmetry.D4(3)
	loss := func(x, w, psi *graph.Node) *graph.Node {
		return graph.ReduceAllSum(graph.Square(gconv.Conv(g, graph.Tanh(gconv.Lift(g, x, w)), psi)))
	}
	e, err := graph.NewExec(open(t), func(x, w, psi *graph.Node) []*graph.Node {
		l := loss(x, w, psi)
		return append([]*graph.Node{l}, graph.Gradient(l, w, psi)...)
	})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Finalize()
	x := tensors.FromFlatDataAndDimensions(wideNoise(rng, 9), 1, 9, 1)
	call := func(w, psi []float64) [][]float64 {
		out, err := e.Call(x, tensors.FromFlatDataAndDimensions(w, 9, 1, 2), tensors.FromFlatDataAndDimensions(psi, 8, 2, 1))
		if err != nil {
			t.Fatal(err)
		}
		var r [][]float64
		for _, o := range out {
			r = append(r, tensors.MustCopyFlatData[float64](o))
			o.FinalizeAll()
		}
		return r
	}
	w, psi := wideNoise(rng, 18), wideNoise(rng, 16)
	grad := call(w, psi)
	const h = 1e-5
	for range 4 {
		dw, dp := wideNoise(rng, 18), wideNoise(rng, 16)
		at := func(s float64) float64 { return call(add(w, s, dw), add(psi, s, dp))[0][0] }
		numeric := (at(h) - at(-h)) / (2 * h)
		exact := 0.0
		for i, v := range dw {
			exact += v * grad[1][i]
		}
		for i, v := range dp {
			exact += v * grad[2][i]
		}
		if !(math.Abs(numeric-exact) <= 1e-6*(1+math.Abs(exact))) {
			t.Errorf("derivative %v, central difference %v", exact, numeric)
		}
	}
}

func wideNoise(rng *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	return x
}

func add(x []float64, s float64, y []float64) []float64 {
	z := make([]float64, len(x))
	for i := range z {
		z[i] = x[i] + s*y[i]
	}
	return z
}

func TestPanics(t *testing.T) {
	b := open(t)
	g := symmetry.CyclicShifts(4)
	for name, f := range map[string]func(x *graph.Node) *graph.Node{
		"gconv: Lift ": func(x *graph.Node) *graph.Node { return gconv.Lift(g, x, x) },
		"gconv: Lift: r1": func(x *graph.Node) *graph.Node {
			return gconv.Lift(symmetry.Rotations(3), x, graph.Reshape(x, 2, 3, 1))
		},
		"gconv: Conv ":     func(x *graph.Node) *graph.Node { return gconv.Conv(g, x, x) },
		"gconv: Circular ": func(x *graph.Node) *graph.Node { return gconv.Circular(x, x) },
		"gconv: LiftC4 ":   func(x *graph.Node) *graph.Node { return gconv.LiftC4(x, x) },
		"gconv: ConvC4 ":   func(x *graph.Node) *graph.Node { return gconv.ConvC4(x, x) },
		"gconv: Sets ":     func(x *graph.Node) *graph.Node { return gconv.Sets(x, x, x) },
	} {
		e, err := graph.NewExec(b, f)
		if err == nil {
			_, err = e.Call(tensors.FromFlatDataAndDimensions(make([]float32, 6), 1, 2, 3))
			e.Finalize()
		}
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// A layer over the quarter turns, then a maximum over them: the output does not know how the picture was turned.
func Example() {
	b, err := backend.New(context.Background())
	if err != nil {
		panic(err)
	}
	edge := [][][][]float32{{{{1}}, {{1}}, {{1}}}, {{{0}}, {{0}}, {{0}}}, {{{-1}}, {{-1}}, {{-1}}}} // [3, 3, 1, 1]
	layer, err := graph.NewExec(b, func(x *graph.Node) *graph.Node {
		return gconv.Pool(gconv.LiftC4(x, graph.Const(x.Graph(), edge)), 0, 1, 2, 3, 4)
	})
	if err != nil {
		panic(err)
	}
	defer layer.Finalize()
	picture := []float32{0, 0, 5, 0, 0, 5, 0, 0, 5}
	for _, g := range symmetry.C4(3).Elements {
		x := tensors.FromFlatDataAndDimensions(symmetry.Move(g, picture), 1, 3, 3, 1)
		y, err := layer.Call(x)
		if err != nil {
			panic(err)
		}
		fmt.Println(g.Name, y[0].Value())
		y[0].FinalizeAll()
		x.FinalizeAll()
	}
	// Output:
	// r0 15
	// r90 15
	// r180 15
	// r270 15
}
