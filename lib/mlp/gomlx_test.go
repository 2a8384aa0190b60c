package mlp_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/backend"
	"nncourse/lib/loss"
	"nncourse/lib/mlp"
)

// graphActivations are the activations as GoMLX differentiates them.
var graphActivations = map[string]func(*graph.Node) *graph.Node{
	"identity": func(z *graph.Node) *graph.Node { return z },
	"relu":     func(z *graph.Node) *graph.Node { return graph.MaxScalar(z, 0) },
	"tanh":     graph.Tanh,
	"sigmoid":  graph.Sigmoid,
}

// graphLosses give the sum over the batch.
var graphLosses = map[string]func(y, p *graph.Node) *graph.Node{
	"squared-half": func(y, p *graph.Node) *graph.Node {
		return graph.DivScalar(graph.ReduceAllSum(graph.Square(graph.Sub(p, y))), 2)
	},
	"cross-entropy": func(y, p *graph.Node) *graph.Node {
		return graph.Neg(graph.ReduceAllSum(graph.Mul(y, graph.LogSoftmax(p))))
	},
}

// gomlx computes the mean loss and its gradient by GoMLX, in float64: in the order of Params, and by X.
func gomlx(t *testing.T, b compute.Backend, n *mlp.Net, x, y *mat.Dense, lossName string) (value float64, flat, dx []float64) {
	t.Helper()
	tensor := func(m *mat.Dense) *tensors.Tensor {
		r, c := m.Dims()
		return tensors.FromFlatDataAndDimensions(data(m), r, c)
	}
	args := []any{tensor(x), tensor(y)}
	for _, l := range n.Layers {
		args = append(args, tensor(l.W), tensors.FromFlatDataAndDimensions(append([]float64(nil), l.B...), 1, len(l.B)))
	}
	exec, err := graph.NewExec(b, func(in []*graph.Node) []*graph.Node {
		a, y := in[0], in[1]
		batch := a.Shape().Dimensions[0]
		for i, l := range n.Layers {
			w, bias := in[2+2*i], in[3+2*i]
			z := graph.Add(graph.MatMul(a, graph.Transpose(w, 0, 1)), graph.BroadcastToDims(bias, batch, len(l.B)))
			a = graphActivations[l.Act.Name](z)
		}
		j := graph.DivScalar(graphLosses[lossName](y, a), float64(batch))
		return append([]*graph.Node{j}, graph.Gradient(j, append([]*graph.Node{in[0]}, in[2:]...)...)...)
	})
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	out, err := exec.Call(args...)
	if err != nil {
		t.Fatal(err)
	}
	numbers := func(t *tensors.Tensor) []float64 { return tensors.MustCopyFlatData[float64](t) }
	value, dx = numbers(out[0])[0], numbers(out[1])
	for _, o := range out[2:] {
		flat = append(flat, numbers(o)...)
	}
	for _, o := range out {
		if err := o.FinalizeAll(); err != nil {
			t.Error(err)
		}
	}
	return value, flat, dx
}

// The gradient equals GoMLX's to far better than 10⁻⁶: both compute in float64, so that only rounding is left, 10⁻¹¹ for
// sums of up to 50 products in three layers. The pure-Go backend is always there, XLA where the course is set up.
func TestGradientsMatchGoMLX(t *testing.T) {
	pure, err := compute.NewWithConfig("go")
	if err != nil {
		t.Fatal(err)
	}
	chosen, err := backend.New(background)
	if err != nil {
		t.Fatal(err)
	}
	worst, compared := 0.0, 0
	for _, b := range []compute.Backend{pure, chosen} {
		rng := rand.New(rand.NewPCG(12, 1))
		for _, c := range []struct {
			sizes []int
			acts  []string
			loss  loss.Func
			batch int
		}{
			{[]int{3, 2}, []string{"identity"}, loss.SquaredHalf, 1},
			{[]int{4, 7, 3}, []string{"relu", "identity"}, loss.SoftmaxCrossEntropy, 9},
			{[]int{5, 6, 6, 4, 2}, []string{"tanh", "sigmoid", "relu", "identity"}, loss.SquaredHalf, 8},
			{[]int{2, 50, 50, 3}, []string{"tanh", "relu", "sigmoid"}, loss.SquaredHalf, 16},
		} {
			n := build(t, rng, c.sizes, c.acts...)
			x, y := gaussian(rng, c.batch, c.sizes[0]), mat.NewDense(c.batch, c.sizes[len(c.sizes)-1], nil)
			for i := range c.batch {
				y.Set(i, rng.IntN(c.sizes[len(c.sizes)-1]), 1)
			}
			wantJ, want, wantX := gomlx(t, b, n, x, y, c.loss.Name)
			j, g := n.Gradient(x, y, c.loss)
			near(t, b.Name()+": value", []float64{j}, []float64{wantJ}, 1e-11)
			near(t, b.Name()+": gradient", g.Flat(), want, 1e-11)
			near(t, b.Name()+": ∂J/∂X", data(g.X), wantX, 1e-11)
			for i, v := range g.Flat() {
				worst = math.Max(worst, math.Abs(v-want[i]))
				compared++
			}
		}
	}
	if compared == 0 || !(worst <= 1e-6) {
		t.Errorf("%d derivatives compared, worst difference %g", compared, worst)
	}
	t.Logf("%d derivatives, largest difference %.1g", compared, worst)
}
