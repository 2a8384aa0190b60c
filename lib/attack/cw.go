package attack

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

// CW looks for a short perturbation in L2 by optimisation (Carlini, Wagner, "Towards evaluating the robustness of neural
// networks", IEEE S&P 2017, §V and §VI.A). For each example:
//
//		minimise over w:   ‖x − x₀‖₂² + c·max(f_y(x) − max_{k≠y} f_k(x) + κ, 0),   x = (Hi + Lo)/2 + (Hi − Lo)/2·tanh(w)
//
//	 1. w with x = x₀ (pulled into the open interval by a millionth), c = C
//	 2. Steps of Adam on w. Of the points passed with f_y − max f_k < −κ the nearest to x₀ is kept
//	 3. c: if there was one, smaller; if not, larger: ten times while none was found for any c, else by bisection. From 2, Searches times
//
// The change of variables keeps x in the valid range without clipping; a small c lets the distance win and the label stand, a
// large one leaves the point farther than it need be. With targets t the second term is max(max_{k≠t} f_k − f_t + κ, 0).
//
// It costs Searches·Steps gradients, about a thousand times DeepFool's, and finds perturbations a little shorter: use it to
// judge the others. Departures from the authors' code: no early abort, and the hinge's f are the logits (their f₆).
type CW struct {
	Targets  []int32 // as for PGD
	Kappa    float64 // κ ≥ 0: by how much the logits must differ in the end
	C        float64 // first c > 0: 0 = 0.01
	Searches int     // values of c tried: 0 = 9
	Steps    int     // 0 = 1000
	Rate     float64 // of Adam (β₁ = 0.9, β₂ = 0.999), in units of w: 0 = 0.01
	Lo, Hi   float64 // valid range: both 0 = [0, 1]; x₀ must lie in it
	Slots    int     // examples in one execution: 0 = 128
	Unroll   int     // steps in one execution: 0 = 1; Steps is rounded up to a multiple
	Progress func(done, total int)
}

func (a CW) withDefaults() CW {
	if a.C == 0 {
		a.C = 0.01
	}
	if a.Searches <= 0 {
		a.Searches = 9
	}
	if a.Steps <= 0 {
		a.Steps = 1000
	}
	if a.Rate == 0 {
		a.Rate = 0.01
	}
	if a.Lo == 0 && a.Hi == 0 {
		a.Hi = 1
	}
	if a.Slots <= 0 {
		a.Slots = 128
	}
	if a.Unroll <= 0 {
		a.Unroll = 1
	}
	if !(a.Lo < a.Hi) || !(a.C > 0) || !(a.Rate > 0) || !(a.Kappa >= 0) {
		panic(fmt.Sprintf("attack: CW in [%v, %v] with c = %v, rate %v and κ = %v", a.Lo, a.Hi, a.C, a.Rate, a.Kappa))
	}
	return a
}

// String describes the attack: "CW, L2, 9 searches of 1000 steps".
func (a CW) String() string {
	a = a.withDefaults()
	s := fmt.Sprintf("CW, L2, %d searches of %d steps, in [%v, %v]", a.Searches, a.Steps, a.Lo, a.Hi)
	if a.Kappa > 0 {
		s += fmt.Sprintf(", κ = %v", a.Kappa)
	}
	if a.Targets != nil {
		s += ", targeted"
	}
	return s
}

// Attack attacks every image that m labels as images.Labels does. Every Flipped perturbation was confirmed by Predict on image + R. Where no c
// led to another label R is the last point of the last search; the statuses are those of CompiledPGD.Attack, and so are the panics
// about targets. Iterations counts Adam's steps of all searches. The error is the context's or the backend's.
func (a CW) Attack(ctx context.Context, m *nets.Model, images *datasets.Images) (*Result, error) {
	m.CheckImages(images)
	a = a.withDefaults()
	n, dim := images.N, images.H*images.W*images.C
	if a.Targets != nil && len(a.Targets) != n {
		panic(fmt.Sprintf("attack: CW: %d targets for %d images", len(a.Targets), n))
	}
	class := images.Labels
	for i, t := range a.Targets {
		if t < 0 || int(t) >= m.Classes || t == images.Labels[i] {
			panic(fmt.Sprintf("attack: CW: target %d of image %d, which has the label %d of %d classes", t, i, images.Labels[i], m.Classes))
		}
		class = a.Targets
	}
	res := &Result{Name: a.String(), N: n, Dim: dim, R: make([]float32, n*dim),
		Status: make([]Status, n), Iterations: make([]int, n), Queries: make([]int, n), Gradients: make([]int, n)}
	labels, logits, err := m.Predict(ctx, images.Pix[:n*dim])
	if err != nil {
		return nil, fmt.Errorf("attack: %w", err)
	}
	res.From, res.To = labels, append([]int32(nil), labels...)
	var active []int
	for i := range n {
		res.Queries[i]++
		if res.Status[i] = startStatus(logits[i*m.Classes:(i+1)*m.Classes], labels[i], images.Labels[i]); res.Status[i] == Flipped {
			active = append(active, i)
		}
	}
	exec, err := model.NewExec(m.Backend, m.Store, func(scope *model.Scope, in []*graph.Node) []*graph.Node { return a.steps(m, scope, in) })
	if err != nil {
		return nil, fmt.Errorf("attack: %w", err)
	}
	defer exec.Finalize()
	for lo := 0; lo < len(active); lo += a.Slots {
		if a.Progress != nil {
			a.Progress(n-len(active)+lo, n)
		}
		if err := a.batch(ctx, m, exec, active[lo:min(lo+a.Slots, len(active))], images, class, res); err != nil {
			return nil, err
		}
	}
	if a.Progress != nil {
		a.Progress(n, n)
	}
	return res, nil
}

// search is the state of an example's search for c.
type search struct {
	c, lo, hi float64 // hi = +Inf while no c was large enough
	best      float64 // ‖r‖₂² of the shortest perturbation that Predict confirmed
}

// tell moves on to the next c.
func (s *search) tell(found bool) {
	if found {
		s.hi = s.c
	} else {
		s.lo = s.c
	}
	if math.IsInf(s.hi, 1) {
		s.c *= 10
		return
	}
	s.c = (s.lo + s.hi) / 2
}

// batch attacks the examples in part, at most Slots of them. Unused slots repeat the first.
func (a CW) batch(ctx context.Context, m *nets.Model, exec *model.Exec, part []int, images *datasets.Images, class []int32, res *Result) error {
	dim := res.Dim
	shape := []int{a.Slots, images.H, images.W, images.C}
	x0, w0, y, c := make([]float32, a.Slots*dim), make([]float32, a.Slots*dim), make([]int32, a.Slots), make([]float32, a.Slots)
	mid, half := (a.Hi+a.Lo)/2, (a.Hi-a.Lo)/2
	for s := range a.Slots {
		i := part[0]
		if s < len(part) {
			i = part[s]
		}
		y[s] = class[i]
		copy(x0[s*dim:(s+1)*dim], images.Image(i))
		for j, v := range images.Image(i) {
			w0[s*dim+j] = float32(math.Atanh(0.999999 * (float64(v) - mid) / half))
		}
	}
	tx, ty := tensors.FromFlatDataAndDimensions(x0, shape...), tensors.FromFlatDataAndDimensions(y, a.Slots)
	defer tx.FinalizeAll()
	defer ty.FinalizeAll()
	searches := make([]search, len(part))
	for s := range searches {
		searches[s] = search{c: a.C, hi: math.Inf(1), best: math.Inf(1)}
	}
	moved, bad := make([]bool, len(part)), make([]bool, len(part))
	zeros := make([]float32, a.Slots*dim)
	far := make([]float32, a.Slots)
	for s := range far {
		far[s] = float32(math.Inf(1))
	}
	last := make([]float32, a.Slots*dim)
	for range a.Searches {
		for s := range searches {
			c[s] = float32(searches[s].c)
		}
		tc := tensors.FromFlatDataAndDimensions(c, a.Slots)
		// w, first and second moment, ‖r‖² of the best, its r, steps with a gradient, steps with one that is not finite
		state := []*tensors.Tensor{tensors.FromFlatDataAndDimensions(w0, shape...), tensors.FromFlatDataAndDimensions(zeros, shape...), tensors.FromFlatDataAndDimensions(zeros, shape...),
			tensors.FromFlatDataAndDimensions(far, a.Slots), tensors.FromFlatDataAndDimensions(zeros, shape...),
			tensors.FromFlatDataAndDimensions(make([]int32, a.Slots), a.Slots), tensors.FromFlatDataAndDimensions(make([]int32, a.Slots), a.Slots)}
		release := func() {
			for _, t := range state {
				t.FinalizeAll()
			}
		}
		steps := 0
		for ; steps < a.Steps; steps += a.Unroll {
			if err := ctx.Err(); err != nil {
				release()
				tc.FinalizeAll()
				return err
			}
			out, err := exec.Call(tx, ty, tc, float32(steps), state[0], state[1], state[2], state[3], state[4], state[5], state[6])
			release()
			if err != nil {
				tc.FinalizeAll()
				return fmt.Errorf("attack: %w", err)
			}
			state = out
		}
		tc.FinalizeAll()
		best, err := tensors.CopyFlatData[float32](state[3])
		var r, w []float32
		var mv, bd []int32
		if err == nil {
			r, err = tensors.CopyFlatData[float32](state[4])
		}
		if err == nil {
			w, err = tensors.CopyFlatData[float32](state[0])
		}
		if err == nil {
			mv, err = tensors.CopyFlatData[int32](state[5])
		}
		if err == nil {
			bd, err = tensors.CopyFlatData[int32](state[6])
		}
		release()
		if err != nil {
			return fmt.Errorf("attack: %w", err)
		}
		last = w
		// Confirm on image + R as the caller will add it.
		pix := make([]float32, len(part)*dim)
		for j := range pix {
			pix[j] = x0[j] + r[j]
		}
		now, f, err := m.Predict(ctx, pix)
		if err != nil {
			return fmt.Errorf("attack: %w", err)
		}
		for s, i := range part {
			res.Iterations[i] += steps
			res.Gradients[i] += steps
			res.Queries[i] += steps + 1
			moved[s], bad[s] = moved[s] || mv[s] > 0, bad[s] || bd[s] > 0
			gap := margin(f[s*m.Classes:(s+1)*m.Classes], y[s])
			if a.Targets != nil {
				gap = -gap
			}
			found := !math.IsInf(float64(best[s]), 1) && gap < 0
			if d := float64(best[s]); found && d < searches[s].best {
				searches[s].best, res.To[i] = d, now[s]
				copy(res.R[i*dim:(i+1)*dim], r[s*dim:])
			}
			searches[s].tell(found)
		}
	}
	for s, i := range part {
		switch {
		case !math.IsInf(searches[s].best, 1):
			res.Status[i] = Flipped
		case bad[s]:
			res.Status[i] = NotFinite
		case !moved[s]:
			res.Status[i] = ZeroGradient
		default:
			res.Status[i] = Exhausted
			for j := range dim {
				res.R[i*dim+j] = float32(mid+half*math.Tanh(float64(last[s*dim+j]))) - x0[s*dim+j]
			}
		}
	}
	return nil
}

// steps is Unroll steps of Adam for n examples. In: x0 [n, H, W, C], class [n], c [n], steps done (scalar), and the state, which it returns: w,
// moments [n, H, W, C], ‖r‖² of the best [n], its r [n, H, W, C], steps with a gradient [n], steps with one that is not finite [n].
func (a CW) steps(m *nets.Model, scope *model.Scope, in []*graph.Node) []*graph.Node {
	x0, class, c, done := in[0], in[1], in[2], in[3]
	w, m1, m2, best, bestR, moved, bad := in[4], in[5], in[6], in[7], in[8], in[9], in[10]
	n := x0.Shape().Dimensions[0]
	shape := x0.Shape().Dimensions
	wide := func(v *graph.Node) *graph.Node { return graph.Reshape(v, n, 1, 1, 1) }
	all := func(v *graph.Node) *graph.Node { return graph.BroadcastToDims(wide(v), shape...) }
	count := func(b *graph.Node) *graph.Node { return graph.ConvertDType(b, dtypes.Int32) }
	mid, half := (a.Hi+a.Lo)/2, (a.Hi-a.Lo)/2
	for range a.Unroll {
		// x = mid + half·tanh(w)
		th := graph.Tanh(w)
		x := graph.AddScalar(graph.MulScalar(th, half), mid)
		r := graph.Sub(x, x0)
		f := m.Logits(scope, x) // [n, classes]
		f.AssertDims(n, m.Classes)
		own := graph.OneHot(class, m.Classes, f.DType())
		isOwn := graph.GreaterThan(own, graph.ZerosLike(own))
		rival := graph.ReduceMax(graph.Where(isOwn, graph.Infinity(f.Graph(), f.DType(), -1), f), 1)
		gap := graph.Sub(graph.ReduceSum(graph.Where(isOwn, f, graph.ZerosLike(f)), 1), rival) // f_y − max_{k≠y} f_k
		if a.Targets != nil {
			gap = graph.Neg(gap)
		}
		// the nearest point whose label has changed
		dist := graph.ReduceSum(graph.Square(r), 1, 2, 3)
		better := graph.LogicalAnd(graph.LessThan(gap, graph.MulScalar(graph.OnesLike(gap), -a.Kappa)), graph.LessThan(dist, best))
		best, bestR = graph.Where(better, dist, best), graph.Where(all(better), r, bestR)
		// ∂/∂w = (2(x − x₀) + c·∇ₓ max(gap + κ, 0)) ∘ half·(1 − tanh²w)
		hinge := graph.MaxScalar(graph.AddScalar(gap, a.Kappa), 0)
		gh := graph.Gradient(graph.ReduceAllSum(hinge), x)[0]
		largest := graph.ReduceMax(graph.Abs(gh), 1, 2, 3)
		g := graph.Add(graph.MulScalar(r, 2), graph.Mul(wide(c), gh))
		g = graph.Mul(g, graph.MulScalar(graph.OneMinus(graph.Square(th)), half))
		finite := graph.LogicalAnd(graph.ReduceLogicalAnd(graph.IsFinite(g), 1, 2, 3), graph.ReduceLogicalAnd(graph.IsFinite(f), 1))
		moved = graph.Add(moved, count(graph.LogicalAnd(finite, graph.GreaterThan(largest, graph.ZerosLike(largest)))))
		bad = graph.Add(bad, count(graph.LogicalNot(finite)))
		g = graph.Where(all(finite), g, graph.ZerosLike(g))
		// Adam: m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², w ← w − α·m̂/(√v̂ + 10⁻⁸), m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ)
		done = graph.OnePlus(done)
		m1 = graph.Add(graph.MulScalar(m1, 0.9), graph.MulScalar(g, 0.1))
		m2 = graph.Add(graph.MulScalar(m2, 0.999), graph.MulScalar(graph.Square(g), 0.001))
		c1 := graph.OneMinus(graph.Exp(graph.MulScalar(done, math.Log(0.9))))
		c2 := graph.OneMinus(graph.Exp(graph.MulScalar(done, math.Log(0.999))))
		next := graph.Sub(w, graph.MulScalar(graph.Div(graph.Div(m1, c1), graph.AddScalar(graph.Sqrt(graph.Div(m2, c2)), 1e-8)), a.Rate))
		w = graph.Where(all(finite), next, w)
	}
	return []*graph.Node{w, m1, m2, best, bestR, moved, bad}
}
