package attack

import (
	"context"
	"fmt"
	"math"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// FGSM goes from x along one direction d, fixed by the gradient of the loss at x, and looks for the smallest step that is
// enough:
//
//		r = ε·d,   d = sign(∇ₓJ(x, y))          fast gradient sign (Goodfellow, Shlens, Szegedy, ICLR 2015): ε is ‖r‖_∞
//		           d = ∇ₓJ(x, y)/‖∇ₓJ(x, y)‖₂   the gradient itself: ε is ‖r‖₂
//
//	 1. d of every example, by one reverse pass
//	 2. bracket: try ε = Max·1/Grid, Max·2/Grid, … until the label changes at one of them
//	 3. bisect between that ε and the one before, Bisections times
//
// The label need not change once and for all along the ray, so the ε found is the smallest up to changes that come and
// go within Max/Grid, and above the true threshold of its bracket by at most Max/(Grid·2^Bisections).
//
// J is the cross entropy with the label y. Its gradient is (1 − p_y)·Σ_{k≠y} π_k ∇(f_k − f_y), with π the softmax over the
// classes other than y; float32 rounds 1 − p_y to zero where the net is sure (a lead of 17 in the logits is enough), and
// then what remains is not even proportional. So the gradient taken here is that of log Σ_{k≠y} exp(f_k) − f_y: the same
// direction, without the vanishing factor.
//
// The struct holds the hyperparameters; the zero value is the sign attack up to ε = 1.
type FGSM struct {
	Gradient   bool    // false: d = sign of the gradient; true: d = gradient of unit L2 norm
	Max        float64 // largest ε, in the units of x: 0 = 1 for the sign, √(H·W·C) for the gradient (each is as far as from black to white)
	Grid       int     // bracketing steps up to Max: 0 = 50
	Bisections int     // 0 = 12
	Lo, Hi     float64 // valid range of every input value: x + r is clipped into it; both 0 = no clipping
	Progress   func(done, total int)
}

func (a FGSM) withDefaults(dim int) FGSM {
	if a.Max == 0 {
		a.Max = 1
		if a.Gradient {
			a.Max = math.Sqrt(float64(dim))
		}
	}
	if a.Grid <= 0 {
		a.Grid = 50
	}
	if a.Bisections <= 0 {
		a.Bisections = 12
	}
	return a
}

// String describes the attack: "FGSM, smallest sufficient step".
func (a FGSM) String() string {
	s := "FGSM, smallest sufficient step"
	if a.Gradient {
		s = "gradient direction, smallest sufficient step"
	}
	if a.Lo != 0 || a.Hi != 0 {
		s += fmt.Sprintf(", clipped to [%v, %v]", a.Lo, a.Hi)
	}
	return s
}

// Attack searches the smallest sufficient step for every image that m labels as images.Labels does. Result.Epsilon holds
// the steps (Max where Exhausted, 0 where nothing was done), Iterations the steps tried.
// The error is the context's or the backend's; what happened to an example is its Status.
func (a FGSM) Attack(ctx context.Context, m *nets.Model, images *datasets.Images) (*Result, error) {
	m.CheckImages(images)
	dim := images.H * images.W * images.C
	a = a.withDefaults(dim)
	n := images.N
	r := &Result{Name: a.String(), N: n, Dim: dim, R: make([]float32, n*dim), Epsilon: make([]float64, n),
		Status: make([]Status, n), Iterations: make([]int, n), Queries: make([]int, n), Gradients: make([]int, n)}
	labels, logits, err := m.Predict(ctx, images.Pix[:n*dim])
	if err != nil {
		return nil, fmt.Errorf("attack: %w", err)
	}
	r.From, r.To = labels, append([]int32(nil), labels...)
	var active []int // examples to be attacked
	for i := range n {
		r.Queries[i]++
		if r.Status[i] = startStatus(logits[i*m.Classes:(i+1)*m.Classes], labels[i], images.Labels[i]); r.Status[i] == Flipped {
			active = append(active, i)
		}
	}
	dirs, err := a.directions(ctx, m, images, active)
	if err != nil {
		return nil, err
	}
	search := make([]lineSearch, n)
	var next []int
	for _, i := range active {
		r.Queries[i]++
		r.Gradients[i]++
		switch a.scale(dirs[i*dim : (i+1)*dim]) {
		case ZeroGradient:
			r.Status[i] = ZeroGradient
		case NotFinite:
			r.Status[i] = NotFinite
		default:
			search[i] = lineSearch{max: a.Max, grid: a.Grid, bisections: a.Bisections}
			next = append(next, i)
		}
	}
	for active = next; len(active) > 0; active = next {
		if a.Progress != nil {
			a.Progress(n-len(active), n)
		}
		pix := make([]float32, 0, len(active)*dim)
		for _, i := range active {
			a.point(images.Image(i), dirs[i*dim:(i+1)*dim], search[i].try(), func(x, _ float32) { pix = append(pix, x) })
		}
		now, f, err := m.Predict(ctx, pix)
		if err != nil {
			return nil, fmt.Errorf("attack: %w", err)
		}
		next = nil
		for s, i := range active {
			r.Queries[i]++
			r.Iterations[i]++
			if startStatus(f[s*m.Classes:(s+1)*m.Classes], now[s], now[s]) == NotFinite {
				r.Status[i] = NotFinite
				continue
			}
			if now[s] != r.From[i] {
				r.To[i] = now[s]
			}
			if !search[i].tell(now[s] != r.From[i]) {
				next = append(next, i)
				continue
			}
			if r.Status[i] = Flipped; !search[i].bracketed {
				r.Status[i] = Exhausted
			}
			r.Epsilon[i] = search[i].hi
			row := r.R[i*dim : i*dim : (i+1)*dim]
			a.point(images.Image(i), dirs[i*dim:(i+1)*dim], r.Epsilon[i], func(_, d float32) { row = append(row, d) })
		}
	}
	if a.Progress != nil {
		a.Progress(n, n)
	}
	return r, nil
}

// lineSearch looks for the smallest ε that is enough: bracketing, then bisection.
type lineSearch struct {
	max        float64
	grid       int
	bisections int
	tried      int     // grid steps done, then bisections
	lo, hi     float64 // lo was not enough; hi was, once bracketed
	bracketed  bool
}

// try is the ε to look at next.
func (s *lineSearch) try() float64 {
	if s.bracketed {
		return (s.lo + s.hi) / 2
	}
	return s.max * float64(s.tried+1) / float64(s.grid)
}

// tell takes the answer for try and reports whether the search is over.
func (s *lineSearch) tell(enough bool) (over bool) {
	eps := s.try()
	s.tried++
	switch {
	case !s.bracketed && enough:
		s.hi, s.bracketed, s.tried = eps, true, 0
		return false
	case !s.bracketed:
		s.lo, s.hi = eps, s.max
		return s.tried == s.grid
	case enough:
		s.hi = eps
	default:
		s.lo = eps
	}
	return s.tried == s.bisections
}

// point gives, value by value, x + ε·d, clipped if asked for, and its difference to x.
func (a FGSM) point(x, d []float32, eps float64, put func(x, r float32)) {
	for j, v := range x {
		r := float32(eps) * d[j]
		r = inRange(v, r, a.Lo, a.Hi)
		put(v+r, r)
	}
}

// scale makes a gradient the attack's direction, in place; Flipped stands for "usable".
func (a FGSM) scale(g []float32) Status {
	v := make([]float64, len(g))
	for j, x := range g {
		v[j] = float64(x)
	}
	norm := L2.Of(v)
	if math.IsNaN(norm) || math.IsInf(norm, 0) {
		return NotFinite
	}
	if norm == 0 {
		return ZeroGradient
	}
	for j, x := range v {
		switch {
		case a.Gradient:
			g[j] = float32(x / norm)
		case x > 0:
			g[j] = 1
		case x < 0:
			g[j] = -1
		}
	}
	return Flipped
}

// gradientBatch is the number of images in one execution of directions.
const gradientBatch = 64

// rivalLoss is log Σ_{k≠y} exp(f_k) − f_y for logits f [n, classes] and classes y [n]: [n]. It rises as other classes gain on y, in
// the direction of the cross entropy's gradient and without its factor 1 − p_y, which float32 rounds to zero.
func rivalLoss(f, label *graph.Node) *graph.Node {
	isLabel := graph.OneHot(label, f.Shape().Dimensions[1], f.DType())
	is := graph.GreaterThan(isLabel, graph.ZerosLike(isLabel)) // [n, classes]
	// loss = top + log Σ_{k≠y} exp(f_k − top) − f_y, with top = max_{k≠y} f_k held fixed, so that no exponential overflows
	others := graph.Where(is, graph.Infinity(f.Graph(), f.DType(), -1), f)
	top := graph.StopGradient(graph.ReduceAndKeep(others, graph.ReduceMax, 1)) // [n, 1]
	shifted := graph.Where(is, graph.ZerosLike(f), graph.Sub(f, top))
	sum := graph.ReduceSum(graph.Mul(graph.OneMinus(isLabel), graph.Exp(shifted)), 1) // [n]
	return graph.Add(graph.Squeeze(top, 1), graph.Sub(graph.Log(sum), graph.ReduceSum(graph.Mul(isLabel, f), 1)))
}

// directions returns [N, H·W·C] with the loss gradient of every example in index, and zeros for the others.
func (a FGSM) directions(ctx context.Context, m *nets.Model, images *datasets.Images, index []int) ([]float32, error) {
	dim := images.H * images.W * images.C
	out := make([]float32, images.N*dim)
	exec, err := model.NewExec(m.Backend, m.Store, func(scope *model.Scope, x, label *graph.Node) *graph.Node {
		loss := rivalLoss(m.Logits(scope, x), label)
		return graph.Gradient(graph.ReduceAllSum(loss), x)[0]
	})
	if err != nil {
		return nil, fmt.Errorf("attack: %w", err)
	}
	defer exec.Finalize()
	x := make([]float32, gradientBatch*dim)
	y := make([]int32, gradientBatch)
	for lo := 0; lo < len(index); lo += gradientBatch {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		part := index[lo:min(lo+gradientBatch, len(index))]
		for s, i := range part {
			copy(x[s*dim:], images.Image(i))
			y[s] = images.Labels[i]
		}
		tx := tensors.FromFlatDataAndDimensions(x, gradientBatch, images.H, images.W, images.C)
		ty := tensors.FromFlatDataAndDimensions(y, gradientBatch)
		g, err := exec.Call1(tx, ty)
		tx.FinalizeAll()
		ty.FinalizeAll()
		if err != nil {
			return nil, fmt.Errorf("attack: %w", err)
		}
		err = tensors.ConstFlatData(g, func(flat []float32) {
			for s, i := range part {
				copy(out[i*dim:(i+1)*dim], flat[s*dim:])
			}
		})
		g.FinalizeAll()
		if err != nil {
			return nil, fmt.Errorf("attack: %w", err)
		}
	}
	return out, nil
}
