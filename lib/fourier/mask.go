package fourier

import (
	"context"
	"fmt"
	"math"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// MaskSearch learns which frequencies a network Φ needs: for each class a real mask M on the spectrum, with entries in [0, 1], as small
// as can be while the network's loss stays what it was (Karantzas, Besier, Caro, Pitkow, Tolias, Patel, Anselmi,
// "Understanding robustness and generalization of artificial neural networks through Fourier masks", Frontiers in
// Artificial Intelligence 5, 2022):
//
//		M_Φ(λ, p) = argmin_M  1/n Σ_x exp((L(Φ(x̄), y) − L(Φ(x), y))²) + λ‖M‖_p,    x̄ = Re F⁻¹(M ⊙ Fx)
//
//	 1. M = 1 everywhere, where the first term is 1 and its gradient 0
//	 2. g, the gradient of the first term by all images (on the backend, through Filter), plus that of the second
//	 3. a step of Adam (in float64, on the host), M ← clip(M, 0, 1)
//	 4. from 2, Steps times, with the step falling to 0 along a half cosine
//
// L is the cross entropy. The sum is divided by the number n of a class's images, so that λ does not depend on it. exp(t²) overflows
// float32 for |t| > 9.4 and float64 for |t| > 26.6; above t² = 20 it is continued by its tangent in t², which keeps a gradient.
//
// Images are real: entries at (u, v) and (−u, −v) have equal gradients and stay equal.
type MaskSearch struct {
	Lambda float64 // λ ≥ 0, the price of an entry
	P      float64 // p ≥ 1 of ‖M‖_p = (Σ M^p)^(1/p): 0 = 1, which leaves few entries above 0
	Steps  int     // 0 = 150
	Rate   float64 // first step length of Adam (β₁ = 0.9, β₂ = 0.999), in the units of M: 0 = 0.05
	Shared bool    // one mask for the images of all classes
	Slots  int     // images in one execution: 0 = 100

	Progress func(done, total int)
}

// Masks are learned masks and the way to them.
type Masks struct {
	H, W      int
	M         [][]float64 // [classes, or 1 if Shared][H·W], in the order of a transform, in [0, 1]
	Change    [][]float64 // [classes or 1][steps+1] the first term before each step and after the last: 1 if no loss has changed
	Norm      [][]float64 // [classes or 1][steps+1] ‖M‖_p
	Objective [][]float64 // [classes or 1][steps+1] Change + λ·Norm
}

const expLinear = 20 // t² from which exp(t²) goes on as its tangent

// Learn learns the masks of m on the images, whose labels say the classes; x̄ is not clipped into [0, 1]. The masks of classes
// without images stay 1.
//
// Each step costs a forward and a backward pass of all images. The error is the context's or the backend's, or tells that the
// objective was not finite, which with a finite network does not happen. It panics if the images do not fit the model, if
// there are none, and on settings outside their ranges.
func (s MaskSearch) Learn(ctx context.Context, m *nets.Model, d *datasets.Images) (*Masks, error) {
	s = s.withDefaults()
	m.CheckImages(d)
	if d.N == 0 {
		panic("fourier: MaskSearch without images")
	}
	size, groups := d.H*d.W, m.Classes
	if s.Shared {
		groups = 1
	}
	k := &Masks{H: d.H, W: d.W}
	_, logits, err := m.Predict(ctx, d.Pix[:d.N*size*d.C])
	if err != nil {
		return nil, fmt.Errorf("fourier: %w", err)
	}
	// what does not change: each image's group, loss before, and share in its group's mean; padded to whole executions
	n := (d.N + s.Slots - 1) / s.Slots * s.Slots
	group, label, before, share := make([]int32, n), make([]int32, n), make([]float32, n), make([]float32, n)
	count := make([]int, groups)
	for i := range d.N {
		label[i] = d.Labels[i]
		if !s.Shared {
			group[i] = label[i]
		}
		count[group[i]]++
		before[i] = crossEntropy(logits[i*m.Classes:(i+1)*m.Classes], label[i])
	}
	for i := range d.N {
		share[i] = 1 / float32(count[group[i]])
	}
	p, err := s.program(m, d, group, label, before, share)
	if err != nil {
		return nil, err
	}
	defer p.close()

	k.M, k.Change, k.Norm, k.Objective = make([][]float64, groups), make([][]float64, groups), make([][]float64, groups), make([][]float64, groups)
	for c := range k.M {
		k.M[c] = make([]float64, size)
		for j := range k.M[c] {
			k.M[c][j] = 1
		}
	}
	first, second := make([]float64, groups*size), make([]float64, groups*size) // Adam's moments
	for step := 0; ; step++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if s.Progress != nil {
			s.Progress(step, s.Steps)
		}
		change, g, err := p.gradient(k.M)
		if err != nil {
			return nil, err
		}
		rate := s.Rate / 2 * (1 + math.Cos(math.Pi*float64(step)/float64(s.Steps)))
		for c, mask := range k.M {
			norm, dNorm := pNorm(mask, s.P)
			if count[c] == 0 {
				change[c] = 1
			}
			k.Change[c], k.Norm[c], k.Objective[c] = append(k.Change[c], change[c]), append(k.Norm[c], norm), append(k.Objective[c], change[c]+s.Lambda*norm)
			if math.IsNaN(change[c]) || math.IsInf(change[c], 0) {
				return nil, fmt.Errorf("fourier: MaskSearch: step %d: the change of class %d's loss is %v", step, c, change[c])
			}
			if step == s.Steps || count[c] == 0 {
				continue
			}
			next := make([]float64, size)
			for j := range mask {
				// the two entries of a pair have the same gradient, up to float32's round-off
				grad := (g[c*size+j]+g[c*size+Mirror(j, d.H, d.W)])/2 + s.Lambda*dNorm[j]
				a, b := &first[c*size+j], &second[c*size+j]
				*a, *b = 0.9**a+0.1*grad, 0.999**b+0.001*grad*grad
				t := float64(step + 1)
				next[j] = mask[j] - rate*(*a/(1-math.Pow(0.9, t)))/(math.Sqrt(*b/(1-math.Pow(0.999, t)))+1e-5)
				next[j] = min(max(next[j], 0), 1)
			}
			k.M[c] = next
		}
		if step == s.Steps {
			return k, nil
		}
	}
}

func (s MaskSearch) withDefaults() MaskSearch {
	if s.P == 0 {
		s.P = 1
	}
	if s.Steps == 0 {
		s.Steps = 150
	}
	if s.Rate == 0 {
		s.Rate = 0.05
	}
	if s.Slots == 0 {
		s.Slots = 100
	}
	if !(s.Lambda >= 0) || math.IsInf(s.Lambda, 1) || !(s.P >= 1) || math.IsInf(s.P, 1) || s.Steps < 0 || !(s.Rate > 0) || math.IsInf(s.Rate, 1) || s.Slots < 0 {
		panic(fmt.Sprintf("fourier: MaskSearch: %+v; want λ ≥ 0, p ≥ 1, a rate > 0, all finite", s))
	}
	return s
}

// pNorm is ‖m‖_p of m ≥ 0 and its gradient, M^(p−1)/‖M‖^(p−1); at M = 0 the gradient 0 for p > 1, and 1 for p = 1, the derivative from the right.
func pNorm(m []float64, p float64) (norm float64, gradient []float64) {
	gradient = make([]float64, len(m))
	for _, v := range m {
		norm += math.Pow(v, p)
	}
	norm = math.Pow(norm, 1/p)
	for j, v := range m {
		if norm > 0 || p == 1 {
			gradient[j] = math.Pow(v/max(norm, math.SmallestNonzeroFloat64), p-1)
		}
	}
	return norm, gradient
}

// crossEntropy is log Σ exp(z) − z_y.
func crossEntropy(z []float32, y int32) float32 {
	top, s := math.Inf(-1), 0.0
	for _, v := range z {
		top = max(top, float64(v))
	}
	for _, v := range z {
		s += math.Exp(float64(v) - top)
	}
	return float32(math.Log(s) + top - float64(z[y]))
}

// maskProgram computes the first term and its gradient.
type maskProgram struct {
	exec   *model.Exec
	batch  [][]any // the inputs but the masks, one for each execution
	groups int
	h, w   int
}

func (s MaskSearch) program(m *nets.Model, d *datasets.Images, group, label []int32, before, share []float32) (*maskProgram, error) {
	p := &maskProgram{groups: m.Classes, h: d.H, w: d.W}
	if s.Shared {
		p.groups = 1
	}
	size := d.H * d.W * d.C
	for lo := 0; lo < len(label); lo += s.Slots {
		pix := make([]float32, s.Slots*size)
		copy(pix, d.Pix[lo*size:min(lo+s.Slots, d.N)*size])
		p.batch = append(p.batch, []any{tensors.FromFlatDataAndDimensions(pix, s.Slots, d.H, d.W, d.C),
			tensors.FromFlatDataAndDimensions(group[lo:lo+s.Slots], s.Slots), tensors.FromFlatDataAndDimensions(label[lo:lo+s.Slots], s.Slots),
			tensors.FromFlatDataAndDimensions(before[lo:lo+s.Slots], s.Slots), tensors.FromFlatDataAndDimensions(share[lo:lo+s.Slots], s.Slots)})
	}
	var err error
	p.exec, err = model.NewExec(m.Backend, m.Store, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
		masks, x, group, label, before, share := in[0], in[1], in[2], in[3], in[4], in[5]
		mine := graph.OneHot(group, p.groups, dtypes.Float32)                                                   // [n, groups]
		mask := graph.Reshape(graph.Dot(mine, graph.Reshape(masks, p.groups, -1)).Product(), s.Slots, d.H, d.W) // each image's own
		z := m.Logits(scope, Filter(mask, x))                                                                   // [n, classes]
		top := graph.StopGradient(graph.ReduceAndKeep(z, graph.ReduceMax, -1))
		// L(Φ(x̄), y) = log Σ exp(z) − z_y
		own := graph.ReduceSum(graph.Mul(z, graph.OneHot(label, m.Classes, dtypes.Float32)), -1)
		after := graph.Sub(graph.Add(graph.Log(graph.ReduceSum(graph.Exp(graph.Sub(z, top)), -1)), graph.Squeeze(top, -1)), own)
		// exp(t²), beyond t² = T by its tangent e^T(1 + t² − T)
		t2 := graph.Square(graph.Sub(after, before))
		near := graph.MinScalar(t2, expLinear)
		change := graph.Mul(graph.Exp(near), graph.OnePlus(graph.Sub(t2, near)))
		change = graph.Mul(graph.ExpandAxes(graph.Mul(share, change), -1), mine) // [n, groups]
		return []*graph.Node{graph.ReduceSum(change, 0), graph.Gradient(graph.ReduceAllSum(change), masks)[0]}
	})
	if err != nil {
		return nil, fmt.Errorf("fourier: %w", err)
	}
	return p, nil
}

// gradient is the first term of each group [groups] and its gradient [groups·H·W].
func (p *maskProgram) gradient(masks [][]float64) (change, g []float64, err error) {
	change, g = make([]float64, p.groups), make([]float64, p.groups*p.h*p.w)
	var flat []float32
	for _, m := range masks {
		for _, v := range m {
			flat = append(flat, float32(v))
		}
	}
	t := tensors.FromFlatDataAndDimensions(flat, p.groups, p.h, p.w)
	defer t.FinalizeAll()
	for _, b := range p.batch {
		out, err := p.exec.Call(append([]any{t}, b...)...)
		if err != nil {
			return nil, nil, fmt.Errorf("fourier: %w", err)
		}
		for i, sum := range [][]float64{change, g} {
			err := tensors.ConstFlatData(out[i], func(flat []float32) {
				for j, v := range flat {
					sum[j] += float64(v)
				}
			})
			out[i].FinalizeAll()
			if err != nil {
				return nil, nil, fmt.Errorf("fourier: %w", err)
			}
		}
	}
	return change, g, nil
}

func (p *maskProgram) close() {
	for _, b := range p.batch {
		for _, t := range b {
			t.(*tensors.Tensor).FinalizeAll()
		}
	}
	p.exec.Finalize()
}

// Apply filters every image by its class's mask (or by the shared one), in float64. Values may leave [0, 1].
func (k *Masks) Apply(d *datasets.Images) *datasets.Images {
	if d.H != k.H || d.W != k.W {
		panic(fmt.Sprintf("fourier: masks of %d×%d for images of %d×%d", k.H, k.W, d.H, d.W))
	}
	index := make([]int, d.N)
	for i := range index {
		index[i] = i
	}
	out := d.Subset(index)
	x := make([]float64, k.H*k.W)
	for i := range d.N {
		mask := k.M[0]
		if len(k.M) > 1 {
			mask = k.M[d.Labels[i]]
		}
		pix := out.Image(i)
		for c := range d.C {
			for j := range x {
				x[j] = float64(pix[j*d.C+c])
			}
			for j, v := range Masked(x, mask, k.H, k.W) {
				pix[j*d.C+c] = float32(v)
			}
		}
	}
	return out
}

// Kept is the number of entries of each mask that are at least the threshold.
func (k *Masks) Kept(threshold float64) []int {
	kept := make([]int, len(k.M))
	for c, m := range k.M {
		for _, v := range m {
			if v >= threshold {
				kept[c]++
			}
		}
	}
	return kept
}
