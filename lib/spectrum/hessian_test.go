package spectrum

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/backend"
	"nncourse/lib/nets"
)

func open(t testing.TB) compute.Backend {
	t.Helper()
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// smallNet is a CNN [batch, 10, 10, 2] → [batch, 3] of 8·8… few parameters with what lacks a second derivative in GoMLX:
// gradients by the kernel of a convolution, a stride, a dilation, a maximum with equal entries, a slice.
func smallNet(scope *model.Scope, x *graph.Node) *graph.Node {
	batch := x.Shape().Dimensions[0]
	x = layers.Convolution(scope.At("a"), x).Channels(3).KernelSize(3).Dilations(2).PadSame().Done() // [batch, 10, 10, 3]
	x = nets.MaxPool2(graph.Max(x, graph.MulScalar(x, 0.1)))                                         // [batch, 5, 5, 3]
	x = layers.Convolution(scope.At("b"), x).Channels(4).KernelSize(3).Strides(2).PadSame().Done()
	x = graph.Tanh(x) // [batch, 3, 3, 4]
	x = layers.Convolution(scope.At("c"), x).Channels(2).KernelSize(3).PadSame().Done()
	x = graph.Reshape(x, batch, -1) // [batch, 3·3·2]
	y := graph.Slice(x, graph.AxisRange(), graph.AxisRange(1, 3))
	x = graph.Concatenate([]*graph.Node{graph.Mul(y, y), x}, -1)
	return layers.DenseWithBias(scope.At("d"), x, 3)
}

// small makes the net's variables of one type with weights that are not near a kink, and 7 samples whose lower half is
// empty, so that maxima are equal.
func small(t testing.TB, dtype dtypes.DType) (store *model.Store, x, y *tensors.Tensor) {
	rng := rand.New(rand.NewPCG(3, 4))
	const n = 7
	px, py := make([]float64, n*200), make([]int32, n)
	for i := range px {
		if i%200 < 100 {
			px[i] = rng.Float64()
		}
	}
	for i := range py {
		py[i] = int32(i % 3)
	}
	store = model.NewStore()
	for _, v := range []struct {
		name string
		dims []int
	}{
		{"/a/conv/weights", []int{3, 3, 2, 3}}, {"/a/conv/biases", []int{3}},
		{"/b/conv/weights", []int{3, 3, 3, 4}}, {"/b/conv/biases", []int{4}},
		{"/c/conv/weights", []int{3, 3, 4, 2}}, {"/c/conv/biases", []int{2}},
		{"/d/dense/weights", []int{20, 3}}, {"/d/dense/biases", []int{3}},
	} {
		size := 1
		for _, d := range v.dims {
			size *= d
		}
		w := make([]float64, size)
		for i := range w {
			w[i] = 0.5 * rng.NormFloat64()
		}
		if _, err := store.CreateVariable(v.name, float(dtype, w, v.dims...)); err != nil {
			t.Fatal(err)
		}
	}
	return store, float(dtype, px, n, 10, 10, 2), tensors.FromFlatDataAndDimensions(py, n)
}

func float(dtype dtypes.DType, v []float64, dims ...int) *tensors.Tensor {
	if dtype == dtypes.Float64 {
		return tensors.FromFlatDataAndDimensions(append([]float64(nil), v...), dims...)
	}
	f := make([]float32, len(v))
	for i := range v {
		f[i] = float32(v[i])
	}
	return tensors.FromFlatDataAndDimensions(f, dims...)
}

// move adds s·e to one parameter of a float64 store.
func move(t testing.TB, h *Hessian, store *model.Store, j int, s float64) {
	for _, p := range h.Params {
		size := 1
		for _, d := range p.Dims {
			size *= d
		}
		if j < p.Offset || j >= p.Offset+size {
			continue
		}
		v := store.GetVariable(p.Name)
		w := tensors.MustCopyFlatData[float64](v.MustValue())
		w[j-p.Offset] += s
		v.MustSetValue(tensors.FromFlatDataAndDimensions(w, p.Dims...))
	}
}

// The Hessian from products with the unit vectors is that of central differences of the gradient, and the gradient that of the
// loss; in float64, whatever the batch.
func TestHessianAgainstDifferences(t *testing.T) {
	ctx := context.Background()
	store, x, y := small(t, dtypes.Float64)
	h, err := NewHessian(ctx, open(t), store, CrossEntropy(smallNet), x, y, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	got, asymmetry, err := h.Operator().Matrix(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if asymmetry > 1e-12 {
		t.Errorf("the Hessian is not symmetric: %g", asymmetry)
	}
	grad := make([]float64, h.Dim)
	if _, err := h.Gradient(ctx, grad); err != nil {
		t.Fatal(err)
	}
	up, down := make([]float64, h.Dim), make([]float64, h.Dim)
	worst, worstGrad := 0.0, 0.0
	const step = 1e-5
	for j := range h.Dim {
		move(t, h, store, j, step)
		lu, err := h.Gradient(ctx, up)
		if err != nil {
			t.Fatal(err)
		}
		move(t, h, store, j, -2*step)
		ld, err := h.Gradient(ctx, down)
		if err != nil {
			t.Fatal(err)
		}
		move(t, h, store, j, step)
		worstGrad = max(worstGrad, math.Abs((lu-ld)/(2*step)-grad[j]))
		for i := range h.Dim {
			worst = max(worst, math.Abs((up[i]-down[i])/(2*step)-got.At(i, j)))
		}
	}
	// Central differences err by step²·f‴/6 ≈ 1e-10 and by rounding 1e-16/step = 1e-11.
	scale := mat.Max(got)
	t.Logf("%d parameters; largest entry %.3g; worst difference: gradient %.2g, Hessian %.2g", h.Dim, scale, worstGrad, worst)
	if worst > 1e-7*scale || worstGrad > 1e-7 {
		t.Errorf("worst difference: gradient %g, Hessian %g of %g", worstGrad, worst, scale)
	}
	if floats.Norm(grad, 2) < 1e-3 || scale < 1e-2 {
		t.Errorf("nothing was compared: |gradient| %g, largest entry %g", floats.Norm(grad, 2), scale)
	}
}
