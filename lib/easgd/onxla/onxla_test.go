package onxla_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/activation"
	"nncourse/lib/backend"
	"nncourse/lib/easgd"
	"nncourse/lib/easgd/onxla"
	"nncourse/lib/loss"
	"nncourse/lib/mlp"
)

const in, hidden, out = 3, 8, 2

// network is that of mlp.New(…, Tanh, in, hidden, out) with the loss ½‖p − y‖², its parameters in the order of Params.
func network(theta, x, y *graph.Node) *graph.Node {
	next := 0
	take := func(dims ...int) *graph.Node {
		n := 1
		for _, d := range dims {
			n *= d
		}
		part := graph.Slice(theta, graph.AxisRange(next, next+n))
		next += n
		return graph.Reshape(part, dims...)
	}
	dense := func(x *graph.Node, from, to int) *graph.Node { // x Wᵀ + b, W [to, from]
		w := graph.Transpose(take(to, from), 0, 1)
		return graph.Add(graph.Dot(x, w).Product(), take(1, to))
	}
	p := dense(graph.Tanh(dense(x, in, hidden)), hidden, out)
	return graph.DivScalar(graph.ReduceAllSum(graph.Square(graph.Sub(p, y))), 2*float64(x.Shape().Dimensions[0]))
}

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 39)) }

func samples() (x, y *mat.Dense, d onxla.Data) {
	rng := source(1)
	x, y = mat.NewDense(64, in, nil), mat.NewDense(64, out, nil)
	for i := range 64 {
		for j := range in {
			x.Set(i, j, float64(float32(rng.NormFloat64())))
		}
		y.Set(i, 0, float64(float32(math.Sin(x.At(i, 0)))))
		y.Set(i, 1, float64(float32(x.At(i, 1)*x.At(i, 2))))
	}
	d = onxla.Data{In: in, Out: out}
	for _, v := range x.RawMatrix().Data {
		d.X = append(d.X, float32(v))
	}
	for _, v := range y.RawMatrix().Data {
		d.Y = append(d.Y, float32(v))
	}
	return x, y, d
}

// The same network, batches and workers give the same way as lib/mlp in float64, up to float32; and goroutines with an Exec each
// come down as far.
func TestAgainstMLP(t *testing.T) {
	ctx := context.Background()
	b, err := backend.New(ctx)
	if err != nil {
		t.Fatal(err)
	}
	x, y, d := samples()
	n := mlp.New(source(2), activation.Tanh, in, hidden, out)
	crew := onxla.NewCrew(b, network, d, 4)
	defer crew.Close()
	m := easgd.EAMSGD{Rate: 0.02, Momentum: 0.5, Alpha: 0.2, Period: 3}
	plain := easgd.Network(n, x, y, loss.SquaredHalf, 4)
	run := easgd.Run{Workers: 4, Steps: 60}
	want, err := m.Minimize(ctx, plain, n.Params(), run, source(3))
	if err != nil {
		t.Fatal(err)
	}
	task := easgd.Task{Worker: crew.Worker, Loss: plain.Loss}
	got, err := m.Minimize(ctx, task, n.Params(), run, source(3))
	if err != nil || crew.Err() != nil {
		t.Fatal(err, crew.Err())
	}
	a, _ := got.Last()
	c, _ := want.Last()
	for j := range a {
		if !(math.Abs(a[j]-c[j]) < 1e-5) { // 240 gradients of relative accuracy 10⁻⁷, times a rate of 0.02
			t.Errorf("parameter %d: %v, lib/mlp has %v", j, a[j], c[j])
		}
	}
	if last := want.Loss[len(want.Loss)-1]; last > 0.8*want.Loss[0] {
		t.Errorf("the loss only fell from %v to %v: nothing to compare", want.Loss[0], last)
	}
	run.Scheduler = easgd.Goroutines{}
	run.Steps = 300
	free, err := m.Minimize(ctx, task, n.Params(), run, source(3))
	if err != nil || crew.Err() != nil || free.Loss[len(free.Loss)-1] > 0.5*free.Loss[0] {
		t.Errorf("goroutines: %v, %v, loss %v to %v", err, crew.Err(), free.Loss[0], free.Loss[len(free.Loss)-1])
	}
}

// A network that does not fit its parameters ends the run, and says why.
func TestBackendFailure(t *testing.T) {
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	_, _, d := samples()
	crew := onxla.NewCrew(b, network, d, 4)
	defer crew.Close()
	if _, err := (easgd.Sequential{Rate: 0.1}).Minimize(context.Background(), easgd.Task{Worker: crew.Worker}, make([]float64, 5), easgd.Run{Steps: 3}, source(1)); err == nil || crew.Err() == nil {
		t.Errorf("five parameters were enough: %v, %v", err, crew.Err())
	}
}

func ExampleCrew() {
	ctx := context.Background()
	b, err := backend.New(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	// Four samples of y = 2x: θ is one number, the loss ½(θx − y)².
	crew := onxla.NewCrew(b, func(theta, x, y *graph.Node) *graph.Node {
		return graph.DivScalar(graph.ReduceAllSum(graph.Square(graph.Sub(graph.Mul(x, graph.Reshape(theta, 1, 1)), y))), 4)
	}, onxla.Data{X: []float32{1, -1, 2, 0.5}, Y: []float32{2, -2, 4, 1}, In: 1, Out: 1}, 2)
	defer crew.Close()
	t, err := easgd.EASGD{Rate: 0.1, Alpha: 0.2, Period: 5}.Minimize(ctx, easgd.Task{Worker: crew.Worker}, []float64{0},
		easgd.Run{Workers: 4, Steps: 200, Scheduler: easgd.Goroutines{}}, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		fmt.Println(err, crew.Err())
		return
	}
	x, _ := t.Last()
	fmt.Printf("%.3f\n", x[0])
	// Output:
	// 2.000
}

// Gradient steps of one and of four goroutines on batches of 32 digits' size: ns/op is per gradient.
func BenchmarkCrew(bm *testing.B) {
	ctx := context.Background()
	b, err := backend.New(ctx)
	if err != nil {
		bm.Fatal(err)
	}
	const in, hidden, out = 784, 128, 10
	d := onxla.Data{X: make([]float32, 512*in), Y: make([]float32, 512*out), In: in, Out: out}
	rng := source(1)
	for i := range d.X {
		d.X[i] = rng.Float32()
	}
	net := func(theta, x, y *graph.Node) *graph.Node {
		w := graph.Reshape(graph.Slice(theta, graph.AxisRange(0, in*hidden)), in, hidden)
		v := graph.Reshape(graph.Slice(theta, graph.AxisRange(in*hidden, in*hidden+hidden*out)), hidden, out)
		p := graph.Dot(graph.Tanh(graph.Dot(x, w).Product()), v).Product()
		return graph.ReduceAllMean(graph.Square(graph.Sub(p, y)))
	}
	for _, p := range []int{1, 4} {
		bm.Run(fmt.Sprintf("%d goroutines", p), func(bm *testing.B) {
			crew := onxla.NewCrew(b, net, d, 32)
			defer crew.Close()
			run := easgd.Run{Workers: p, Steps: (bm.N + p - 1) / p, Every: 1 << 40, Scheduler: easgd.Goroutines{}}
			m := easgd.EASGD{Rate: 1e-4, Alpha: 0.2, Period: 10}
			if _, err := m.Minimize(ctx, easgd.Task{Worker: crew.Worker}, make([]float64, in*hidden+hidden*out), run, source(2)); err != nil {
				bm.Fatal(err, crew.Err())
			}
		})
	}
}

func TestPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("ragged data passed")
		}
	}()
	onxla.NewCrew(nil, network, onxla.Data{X: make([]float32, 7), Y: make([]float32, 4), In: 3, Out: 2}, 1)
}
