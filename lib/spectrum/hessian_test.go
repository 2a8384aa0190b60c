package spectrum

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
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

// smallNet is a CNN [batch, 6, 6, 1] → [batch, 3] of 98 parameters with what lacks a second derivative in GoMLX:
// gradients by the kernel of a convolution, a stride, a dilation, a maximum with equal entries, a slice.
func smallNet(scope *model.Scope, x *graph.Node) *graph.Node {
	batch := x.Shape().Dimensions[0]
	x = layers.Convolution(scope.At("a"), x).Channels(2).KernelSize(3).Dilations(2).PadSame().Done() // [batch, 6, 6, 2]
	x = nets.MaxPool2(graph.Max(x, graph.MulScalar(x, 0.1)))                                         // [batch, 3, 3, 2]
	x = layers.Convolution(scope.At("b"), x).Channels(2).KernelSize(3).Strides(2).PadSame().Done()
	x = graph.Tanh(x) // [batch, 2, 2, 2]
	x = layers.Convolution(scope.At("c"), x).Channels(1).KernelSize(3).PadSame().Done()
	x = graph.Reshape(x, batch, -1) // [batch, 2·2·1]
	y := graph.Slice(x, graph.AxisRange(), graph.AxisRange(1, 3))
	x = graph.Concatenate([]*graph.Node{graph.Mul(y, y), x}, -1)
	return layers.DenseWithBias(scope.At("d"), x, 3)
}

// small makes the net's variables of one type with weights that are not near a kink, and 7 samples whose lower half is
// empty, so that maxima are equal.
func small(t testing.TB, dtype dtypes.DType) (store *model.Store, x, y *tensors.Tensor) {
	rng := rand.New(rand.NewPCG(3, 4))
	const n = 7
	px, py := make([]float64, n*36), make([]int32, n)
	for i := range px {
		if i%36 < 18 {
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
		{"/a/conv/weights", []int{3, 3, 1, 2}}, {"/a/conv/biases", []int{2}},
		{"/b/conv/weights", []int{3, 3, 2, 2}}, {"/b/conv/biases", []int{2}},
		{"/c/conv/weights", []int{3, 3, 2, 1}}, {"/c/conv/biases", []int{1}},
		{"/d/dense/weights", []int{6, 3}}, {"/d/dense/biases", []int{3}},
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
	return store, float(dtype, px, n, 6, 6, 1), tensors.FromFlatDataAndDimensions(py, n)
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
	h, err = NewHessian(ctx, open(t), store, CrossEntropy(smallNet), x, y, 7) // the gradient from one batch, the Hessian from three
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
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

// What cannot be exact is refused: GoMLX's gradient of a convolution with a kernel of even size is wrong, and a max pool over windows has no
// second derivative.
func TestHessianRefuses(t *testing.T) {
	x, y := tensors.FromScalarAndDimensions(float32(0.5), 2, 6, 6, 1), tensors.FromFlatDataAndDimensions([]int32{0, 1}, 2)
	for want, middle := range map[string]func(scope *model.Scope, x *graph.Node) *graph.Node{
		"kernels of even size": func(scope *model.Scope, x *graph.Node) *graph.Node {
			return layers.Convolution(scope.At("b"), x).Channels(3).KernelSize(2).NoPadding().Done()
		},
		"pools must be written by reshape": func(scope *model.Scope, x *graph.Node) *graph.Node { return graph.MaxPool(x).Window(2).Done() },
	} {
		store := model.NewStore()
		store.SetParam(model.ParamInitialSeed, int64(1))
		net := func(scope *model.Scope, x *graph.Node) *graph.Node {
			x = graph.Tanh(layers.Convolution(scope.At("a"), x).Channels(4).KernelSize(3).PadSame().Done())
			x = graph.Tanh(middle(scope, x))
			return layers.DenseWithBias(scope.At("c"), graph.Reshape(x, x.Shape().Dimensions[0], -1), 3)
		}
		h, err := NewHessian(context.Background(), open(t), store, CrossEntropy(net), x, y, 0)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
		if err == nil {
			h.Close()
		}
	}
}

// A stopped context ends a product, and the helpers agree with each other.
func TestHessianHelpers(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	store, x, y := small(t, dtypes.Float32)
	h, err := NewHessian(ctx, open(t), store, CrossEntropy(smallNet), x, y, 4)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	a, _, err := h.Operator().Matrix(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var e mat.EigenSym
	e.Factorize(a, false)
	want := e.Values(nil)
	rng := rand.New(rand.NewPCG(8, 8))
	top, err := h.Top(ctx, 3, rng)
	if err != nil {
		t.Fatal(err)
	}
	bottom, err := h.Bottom(ctx, 1, rng)
	if err != nil {
		t.Fatal(err)
	}
	trace, err := h.Trace(ctx, 40, rng)
	if err != nil {
		t.Fatal(err)
	}
	n := len(want)
	// a Ritz value's error is its residual squared over a gap, below 1e-4 of the largest; float32 products err by 1e-6
	for i, p := range append(top, bottom...) {
		w := want[max(0, n-1-i)]
		if i == 3 {
			w = want[0]
		}
		if math.Abs(p.Value-w) > 1e-4*want[n-1] {
			t.Errorf("eigenvalue %d: %g, want %g", i, p.Value, w)
		}
	}
	if math.Abs(trace.Mean-floats.Sum(want)) > 4*trace.Error {
		t.Errorf("trace %g ± %g, want %g", trace.Mean, trace.Error, floats.Sum(want))
	}
	stop()
	if err := h.Mul(ctx, make([]float64, h.Dim), make([]float64, h.Dim)); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}
