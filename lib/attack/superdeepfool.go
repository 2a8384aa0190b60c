package attack

import (
	"context"
	"fmt"
	"slices"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// SuperDeepFool makes DeepFool's perturbations shorter in the L2 norm (Abdollahpoorrostami, Abroshan, Moosavi-Dezfooli, "SuperDeepFool:
// a new fast and accurate minimal adversarial attack", NeurIPS 2024, Algorithm 2: SDF(∞, 1)).
//
// The smallest perturbation r meets the boundary at a right angle: it is parallel to the boundary's normal there. DeepFool's
// sum of steps is not, since each step follows the normal of another place. So after DeepFool from x has reached a point x̃ beyond the boundary,
// what of x̃ − x₀ is not along the normal there is taken off:
//
//	w = ∇f_k(x̃) − ∇f_y(x̃),  k the label at x̃,     x ← x₀ + ((x̃ − x₀)ᵀw / ‖w‖²) w
//
// If the label at x is y again, DeepFool goes on from x; else x is the result. Of all points seen to flip the one
// nearest to x₀ is kept and at last drawn back along its r towards the boundary, by halving.
//
// The zero value is ready to use. The norm is L2: a DeepFool of another panics.
type SuperDeepFool struct {
	DeepFool DeepFool // the attack in between, with its range; KeepPath is not used
	Rounds   int      // at most so many projections: 0 = 10
	Halvings int      // of the way back to the boundary: 0 = 10
}

// String describes the attack.
func (s SuperDeepFool) String() string { return fmt.Sprintf("Super%v", s.DeepFool) }

// Attack attacks every image that m labels as images.Labels does. Every Flipped perturbation was confirmed by Predict on image + R; an
// image that DeepFool cannot flip has DeepFool's status and last R. Iterations counts DeepFool's steps of all rounds. The error is the
// context's or the backend's.
func (s SuperDeepFool) Attack(ctx context.Context, m *nets.Model, images *datasets.Images) (*Result, error) {
	if s.DeepFool.Norm.orL2() != L2 {
		panic(fmt.Sprintf("attack: SuperDeepFool knows L2, not %v", s.DeepFool.Norm))
	}
	if s.Rounds <= 0 {
		s.Rounds = 10
	}
	if s.Halvings <= 0 {
		s.Halvings = 10
	}
	d := s.DeepFool
	d.KeepPath = false
	c, err := d.Compile(m)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	p, err := newProjector(m, d.Slots)
	if err != nil {
		return nil, err
	}
	defer p.exec.Finalize()

	best, err := c.Attack(ctx, images)
	if err != nil {
		return nil, err
	}
	best.Name = s.String()
	dim := best.Dim
	shortest := best.Norms(L2)
	keep := func(i int, r []float32, to int32) {
		if n := L2.of32(r); n < shortest[i] {
			shortest[i], best.To[i] = n, to
			copy(best.Perturbation(i), r)
		}
	}
	active := best.flipped()
	r := slices.Clone(best.R)   // of the active: x̃ − x₀, flipped
	to := slices.Clone(best.To) // the label there
	for range s.Rounds {
		if len(active) == 0 {
			break
		}
		if err := p.project(ctx, images, active, r, to, d); err != nil {
			return nil, err
		}
		now, err := s.labels(ctx, m, images, active, r)
		if err != nil {
			return nil, err
		}
		var again []int
		for k, i := range active {
			best.Queries[i] += 2
			best.Gradients[i]++
			if now[k] != best.From[i] {
				keep(i, r[i*dim:(i+1)*dim], now[k])
			} else {
				again = append(again, i)
			}
		}
		if active = again; len(active) == 0 {
			break
		}
		from := images.Subset(active)
		for k, i := range active {
			for j := range dim {
				from.Pix[k*dim+j] += r[i*dim+j]
			}
			from.Labels[k] = best.From[i]
		}
		more, err := c.Attack(ctx, from)
		if err != nil {
			return nil, err
		}
		again = nil
		for k, i := range active {
			best.Iterations[i] += more.Iterations[k]
			best.Queries[i] += more.Queries[k]
			best.Gradients[i] += more.Gradients[k]
			if more.Status[k] != Flipped {
				continue // what was found before stands
			}
			for j, v := range more.Perturbation(k) {
				r[i*dim+j] += v
			}
			again = append(again, i)
		}
		active = nil
		if now, err = s.labels(ctx, m, images, again, r); err != nil {
			return nil, err
		}
		for k, i := range again { // DeepFool saw (x₀ + r) + r' flip; round-off may take that back at x₀ + (r + r')
			best.Queries[i]++
			if now[k] != best.From[i] {
				to[i] = now[k]
				keep(i, r[i*dim:(i+1)*dim], to[i])
				active = append(active, i)
			}
		}
	}
	return best, s.drawBack(ctx, m, images, best)
}

// drawBack shortens every flipped perturbation along itself, as far as the label stays changed.
func (s SuperDeepFool) drawBack(ctx context.Context, m *nets.Model, images *datasets.Images, best *Result) error {
	active := best.flipped()
	lo, hi := make([]float32, best.N), make([]float32, best.N)
	for i := range hi {
		hi[i] = 1
	}
	full := slices.Clone(best.R)
	r := make([]float32, len(full))
	for range s.Halvings {
		for _, i := range active {
			t := (lo[i] + hi[i]) / 2
			for j := i * best.Dim; j < (i+1)*best.Dim; j++ {
				r[j] = t * full[j]
			}
		}
		now, err := s.labels(ctx, m, images, active, r)
		if err != nil {
			return err
		}
		for k, i := range active {
			best.Queries[i]++
			t := (lo[i] + hi[i]) / 2
			if now[k] == best.From[i] {
				lo[i] = t
				continue
			}
			hi[i] = t
			copy(best.Perturbation(i), r[i*best.Dim:(i+1)*best.Dim])
			best.To[i] = now[k]
		}
	}
	return nil
}

// labels gives the model's answers at image + r of the active examples.
func (s SuperDeepFool) labels(ctx context.Context, m *nets.Model, images *datasets.Images, active []int, r []float32) ([]int32, error) {
	pix := make([]float32, 0, len(active)*len(images.Image(0)))
	for _, i := range active {
		for j, v := range images.Image(i) {
			pix = append(pix, v+r[i*len(images.Image(i))+j])
		}
	}
	now, _, err := m.Predict(ctx, pix)
	if err != nil {
		return nil, fmt.Errorf("attack: %w", err)
	}
	return now, nil
}

// projector takes perturbations onto the boundary's normal, n at a time.
type projector struct {
	m    *nets.Model
	n    int
	exec *model.Exec
}

func newProjector(m *nets.Model, n int) (*projector, error) {
	if n <= 0 {
		n = 64
	}
	exec, err := model.NewExec(m.Backend, m.Store, func(scope *model.Scope, in []*graph.Node) *graph.Node {
		x0, r, from, to := in[0], in[1], in[2], in[3] // [n, H, W, C] twice, [n] twice
		x := graph.Add(x0, r)
		f := m.Logits(scope, x)
		gap := graph.Mul(f, graph.Sub(graph.OneHot(to, m.Classes, f.DType()), graph.OneHot(from, m.Classes, f.DType())))
		w := graph.Gradient(graph.ReduceAllSum(gap), x)[0]
		along := graph.ReduceAndKeep(graph.Mul(r, w), graph.ReduceSum, 1, 2, 3)
		square := graph.ReduceAndKeep(graph.Square(w), graph.ReduceSum, 1, 2, 3)
		ok := graph.GreaterThan(square, graph.ZerosLike(square))
		scale := graph.Where(ok, graph.Div(along, graph.Where(ok, square, graph.OnesLike(square))), graph.ZerosLike(square))
		return graph.Mul(scale, w)
	})
	if err != nil {
		return nil, fmt.Errorf("attack: %w", err)
	}
	return &projector{m, n, exec}, nil
}

// project replaces r of the active examples by its part along the normal at x₀ + r, clipped as d clips.
func (p *projector) project(ctx context.Context, images *datasets.Images, active []int, r []float32, to []int32, d DeepFool) error {
	dim, in := len(images.Image(0)), p.m.Input
	for len(active) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		some := active[:min(p.n, len(active))]
		active = active[len(some):]
		x0, at, from, label := make([]float32, p.n*dim), make([]float32, p.n*dim), make([]int32, p.n), make([]int32, p.n)
		for k, i := range some {
			copy(x0[k*dim:], images.Image(i))
			copy(at[k*dim:], r[i*dim:(i+1)*dim])
			from[k], label[k] = images.Labels[i], to[i]
		}
		shape := []int{p.n, in[0], in[1], in[2]}
		out, err := p.exec.Call(tensors.FromFlatDataAndDimensions(x0, shape...), tensors.FromFlatDataAndDimensions(at, shape...),
			tensors.FromFlatDataAndDimensions(from, p.n), tensors.FromFlatDataAndDimensions(label, p.n))
		if err != nil {
			return fmt.Errorf("attack: %w", err)
		}
		flat, err := tensors.CopyFlatData[float32](out[0])
		out[0].FinalizeAll()
		if err != nil {
			return fmt.Errorf("attack: %w", err)
		}
		for k, i := range some {
			for j := range dim {
				r[i*dim+j] = inRange(x0[k*dim+j], flat[k*dim+j], d.Lo, d.Hi)
			}
		}
	}
	return nil
}
