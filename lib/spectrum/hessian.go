package spectrum

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/floats"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// Hessian is the matrix of second derivatives of a mean loss by all parameters, H = ∂²/∂θ² (1/N) Σ_i L(θ; x_i, y_i),
// known through its products with vectors. θ is the concatenation of the parameters in the order of Params.
//
// Make one with OfModel (a classifier of the course), NewHessian (any GoMLX loss) or OfLeNet (the same matrix as
// OfModel on LeNet, by hand and faster); ask it for Top, Bottom, Trace and Spectrum, or hand its Operator to any
// algorithm of this package. It follows the model: each product is with the Hessian at the weights of that moment
// (for OfLeNet: of the last Refresh). One goroutine at a time.
type Hessian struct {
	Dim    int // number of parameters n
	N      int // number of samples
	Params []Param
	mul    func(ctx context.Context, dst, v []float64) error
	grad   func(ctx context.Context, dst []float64) (loss float64, err error)
	free   func() error
	fresh  func(ctx context.Context) error // nil where each product reads the weights anew
}

// Param is one variable's place in θ.
type Param struct {
	Name   string // "/conv1/conv/weights"
	Dims   []int
	Offset int // of its first entry in θ
}

// Loss is a GoMLX graph function: inputs x [batch, …] and targets y [batch, …] → the loss of each sample, [batch].
// It must treat the samples of a batch independently (no batch normalisation in training mode, no dropout).
type Loss func(scope *model.Scope, x, y *graph.Node) *graph.Node

// CrossEntropy is the loss −log softmax(f(x))_y of a classifier f with labels y [batch] of int32.
func CrossEntropy(logits func(scope *model.Scope, x *graph.Node) *graph.Node) Loss {
	return func(scope *model.Scope, x, y *graph.Node) *graph.Node {
		z := logits(scope, x) // [batch, classes]
		// log Σ_k e^{z_k} − z_y, the largest logit taken out first
		z = graph.Sub(z, graph.StopGradient(graph.ReduceAndKeep(z, graph.ReduceMax, -1)))
		hot := graph.OneHot(y, z.Shape().Dimensions[1], z.DType())
		return graph.Sub(graph.Log(graph.ReduceSum(graph.Exp(z), -1)), graph.ReduceSum(graph.Mul(z, hot), -1))
	}
}

// OfModel is the Hessian of the mean cross-entropy of a model over all of data, batch images at a time (0 means
// 256): the mean over data is exact, whatever the batch. It copies data to the device.
//
// It panics if the images are not of the shape that the model reads, and errs on an empty set, on layers that have no
// second derivative in GoMLX (max and mean pools as window operations: pool by reshape, as nets.MaxPool2), and as the
// backend does.
func OfModel(ctx context.Context, m *nets.Model, data *datasets.Images, batch int) (*Hessian, error) {
	m.CheckImages(data)
	if data.N == 0 {
		return nil, fmt.Errorf("spectrum: the Hessian over %q, which has no image", data.Name)
	}
	x := tensors.FromFlatDataAndDimensions(data.Pix[:data.N*data.H*data.W*data.C], data.N, data.H, data.W, data.C)
	y := tensors.FromFlatDataAndDimensions(data.Labels[:data.N], data.N)
	defer x.FinalizeAll()
	defer y.FinalizeAll()
	return NewHessian(ctx, m.Backend, m.Store, CrossEntropy(m.Logits), x, y, batch)
}

// NewHessian is the Hessian of the mean of a loss over samples x [N, …] and y [N, …], by all trainable variables of
// the store, which must be of one type, float32 or float64: that is the type of the products too.
//
//	H v = ∂/∂θ ⟨∂L/∂θ, v⟩        (reverse over reverse; Pearlmutter 1994 is the same number)
//
// The samples are cut into batches of one shape; the last is filled up with copies of sample 0 that weigh nothing,
// and each sample weighs 1/N. A product costs about three gradients. Errors as for OfModel; and a Hessian that is not
// symmetric, which tells that GoMLX's gradient of some layer is wrong, is refused.
func NewHessian(ctx context.Context, backend compute.Backend, store *model.Store, loss Loss, x, y *tensors.Tensor, batch int) (h *Hessian, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if x.Rank() == 0 || y.Rank() == 0 || x.Shape().Dimensions[0] != y.Shape().Dimensions[0] || x.Shape().Dimensions[0] == 0 {
		panic(fmt.Sprintf("spectrum: NewHessian: inputs %s and targets %s do not share a first axis of at least 1 sample", x.Shape(), y.Shape()))
	}
	n := x.Shape().Dimensions[0]
	if batch <= 0 {
		batch = 256
	}
	batch = min(batch, n)
	s := &second{backend: backend, store: store}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.free())
		}
	}()

	// The variables exist once the loss was computed.
	forward, err := model.NewExec(backend, store, func(scope *model.Scope, x, y *graph.Node) *graph.Node { return loss(scope, x, y) })
	if err != nil {
		return nil, fmt.Errorf("spectrum: %w", err)
	}
	defer forward.Finalize()
	for lo := 0; lo < n; lo += batch {
		b := [3]*tensors.Tensor{rows(x, lo, batch), rows(y, lo, batch)}
		s.batches = append(s.batches, b)
		if b[0] == nil || b[1] == nil {
			return nil, fmt.Errorf("spectrum: samples of types %s and %s: float32, float64, int32 and int64 are known", x.DType(), y.DType())
		}
	}
	first, err := forward.Call1(s.batches[0][0], s.batches[0][1])
	if err != nil {
		return nil, fmt.Errorf("spectrum: the loss cannot be computed: %w", err)
	}
	shape := first.Shape()
	first.FinalizeAll()
	if shape.Rank() != 1 || shape.Dimensions[0] != batch {
		return nil, fmt.Errorf("spectrum: the loss of a batch of %d is %s, want one number a sample: [%d]", batch, shape, batch)
	}

	h = &Hessian{N: n, mul: s.mul, grad: s.grad, free: s.free}
	for v := range store.IterVariables() {
		if v.Trainable {
			s.vars = append(s.vars, v)
		}
	}
	slices.SortFunc(s.vars, func(a, b *model.Variable) int { return strings.Compare(a.Path(), b.Path()) })
	for _, v := range s.vars {
		if s.dtype == dtypes.InvalidDType {
			s.dtype = v.DType()
		}
		if v.DType() != s.dtype || s.dtype != dtypes.Float32 && s.dtype != dtypes.Float64 {
			return nil, fmt.Errorf("spectrum: variable %s is %s; all must be float32, or all float64", v.Path(), v.Shape())
		}
		h.Params = append(h.Params, Param{v.Path(), v.Shape().Dimensions, h.Dim})
		h.Dim += v.Shape().Size()
	}
	if h.Dim == 0 {
		return nil, errors.New("spectrum: the model has no trainable variable, so there is no Hessian")
	}
	s.params, s.dim = h.Params, h.Dim
	// Weights of the samples: 1/N, and 0 for what fills up the last batch.
	for i := range s.batches {
		w := make([]float64, batch)
		for j := range min(batch, n-i*batch) {
			w[j] = 1 / float64(n)
		}
		s.batches[i][2] = s.tensor(w)
	}
	s.product, err = model.NewExec(backend, store, func(scope *model.Scope, v, x, y, w *graph.Node) *graph.Node {
		g := v.Graph()
		defer mark(g)()
		theta := s.nodes(g)
		mean := graph.ReduceAllSum(graph.Mul(loss(scope, x, y), w))
		return s.flat(graph.Gradient(s.inner(graph.Gradient(mean, theta...), v), theta...))
	})
	if err != nil {
		return nil, fmt.Errorf("spectrum: %w", err)
	}
	s.gradient, err = model.NewExec(backend, store, func(scope *model.Scope, x, y, w *graph.Node) (value, gradient *graph.Node) {
		g := x.Graph()
		defer mark(g)()
		theta := s.nodes(g)
		mean := graph.ReduceAllSum(graph.Mul(loss(scope, x, y), w))
		return mean, s.flat(graph.Gradient(mean, theta...))
	})
	if err != nil {
		return nil, fmt.Errorf("spectrum: %w", err)
	}
	return h, s.symmetric(ctx)
}

// symmetric tests uᵀHv = vᵀHu on the first batch, for random u and v. Only the derivative of a true gradient passes, so the
// test finds a layer whose first gradient is wrong: in GoMLX 0.28, convolutions with kernels of even size.
func (s *second) symmetric(ctx context.Context) error {
	rng := rand.New(rand.NewPCG(1, 1))
	u, v := Normal(s.dim, rng), Normal(s.dim, rng)
	hu, hv := make([]float64, s.dim), make([]float64, s.dim)
	first := *s
	first.batches = s.batches[:1]
	if err := errors.Join(first.mul(ctx, hu, u), first.mul(ctx, hv, v)); err != nil {
		return err
	}
	// Both are of the size ‖Hv‖ = ‖u‖‖Hv‖/√n; rounding in float32 leaves 10⁻⁶‖u‖‖Hv‖, a wrong gradient about 1 in place of 10⁻².
	size := floats.Norm(hv, 2) + floats.Norm(hu, 2)
	if d := math.Abs(floats.Dot(u, hv) - floats.Dot(v, hu)); d > 1e-2*size+1e-6*size*math.Sqrt(float64(s.dim)) {
		return fmt.Errorf("spectrum: uᵀHv and vᵀHu differ by %.2g of their size, so some layer's gradient in GoMLX is not that of the loss; convolutions with kernels of even size are such: use odd ones", d/size)
	}
	return nil
}

// second holds the programs of NewHessian.
type second struct {
	backend           compute.Backend
	store             *model.Store
	vars              []*model.Variable
	params            []Param
	dim               int
	dtype             dtypes.DType
	batches           [][3]*tensors.Tensor // x, y, weights; on the device
	product, gradient *model.Exec
}

// nodes are the variables in a graph, in order.
func (s *second) nodes(g *graph.Graph) []*graph.Node {
	theta := make([]*graph.Node, len(s.vars))
	for i, v := range s.vars {
		theta[i] = v.NodeValue(g)
	}
	return theta
}

// flat is one vector [n] of all.
func (s *second) flat(parts []*graph.Node) *graph.Node {
	for i, p := range parts {
		parts[i] = graph.Reshape(p, -1)
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return graph.Concatenate(parts, 0)
}

// inner is ⟨parts, v⟩ with v [n] as a constant.
func (s *second) inner(parts []*graph.Node, v *graph.Node) *graph.Node {
	v = graph.StopGradient(v)
	var sum *graph.Node
	for i, p := range parts {
		o := s.params[i].Offset
		piece := graph.Reshape(graph.Slice(v, graph.AxisRange(o, o+p.Shape().Size())), p.Shape().Dimensions...)
		d := graph.ReduceAllSum(graph.Mul(p, piece))
		if sum == nil {
			sum = d
		} else {
			sum = graph.Add(sum, d)
		}
	}
	return sum
}

func (s *second) tensor(v []float64) *tensors.Tensor {
	if s.dtype == dtypes.Float64 {
		return tensors.FromFlatDataAndDimensions(slices.Clone(v), len(v))
	}
	f := make([]float32, len(v))
	for i, x := range v {
		f[i] = float32(x)
	}
	return tensors.FromFlatDataAndDimensions(f, len(f))
}

// add adds a result of a batch to dst.
func add(dst []float64, t *tensors.Tensor) error {
	if t.DType() == dtypes.Float64 {
		return tensors.ConstFlatData(t, func(flat []float64) {
			for i, x := range flat {
				dst[i] += x
			}
		})
	}
	return tensors.ConstFlatData(t, func(flat []float32) {
		for i, x := range flat {
			dst[i] += float64(x)
		}
	})
}

// mul sums the products of the batches.
func (s *second) mul(ctx context.Context, dst, v []float64) (err error) {
	t := s.tensor(v)
	defer func() { err = errors.Join(err, t.FinalizeAll()) }()
	clear(dst)
	for i, b := range s.batches {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		out, err := s.product.Call1(t, b[0], b[1], b[2])
		if err != nil {
			return explain(i, err)
		}
		if err := errors.Join(add(dst, out), out.FinalizeAll()); err != nil {
			return err
		}
	}
	return nil
}

func (s *second) grad(ctx context.Context, dst []float64) (loss float64, err error) {
	clear(dst)
	value := make([]float64, 1)
	for i, b := range s.batches {
		if err := context.Cause(ctx); err != nil {
			return 0, err
		}
		out, err := s.gradient.Call(b[0], b[1], b[2])
		if err != nil {
			return 0, explain(i, err)
		}
		if err := errors.Join(add(value, out[0]), add(dst, out[1]), out[0].FinalizeAll(), out[1].FinalizeAll()); err != nil {
			return 0, err
		}
	}
	return value[0], nil
}

// explain adds what to do where GoMLX has no second derivative.
func explain(batch int, err error) error {
	for _, hint := range []string{"no gradient is defined yet", "gradient of Pad", "gradient of ReduceWindow", "input dilation"} {
		if strings.Contains(err.Error(), hint) {
			return fmt.Errorf("spectrum: a layer of this model has no second derivative in GoMLX; pools must be written by reshape (nets.MaxPool2), not as window operations: %w", err)
		}
	}
	return fmt.Errorf("spectrum: batch %d: %w", batch, err)
}

func (s *second) free() error {
	var err error
	for _, b := range s.batches {
		for _, t := range b {
			if t != nil {
				err = errors.Join(err, t.FinalizeAll())
			}
		}
	}
	s.batches = nil
	if s.product != nil {
		s.product.Finalize()
	}
	if s.gradient != nil {
		s.gradient.Finalize()
	}
	return err
}

// rows copies rows lo…lo+batch−1 of t, with row 0 in place of those past the end; nil for a type that is not known.
func rows(t *tensors.Tensor, lo, batch int) *tensors.Tensor {
	switch t.DType() {
	case dtypes.Float32:
		return rowsOf[float32](t, lo, batch)
	case dtypes.Float64:
		return rowsOf[float64](t, lo, batch)
	case dtypes.Int32:
		return rowsOf[int32](t, lo, batch)
	case dtypes.Int64:
		return rowsOf[int64](t, lo, batch)
	}
	return nil
}

func rowsOf[T float32 | float64 | int32 | int64](t *tensors.Tensor, lo, batch int) *tensors.Tensor {
	dims := slices.Clone(t.Shape().Dimensions)
	n, size := dims[0], t.Shape().Size()/dims[0]
	out := make([]T, batch*size)
	tensors.MustConstFlatData(t, func(flat []T) {
		for i := range batch {
			r := lo + i
			if r >= n {
				r = 0
			}
			copy(out[i*size:(i+1)*size], flat[r*size:(r+1)*size])
		}
	})
	dims[0] = batch
	return tensors.FromFlatDataAndDimensions(out, dims...)
}

// Mul writes Hv into dst; both have h.Dim entries. The numbers pass through the type of the variables, float32
// mostly. It errs as the backend does, when ctx ends (looked at before each batch), and if v is too large for the type.
func (h *Hessian) Mul(ctx context.Context, dst, v []float64) error {
	if len(dst) != h.Dim || len(v) != h.Dim {
		panic(fmt.Sprintf("spectrum: Hessian.Mul: %d and %d entries, want %d", len(dst), len(v), h.Dim))
	}
	return h.mul(ctx, dst, v)
}

// Gradient writes the gradient of the mean loss into dst (h.Dim entries) and returns the loss.
func (h *Hessian) Gradient(ctx context.Context, dst []float64) (loss float64, err error) {
	if len(dst) != h.Dim {
		panic(fmt.Sprintf("spectrum: Hessian.Gradient: %d entries, want %d", len(dst), h.Dim))
	}
	return h.grad(ctx, dst)
}

// Refresh makes a Hessian of OfLeNet read the model's weights anew; the others read them at each product anyway.
func (h *Hessian) Refresh(ctx context.Context) error {
	if h.fresh == nil {
		return nil
	}
	return h.fresh(ctx)
}

// Close frees the copies of the data and the programs. The Hessian is of no use afterwards.
func (h *Hessian) Close() error { return h.free() }

// Operator is the Hessian as a symmetric matrix for the algorithms of this package.
func (h *Hessian) Operator() Operator { return Operator{Dim: h.Dim, Mul: h.Mul} }

// Top finds the k largest eigenvalues with their eigenvectors, in descending order: Top(ctx, 1, rng)[0].Value is λmax.
// See the function Top, here with its own number of steps. About 10 to 60 products.
func (h *Hessian) Top(ctx context.Context, k int, rng *rand.Rand) ([]Pair, error) {
	return Top(ctx, h.Operator(), k, 0, rng)
}

// Bottom finds the k most negative eigenvalues, in ascending order.
func (h *Hessian) Bottom(ctx context.Context, k int, rng *rand.Rand) ([]Pair, error) {
	return Bottom(ctx, h.Operator(), k, 0, rng)
}

// Trace estimates Σ λ_i by Hutchinson's method: one product a probe.
func (h *Hessian) Trace(ctx context.Context, probes int, rng *rand.Rand) (Estimate, error) {
	return Trace(ctx, h.Operator(), probes, rng)
}

// Spectrum estimates the distribution of all eigenvalues: steps·probes products.
func (h *Hessian) Spectrum(ctx context.Context, steps, probes int, rng *rand.Rand) (*Spectrum, error) {
	return SLQ{Steps: steps, Probes: probes}.Run(ctx, h.Operator(), rng)
}

// LambdaMax is the largest eigenvalue of the Hessian of the mean cross-entropy over data: the sharpness of the place
// where a training ended. Gradient descent of a rate above 2/LambdaMax cannot stay there.
func LambdaMax(ctx context.Context, m *nets.Model, data *datasets.Images, rng *rand.Rand) (value float64, err error) {
	h, err := OfModel(ctx, m, data, 0)
	if err != nil {
		return math.NaN(), err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	top, err := h.Top(ctx, 1, rng)
	if err != nil {
		return math.NaN(), err
	}
	return top[0].Value, nil
}
