package spectrum

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// OfLeNet is the Hessian of OfModel for nets.LeNet, by hand and several times faster.
//
// It is Pearlmutter's R operator (1994, "Fast exact multiplication by the Hessian"): R{f} is the derivative of f along v,
// ∂/∂r f(θ + rv) at r = 0, and Hv = R{∇L}. Rules: R{θ} = v, R{x} = 0, R{ab} = R{a}b + aR{b}; so one forward and one
// backward pass of R values, beside the ordinary ones. Three things make it fast:
//
//  1. Weights and data stay while v changes, so the ordinary passes are done once (Refresh) and kept on the
//     device, about 0.35 MB a sample.
//  2. A convolution is a product of matrices: row (sample, place) of P(a) [batch·H·W, 25·C] is the 5×5 patch around the
//     place, z = P(a)W, and the gradient by the kernel is P(a)ᵀδ: two products that the CPU does at full speed, where XLA's
//     convolution by the kernel does not.
//  3. ReLU and max pool are piecewise linear: at given weights both are one fixed 0-1 mask. Equal maxima share (see
//     second.go); the derivative of the ReLU at 0 is 0.
//
// batch = 0 means 64. It panics and errs as OfModel does, and panics if m is no LeNet.
func OfLeNet(ctx context.Context, m *nets.Model, data *datasets.Images, batch int) (h *Hessian, err error) {
	m.CheckImages(data)
	if data.N == 0 {
		return nil, fmt.Errorf("spectrum: the Hessian over %q, which has no image", data.Name)
	}
	if m.Parameters() == 0 { // they exist once the net has computed something
		if _, _, err := m.Predict(ctx, data.Image(0)); err != nil {
			return nil, err
		}
	}
	var names []string
	for v := range m.Store.IterVariables() {
		if v.Trainable {
			names = append(names, v.Path())
		}
	}
	slices.Sort(names)
	want := []string{"/conv1/conv/biases", "/conv1/conv/weights", "/conv2/conv/biases", "/conv2/conv/weights",
		"/hidden/dense/biases", "/hidden/dense/weights", "/logits/dense/biases", "/logits/dense/weights"}
	if !slices.Equal(names, want) {
		panic(fmt.Sprintf("spectrum: OfLeNet: the model's variables are %s, and LeNet's %s", strings.Join(names, ", "), strings.Join(want, ", ")))
	}
	if batch <= 0 {
		batch = 64
	}
	batch = min(batch, data.N)
	l := &lenet{store: m.Store, names: names, n: data.N}
	h = &Hessian{N: data.N, mul: l.mul, free: l.free, fresh: l.refresh}
	for _, name := range names {
		s := m.Store.GetVariable(name).Shape()
		h.Params = append(h.Params, Param{name, s.Dimensions, h.Dim})
		h.Dim += s.Size()
	}
	l.params = h.Params
	defer func() {
		if err != nil {
			err = errors.Join(err, l.free())
		}
	}()
	x := tensors.FromFlatDataAndDimensions(data.Pix[:data.N*784], data.N, 28, 28, 1)
	y := tensors.FromFlatDataAndDimensions(data.Labels[:data.N], data.N)
	defer x.FinalizeAll()
	defer y.FinalizeAll()
	for lo := 0; lo < data.N; lo += batch {
		w := make([]float32, batch) // 1/N, and 0 for what fills up the last batch
		for j := range min(batch, data.N-lo) {
			w[j] = float32(1 / float64(data.N))
		}
		l.batches = append(l.batches, [3]*tensors.Tensor{rows(x, lo, batch), rows(y, lo, batch), tensors.FromFlatDataAndDimensions(w, batch)})
	}
	if l.prepare, err = model.NewExec(m.Backend, m.Store, l.ordinary); err != nil {
		return nil, fmt.Errorf("spectrum: %w", err)
	}
	if l.product, err = model.NewExec(m.Backend, m.Store, l.along); err != nil {
		return nil, fmt.Errorf("spectrum: %w", err)
	}
	// The gradient comes from the same ordinary passes.
	h.grad = func(context.Context, []float64) (float64, error) {
		return math.NaN(), errors.New("spectrum: OfLeNet has products only; the gradient is OfModel's")
	}
	return h, l.refresh(ctx)
}

// lenet holds the programs and what they keep.
type lenet struct {
	store            *model.Store
	names            []string
	params           []Param
	n                int
	batches          [][3]*tensors.Tensor // x, y, weights
	kept             [][]*tensors.Tensor  // what ordinary returned for each batch
	prepare, product *model.Exec
}

// weights are LeNet's variables, or a vector cut into their shapes.
type weights struct{ b1, w1, b2, w2, b3, w3, b4, w4 *graph.Node }

func (l *lenet) variables(g *graph.Graph) weights {
	v := func(i int) *graph.Node { return l.store.GetVariable(l.names[i]).NodeValue(g) }
	return weights{v(0), v(1), v(2), v(3), v(4), v(5), v(6), v(7)}
}

func (l *lenet) cut(v *graph.Node) weights {
	c := func(i int) *graph.Node {
		p := l.params[i]
		size := 1
		for _, d := range p.Dims {
			size *= d
		}
		return graph.Reshape(graph.Slice(v, graph.AxisRange(p.Offset, p.Offset+size)), p.Dims...)
	}
	return weights{c(0), c(1), c(2), c(3), c(4), c(5), c(6), c(7)}
}

const (
	c1, c2  = nets.LeNetConv1, nets.LeNetConv2
	flat    = 7 * 7 * c2
	kernel  = 5
	patched = kernel * kernel
)

// patches is P(a): a [batch, H, W, C] → [batch·H·W, 25·C], zeros outside the image.
func patches(a *graph.Node) *graph.Node {
	d := a.Shape().Dimensions
	zero, r := graph.ScalarZero(a.Graph(), a.DType()), kernel/2
	p := graph.Pad(a, zero, graph.PadAxis{}, graph.PadAxis{Start: r, End: r}, graph.PadAxis{Start: r, End: r}, graph.PadAxis{})
	var parts []*graph.Node
	for i := range kernel {
		for j := range kernel {
			parts = append(parts, graph.Slice(p, graph.AxisRange(), graph.AxisRange(i, i+d[1]), graph.AxisRange(j, j+d[2]), graph.AxisRange()))
		}
	}
	return graph.Reshape(graph.Concatenate(parts, -1), d[0]*d[1]*d[2], patched*d[3])
}

// halve sums over 2×2 windows, [batch, H, W, C] → [batch, H/2, W/2, C]; double is its adjoint.
func halve(u *graph.Node) *graph.Node {
	d := u.Shape().Dimensions
	return graph.ReduceSum(graph.Reshape(u, d[0], d[1]/2, 2, d[2]/2, 2, d[3]), 2, 4)
}

func double(u *graph.Node) *graph.Node {
	d := u.Shape().Dimensions
	u = graph.BroadcastToDims(graph.Reshape(u, d[0], d[1], 1, d[2], 1, d[3]), d[0], d[1], 2, d[2], 2, d[3])
	return graph.Reshape(u, d[0], 2*d[1], 2*d[2], d[3])
}

// pooled is max pool of ReLU of z [batch, H, W, C] with its mask: R{pooled} = halve(mask ∘ R{z}).
func pooled(z *graph.Node) (a, mask *graph.Node) {
	a = nets.MaxPool2(graph.Max(z, graph.ZerosLike(z)))
	// 1 where z is the largest of its window and positive, shared among equals
	hit := graph.Mul(graph.NonNegativeIndicator(graph.Sub(z, double(a))), graph.PositiveIndicator(z))
	count := graph.Max(halve(hit), graph.OnesLike(a))
	return a, graph.Div(hit, double(count))
}

func dot(a, b *graph.Node) *graph.Node { return graph.Dot(a, b).Product() } // [m, k]·[k, n]

// tdot is aᵀb: [k, m], [k, n] → [m, n].
func tdot(a, b *graph.Node) *graph.Node { return graph.DotGeneral(a, []int{0}, nil, b, []int{0}, nil) }

// dott is abᵀ: [m, k], [n, k] → [m, n].
func dott(a, b *graph.Node) *graph.Node { return graph.DotGeneral(a, []int{1}, nil, b, []int{1}, nil) }

// rank2 is u [batch, H, W, C] as [batch·H·W, C].
func rank2(u *graph.Node) *graph.Node { return graph.Reshape(u, -1, u.Shape().Dimensions[3]) }

// ordinary does the passes that do not depend on v, for the loss Σ_i w_i L_i: forward z_l, a_l, backward δ_l = ∂/∂z_l.
func (l *lenet) ordinary(_ *model.Scope, x, y, w *graph.Node) []*graph.Node {
	t, batch := l.variables(x.Graph()), x.Shape().Dimensions[0]
	// z₁ = P(x)W₁ + b₁,  a₁ = pool(ReLU(z₁));  the same for layer 2
	p1 := patches(x)
	a1, m1 := pooled(graph.Reshape(graph.Add(dot(p1, graph.Reshape(t.w1, patched, c1)), graph.ExpandDims(t.b1, 0)), batch, 28, 28, c1))
	p2 := patches(a1)
	a2, m2 := pooled(graph.Reshape(graph.Add(dot(p2, graph.Reshape(t.w2, patched*c1, c2)), graph.ExpandDims(t.b2, 0)), batch, 14, 14, c2))
	// a₃ = ReLU(a₂W₃ + b₃),  s = softmax(a₃W₄ + b₄)
	f := graph.Reshape(a2, batch, flat)
	z3 := graph.Add(dot(f, t.w3), graph.ExpandDims(t.b3, 0))
	m3 := graph.PositiveIndicator(z3)
	a3 := graph.Mul(z3, m3)
	s := graph.Softmax(graph.Add(dot(a3, t.w4), graph.ExpandDims(t.b4, 0)))
	// δ₄ = w(s − y),  δ₃ = δ₄W₄ᵀ ∘ m₃,  δ₂ = double(δ₃W₃ᵀ) ∘ m₂
	wc := graph.Reshape(w, batch, 1)
	d4 := graph.Mul(graph.Sub(s, graph.OneHot(y, nets.LeNetClasses, s.DType())), wc)
	d3 := graph.Mul(dott(d4, t.w4), m3)
	d2 := graph.Mul(double(graph.Reshape(dott(d3, t.w3), batch, 7, 7, c2)), m2)
	return []*graph.Node{p1, m1, p2, m2, f, m3, a3, s, d4, d3, d2, wc}
}

// along is Hv of a batch, from v [n] and what ordinary returned. R_q in the formulas is R{q}.
func (l *lenet) along(_ *model.Scope, in []*graph.Node) *graph.Node {
	v, p1, m1, p2, m2, f, m3, a3, s, d4, d3, d2, wc := in[0], in[1], in[2], in[3], in[4], in[5], in[6], in[7], in[8], in[9], in[10], in[11], in[12]
	t, u, batch := l.variables(v.Graph()), l.cut(v), f.Shape().Dimensions[0]
	row := func(b *graph.Node) *graph.Node { return graph.ExpandDims(b, 0) }

	// Forward. Ra₁ = halve(m₁ ∘ (P(x)V₁ + c₁))
	rz1 := graph.Add(dot(p1, graph.Reshape(u.w1, patched, c1)), row(u.b1))
	ra1 := halve(graph.Mul(graph.Reshape(rz1, batch, 28, 28, c1), m1))
	// Ra₂ = halve(m₂ ∘ (P(Ra₁)W₂ + P(a₁)V₂ + c₂))
	rp2 := patches(ra1)
	rz2 := graph.Add(graph.Add(dot(rp2, graph.Reshape(t.w2, patched*c1, c2)), dot(p2, graph.Reshape(u.w2, patched*c1, c2))), row(u.b2))
	rf := graph.Reshape(halve(graph.Mul(graph.Reshape(rz2, batch, 14, 14, c2), m2)), batch, flat)
	// Ra₃ = m₃ ∘ (Ra₂W₃ + a₂V₃ + c₃),  Rz₄ = Ra₃W₄ + a₃V₄ + c₄
	ra3 := graph.Mul(graph.Add(graph.Add(dot(rf, t.w3), dot(f, u.w3)), row(u.b3)), m3)
	rz4 := graph.Add(graph.Add(dot(ra3, t.w4), dot(a3, u.w4)), row(u.b4))

	// Backward. Rδ₄ = w(s ∘ (Rz₄ − ⟨s, Rz₄⟩))
	rd4 := graph.Mul(graph.Mul(s, graph.Sub(rz4, graph.ReduceAndKeep(graph.Mul(s, rz4), graph.ReduceSum, -1))), wc)
	// Rδ₃ = m₃ ∘ (Rδ₄W₄ᵀ + δ₄V₄ᵀ)
	rd3 := graph.Mul(graph.Add(dott(rd4, t.w4), dott(d4, u.w4)), m3)
	// Rδ₂ = m₂ ∘ double(Rδ₃W₃ᵀ + δ₃V₃ᵀ)
	rd2 := graph.Mul(double(graph.Reshape(graph.Add(dott(rd3, t.w3), dott(d3, u.w3)), batch, 7, 7, c2)), m2)
	// Rδ₁ = m₁ ∘ double(Rδ₂ ⋆ W₂ + δ₂ ⋆ V₂): one convolution of both with the kernels turned by 180°
	k := graph.Reverse(graph.Concatenate([]*graph.Node{t.w2, u.w2}, 3), 0, 1)
	k = graph.TransposeAllAxes(k, 0, 1, 3, 2) // [5, 5, 2·16, 8]
	rd1 := graph.Convolve(graph.Concatenate([]*graph.Node{rd2, d2}, 3), k).PadSame().Done()
	rd1 = graph.Mul(double(rd1), m1)

	// Gradients. R∂L/∂W_l = R(a_{l−1})ᵀδ_l + a_{l−1}ᵀRδ_l
	r1, r2 := rank2(rd1), rank2(rd2)
	out := []*graph.Node{
		graph.ReduceSum(r1, 0), tdot(p1, r1),
		graph.ReduceSum(r2, 0), graph.Add(tdot(rp2, rank2(d2)), tdot(p2, r2)),
		graph.ReduceSum(rd3, 0), graph.Add(tdot(rf, d3), tdot(f, rd3)),
		graph.ReduceSum(rd4, 0), graph.Add(tdot(ra3, d4), tdot(a3, rd4)),
	}
	for i := range out {
		out[i] = graph.Reshape(out[i], -1)
	}
	return graph.Concatenate(out, 0)
}

// refresh does the ordinary passes at the weights of now.
func (l *lenet) refresh(ctx context.Context) error {
	if err := l.drop(); err != nil {
		return err
	}
	for i, b := range l.batches {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		out, err := l.prepare.Call(b[0], b[1], b[2])
		if err != nil {
			return fmt.Errorf("spectrum: batch %d: %w", i, err)
		}
		l.kept = append(l.kept, out)
	}
	return nil
}

func (l *lenet) mul(ctx context.Context, dst, v []float64) (err error) {
	f := make([]float32, len(v))
	for i, x := range v {
		f[i] = float32(x)
	}
	t := tensors.FromFlatDataAndDimensions(f, len(f))
	defer func() { err = errors.Join(err, t.FinalizeAll()) }()
	clear(dst)
	for i, k := range l.kept {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		args := []any{t}
		for _, q := range k {
			args = append(args, q)
		}
		out, err := l.product.Call1(args...)
		if err != nil {
			return fmt.Errorf("spectrum: batch %d: %w", i, err)
		}
		if err := errors.Join(add(dst, out), out.FinalizeAll()); err != nil {
			return err
		}
	}
	return nil
}

// drop frees what refresh kept.
func (l *lenet) drop() error {
	var err error
	for _, k := range l.kept {
		for _, t := range k {
			err = errors.Join(err, t.FinalizeAll())
		}
	}
	l.kept = nil
	return err
}

func (l *lenet) free() error {
	err := l.drop()
	for _, b := range l.batches {
		for _, t := range b {
			err = errors.Join(err, t.FinalizeAll())
		}
	}
	l.batches = nil
	for _, e := range []*model.Exec{l.prepare, l.product} {
		if e != nil {
			e.Finalize()
		}
	}
	return err
}
