package attack

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// PGD raises the loss inside a ball of radius ε round x₀ by projected gradient ascent (Madry, Makelov, Schmidt, Tsipras,
// Vladu, "Towards deep learning models resistant to adversarial attacks", ICLR 2018, eq. 2.1 and §5):
//
//  1. r = 0, or a random point of the ball
//  2. g = ∇ₓJ(x₀ + r, y);   r ← r + α·d,   d = sign(g) in L∞, g/‖g‖₂ in L2
//  3. r ← Π(r), back into the ball;   L∞: each rⱼ ← min(max(rⱼ, −ε), ε),   L2: r ← r·min(1, ε/‖r‖₂)
//  4. r ← clip(x₀ + r, Lo, Hi) − x₀, back into the valid range, if one is given
//  5. from 2, Steps times; the whole, Restarts times with new random points, for the examples that still stand
//
// With targets, the loss of the target class is lowered: −d in place of d, and success is the target itself.
//
// 4 after 3 never leaves the ball where x₀ is valid, for clipping takes every coordinate nearer to x₀. In L∞ both together are the
// projection onto the intersection of ball and box; in L2 they give a point of it, which need not be the nearest.
//
// J is not the cross entropy but log Σ_{k≠y} exp(f_k) − f_y, whose gradient has the same direction and does not vanish where the net is
// sure (see FGSM). An example whose gradient is zero at some step stays where it is; a restart may help it.
//
// The radius is given, so unlike DeepFool this attack asks whether, not how far. It finds what it finds: robust accuracy
// under PGD is an upper bound of the true one.
//
// The struct holds the hyperparameters. Its zero value has the radius 0, which changes nothing.
type PGD struct {
	Norm     Norm       // of the ball: 0 = L2, or Inf; others panic
	Epsilon  float64    // radius ≥ 0, in the units of x
	Step     float64    // α > 0: 0 = 2.5·ε/Steps, which can cross the ball and come back (Madry et al.)
	Steps    int        // 0 = 40
	Restarts int        // runs altogether: 0 = 1. More than 1 needs Rand
	Rand     *rand.Rand // of the starts: uniform in the ball. nil = start at x₀. The result follows from its state
	Targets  []int32    // [N] the class that each image is to be taken for, not its label; nil = any other than the label
	Lo, Hi   float64    // valid range of every input value; x₀ must lie in it. Both 0 = no clipping
	Every    int        // look at the labels after that many steps, and let those that have flipped go, at the point where they are: 0 = at the end of a run only, as in the paper
	KeepPath bool       // keep the iterates of the last run of each example, the start first
	Unroll   int        // steps in one execution: 0 = 1, which compiles soonest; more pays for networks so small that a call costs as much as a step. With KeepPath always 1
	Slots    int        // examples in one execution: 0 = 128
	Progress func(done, total int)
}

func (a PGD) withDefaults() PGD {
	if p := a.Norm.orL2(); p != L2 && p != Inf {
		panic(fmt.Sprintf("attack: PGD knows the balls of L2 and L∞, not of %v", p))
	}
	a.Norm = a.Norm.orL2()
	if !(a.Epsilon >= 0) || math.IsInf(a.Epsilon, 1) || !(a.Step >= 0) || math.IsInf(a.Step, 1) {
		panic(fmt.Sprintf("attack: PGD: ε = %v and a step of %v; both must be finite and not negative", a.Epsilon, a.Step))
	}
	if a.Steps <= 0 {
		a.Steps = 40
	}
	if a.Restarts <= 0 {
		a.Restarts = 1
	}
	if a.Restarts > 1 && a.Rand == nil {
		panic(fmt.Sprintf("attack: PGD: %d restarts without Rand would all be the same", a.Restarts))
	}
	if a.Step == 0 {
		a.Step = 2.5 * a.Epsilon / float64(a.Steps)
	}
	if a.Every <= 0 || a.Every > a.Steps {
		a.Every = a.Steps
	}
	return a
}

func (a PGD) clips() bool { return a.Lo != 0 || a.Hi != 0 }

// String describes the attack: "PGD, L∞, ε = 0.3, 40 steps of 0.01875, 5 random starts".
func (a PGD) String() string {
	a = a.withDefaults()
	s := fmt.Sprintf("PGD, %v, ε = %v, %d steps of %.4g", a.Norm, a.Epsilon, a.Steps, a.Step)
	switch {
	case a.Rand != nil && a.Restarts == 1:
		s += ", a random start"
	case a.Rand != nil:
		s += fmt.Sprintf(", %d random starts", a.Restarts)
	}
	if a.Targets != nil {
		s += ", targeted"
	}
	if a.clips() {
		s += fmt.Sprintf(", clipped to [%v, %v]", a.Lo, a.Hi)
	}
	return s
}

// CompiledPGD is a PGD attack whose programs are kept between calls of Attack. It is not for several goroutines at once.
type CompiledPGD struct {
	PGD // Epsilon, Step, Steps, Restarts, Rand, Targets (but not whether there are any), Every and Progress may be changed between calls

	m            *nets.Model
	targeted     bool
	many, single *model.Exec // Unroll steps, and one
	unroll       int
	batches      []*pgdBatch // largest first
}

// pgdBatch holds the inputs of one compiled batch size.
type pgdBatch struct {
	n     int
	x0, r *tensors.Tensor // [n, H, W, C]
	class *tensors.Tensor // [n]
}

// Compile prepares the attack on m; the programs themselves are compiled at their first use. Attack sees later changes of
// m's variables. Close releases the programs.
func (a PGD) Compile(m *nets.Model) (*CompiledPGD, error) {
	a.withDefaults()
	if m.Classes < 2 {
		panic(fmt.Sprintf("attack: a model of %d classes has no label to change", m.Classes))
	}
	c := &CompiledPGD{PGD: a, m: m, targeted: a.Targets != nil, unroll: a.Unroll}
	if a.Unroll <= 0 || a.KeepPath {
		c.unroll = 1
	}
	program := func(steps int) (*model.Exec, error) {
		return model.NewExec(m.Backend, m.Store, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
			return c.steps(scope, steps, in[0], in[1], in[2], in[3], in[4])
		})
	}
	var err error
	if c.single, err = program(1); err != nil {
		return nil, fmt.Errorf("attack: %w", err)
	}
	if c.many = c.single; c.unroll > 1 {
		if c.many, err = program(c.unroll); err != nil {
			c.single.Finalize()
			return nil, fmt.Errorf("attack: %w", err)
		}
	}
	full := a.Slots
	if full <= 0 {
		full = 128
	}
	c.batches = append(c.batches, &pgdBatch{n: full})
	if small := (full + 7) / 8; small < full {
		c.batches = append(c.batches, &pgdBatch{n: small}) // for the last few
	}
	return c, nil
}

// Close releases the compiled programs and their inputs.
func (c *CompiledPGD) Close() {
	for _, b := range c.batches {
		for _, t := range []*tensors.Tensor{b.x0, b.r, b.class} {
			if t != nil {
				t.FinalizeAll()
			}
		}
	}
	if c.many != c.single {
		c.many.Finalize()
	}
	c.single.Finalize()
}

// steps takes steps of n examples: x0, r [n, H, W, C]; class [n], label or target; ε, α scalars → r' [n, H, W, C], how many of the
// steps had a gradient other than zero [n], and how many one that was not finite [n].
func (c *CompiledPGD) steps(scope *model.Scope, steps int, x0, r, class, eps, alpha *graph.Node) []*graph.Node {
	n := x0.Shape().Dimensions[0]
	shape := x0.Shape().Dimensions
	wide := func(v *graph.Node) *graph.Node { return graph.Reshape(v, n, 1, 1, 1) } // [n] beside [n, H, W, C]
	count := func(b *graph.Node) *graph.Node { return graph.ConvertDType(b, dtypes.Int32) }
	moved, bad := graph.ZerosLike(class), graph.ZerosLike(class)
	for range steps {
		// g = ∇ₓJ(x₀ + r, y): example i's J depends on xᵢ alone, so one reverse pass of the sum has all rows
		x := graph.Add(x0, r)
		f := c.m.Logits(scope, x) // [n, classes]
		f.AssertDims(n, c.m.Classes)
		g := graph.Gradient(graph.ReduceAllSum(rivalLoss(f, class)), x)[0]
		largest := graph.ReduceMax(graph.Abs(g), 1, 2, 3) // [n]
		finite := graph.LogicalAnd(graph.ReduceLogicalAnd(graph.IsFinite(g), 1, 2, 3), graph.ReduceLogicalAnd(graph.IsFinite(f), 1))
		ok := graph.LogicalAnd(finite, graph.GreaterThan(largest, graph.ZerosLike(largest)))
		moved, bad = graph.Add(moved, count(ok)), graph.Add(bad, count(graph.LogicalNot(finite)))

		// r ← r + α·d, towards a target r − α·d
		step := alpha
		if c.targeted {
			step = graph.Neg(alpha)
		}
		next := graph.Add(r, graph.Mul(step, c.direction(g, largest, ok)))
		// r ← Π(r)
		if c.Norm.orL2() == Inf {
			next = graph.Max(graph.Min(next, eps), graph.Neg(eps))
		} else {
			length := graph.Sqrt(graph.ReduceSum(graph.Square(next), 1, 2, 3)) // [n]
			outside := graph.GreaterThan(length, eps)
			shrink := graph.Where(outside, graph.Div(eps, graph.Where(outside, length, graph.OnesLike(length))), graph.OnesLike(length))
			next = graph.Mul(next, wide(shrink))
		}
		// r ← clip(x₀ + r, Lo, Hi) − x₀
		if c.clips() {
			next = graph.Sub(graph.ClipScalar(graph.Add(x0, next), c.Lo, c.Hi), x0)
		}
		r = graph.Where(graph.BroadcastToDims(wide(ok), shape...), next, r)
	}
	return []*graph.Node{r, moved, bad}
}

// direction is d: sign(g), or g/‖g‖₂, computed from g/max|g| so that the squares do not underflow.
func (c *CompiledPGD) direction(g, largest, ok *graph.Node) *graph.Node {
	if c.Norm.orL2() == Inf {
		return graph.Sign(g)
	}
	n := g.Shape().Dimensions[0]
	u := graph.Div(g, graph.Reshape(graph.Where(ok, largest, graph.OnesLike(largest)), n, 1, 1, 1))
	length := graph.Sqrt(graph.ReduceSum(graph.Square(u), 1, 2, 3)) // at least 1 where ok
	return graph.Div(u, graph.Reshape(graph.Where(ok, length, graph.OnesLike(length)), n, 1, 1, 1))
}

// Attack runs the attack on every image of d that m labels as images.Labels does; see CompiledPGD.Attack. It compiles the programs for this call; use
// Compile to keep them.
func (a PGD) Attack(ctx context.Context, m *nets.Model, images *datasets.Images) (*Result, error) {
	c, err := a.Compile(m)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return c.Attack(ctx, images)
}

// Attack runs the attack on every image that the model labels as images.Labels does, and returns what happened to each. Success is
// judged by the model's Predict on image + R, as the caller will add it.
//
// Where no run succeeds, the status is Exhausted and R the last point of the run that came nearest, by the margin
// f_y − max_{k≠y} f_k (targets: max_{k≠t} f_k − f_t); if no step of any run had a gradient, ZeroGradient; if the model answered
// NaN or ±Inf, NotFinite. Queries counts a forward pass a step, one before and one for each look at the labels.
//
// It panics if Targets has not one class for each image, or names a class that does not exist or is the image's label.
// The error is the context's or the backend's.
func (c *CompiledPGD) Attack(ctx context.Context, images *datasets.Images) (*Result, error) {
	c.m.CheckImages(images)
	a := c.withDefaults()
	n, dim := images.N, images.H*images.W*images.C
	if c.targeted != (a.Targets != nil) || a.Targets != nil && len(a.Targets) != n {
		panic(fmt.Sprintf("attack: PGD: %d targets for %d images (compiled with targets: %v)", len(a.Targets), n, c.targeted))
	}
	for i, t := range a.Targets {
		if t < 0 || int(t) >= c.m.Classes || t == images.Labels[i] {
			panic(fmt.Sprintf("attack: PGD: target %d of image %d, which has the label %d of %d classes", t, i, images.Labels[i], c.m.Classes))
		}
	}
	res := &Result{Name: a.String(), N: n, Dim: dim, R: make([]float32, n*dim),
		Status: make([]Status, n), Iterations: make([]int, n), Queries: make([]int, n), Gradients: make([]int, n)}
	if a.KeepPath {
		res.Path = make([][]float32, n)
	}
	labels, logits, err := c.m.Predict(ctx, images.Pix[:n*dim])
	if err != nil {
		return nil, fmt.Errorf("attack: %w", err)
	}
	res.From, res.To = labels, append([]int32(nil), labels...)
	class := images.Labels // whose loss is raised
	if c.targeted {
		class = a.Targets // whose loss is lowered
	}
	var standing []int // examples to be attacked that no run has changed
	for i := range n {
		res.Queries[i]++
		if a.KeepPath {
			res.Path[i] = append(res.Path[i], images.Image(i)...)
		}
		if res.Status[i] = startStatus(logits[i*c.m.Classes:(i+1)*c.m.Classes], labels[i], images.Labels[i]); res.Status[i] == Flipped {
			standing = append(standing, i)
		}
	}
	nearest := make([]float64, n) // smallest margin at the end of a run
	moved, bad := make([]bool, n), make([]bool, n)
	for i := range nearest {
		nearest[i] = math.Inf(1)
	}
	r := make([]float32, n*dim)
	for range a.Restarts {
		if a.Progress != nil {
			a.Progress(n-len(standing), n)
		}
		a.start(r, images) // of all images, so that an example's start does not depend on how the others fare
		if a.KeepPath {
			for _, i := range standing {
				res.Path[i] = res.Path[i][:0]
				for j, v := range images.Image(i) {
					res.Path[i] = append(res.Path[i], v+r[i*dim+j])
				}
			}
		}
		active := standing
		for done := 0; done < a.Steps && len(active) > 0; {
			k := min(a.Every, a.Steps-done)
			done += k
			for lo := 0; lo < len(active); {
				part := active[lo:min(lo+c.batches[0].n, len(active))]
				lo += len(part)
				if err := c.run(ctx, a, k, part, images, class, r, moved, bad, res); err != nil {
					return nil, err
				}
			}
			pix := make([]float32, 0, len(active)*dim)
			for _, i := range active {
				for j, v := range images.Image(i) {
					pix = append(pix, v+r[i*dim+j])
				}
			}
			now, f, err := c.m.Predict(ctx, pix)
			if err != nil {
				return nil, fmt.Errorf("attack: %w", err)
			}
			var rest []int
			for s, i := range active {
				res.Iterations[i] += k
				res.Gradients[i] += k
				res.Queries[i] += k + 1
				fi := f[s*c.m.Classes : (s+1)*c.m.Classes]
				if startStatus(fi, now[s], now[s]) == NotFinite {
					bad[i] = true
					continue // this run has ended for i
				}
				success := now[s] != res.From[i]
				if c.targeted {
					success = now[s] == a.Targets[i]
				}
				gap := margin(fi, class[i])
				if c.targeted {
					gap = -gap
				}
				if success || done == a.Steps && gap < nearest[i] {
					nearest[i], res.To[i] = gap, now[s]
					copy(res.R[i*dim:(i+1)*dim], r[i*dim:(i+1)*dim])
				}
				if success {
					nearest[i] = math.Inf(-1)
					continue
				}
				rest = append(rest, i)
			}
			active = rest
		}
		var rest []int
		for _, i := range standing {
			if !math.IsInf(nearest[i], -1) {
				rest = append(rest, i)
			}
		}
		if standing = rest; len(standing) == 0 {
			break
		}
	}
	for _, i := range standing {
		switch {
		case bad[i]:
			res.Status[i] = NotFinite
		case !moved[i]:
			res.Status[i] = ZeroGradient
		default:
			res.Status[i] = Exhausted
		}
	}
	if a.Progress != nil {
		a.Progress(n, n)
	}
	return res, nil
}

// margin is f_y − max_{k≠y} f_k: positive exactly where y wins.
func margin(f []float32, y int32) float64 {
	best := math.Inf(-1)
	for k, v := range f {
		if int32(k) != y {
			best = max(best, float64(v))
		}
	}
	return float64(f[y]) - best
}

// start fills r with the starting points of a run: zeros, or a uniform draw from the ball, brought into the valid range.
func (a PGD) start(r []float32, images *datasets.Images) {
	clear(r)
	if a.Rand == nil {
		return
	}
	dim := len(r) / max(1, images.N)
	v := make([]float64, dim)
	for i := range images.N {
		uniformInBall(v, a.Norm, a.Epsilon, a.Rand)
		for j, x := range images.Image(i) {
			d := float32(v[j])
			if a.clips() {
				d = min(max(x+d, float32(a.Lo)), float32(a.Hi)) - x
			}
			r[i*dim+j] = d
		}
	}
}

// uniformInBall fills v with a uniform draw from the ball of radius eps of L2 or L∞. In L2 the direction is that of a normal draw, and
// the length ε·U^(1/d), for a ball of radius ρ holds the share (ρ/ε)^d of the volume.
func uniformInBall(v []float64, p Norm, eps float64, rng *rand.Rand) {
	if p == Inf {
		for j := range v {
			v[j] = eps * (2*rng.Float64() - 1)
		}
		return
	}
	for j := range v {
		v[j] = rng.NormFloat64()
	}
	length := L2.Of(v)
	scale := eps * math.Pow(rng.Float64(), 1/float64(len(v)))
	for j := range v {
		v[j] *= scale / length
	}
}

// run takes k steps of the examples in part, at most as many as the largest batch holds. r stays on the device between executions.
// Unused slots repeat the first example.
func (c *CompiledPGD) run(ctx context.Context, a PGD, k int, part []int, images *datasets.Images, class []int32, r []float32, moved, bad []bool, res *Result) (err error) {
	b := c.batches[0]
	for _, s := range c.batches[1:] {
		if len(part) <= s.n {
			b = s
		}
	}
	if b.x0 == nil {
		if err := b.make(c); err != nil {
			return fmt.Errorf("attack: %w", err)
		}
	}
	dim := len(r) / images.N
	example := func(slot int) int {
		if slot < len(part) {
			return part[slot]
		}
		return part[0]
	}
	fill(b.x0, b.n, dim, func(slot int, row []float32) { copy(row, images.Image(example(slot))) }, &err)
	fill(b.r, b.n, dim, func(slot int, row []float32) { i := example(slot); copy(row, r[i*dim:]) }, &err)
	fill(b.class, b.n, 1, func(slot int, row []int32) { row[0] = class[example(slot)] }, &err)
	if err != nil {
		return fmt.Errorf("attack: %w", err)
	}
	state := b.r
	release := func() {
		if state != b.r {
			state.FinalizeAll()
		}
	}
	defer func() { release() }()
	for done := 0; done < k; {
		if err := ctx.Err(); err != nil {
			return err
		}
		exec, steps := c.single, 1
		if k-done >= c.unroll {
			exec, steps = c.many, c.unroll
		}
		done += steps
		out, err := exec.Call(b.x0, state, b.class, float32(a.Epsilon), float32(a.Step))
		if err != nil {
			return fmt.Errorf("attack: %w", err)
		}
		release()
		state = out[0]
		for o, flag := range [][]bool{moved, bad} {
			err := tensors.ConstFlatData(out[1+o], func(flat []int32) {
				for s, i := range part {
					flag[i] = flag[i] || flat[s] > 0
				}
			})
			out[1+o].FinalizeAll()
			if err != nil {
				return fmt.Errorf("attack: %w", err)
			}
		}
		if done < k && !a.KeepPath {
			continue
		}
		err = tensors.ConstFlatData(state, func(flat []float32) {
			for s, i := range part {
				copy(r[i*dim:(i+1)*dim], flat[s*dim:])
			}
		})
		if err != nil {
			return fmt.Errorf("attack: %w", err)
		}
		if a.KeepPath {
			for _, i := range part {
				for j, v := range images.Image(i) {
					res.Path[i] = append(res.Path[i], v+r[i*dim+j])
				}
			}
		}
	}
	return nil
}

// make allocates the inputs of b, in memory shared with the backend where it can.
func (b *pgdBatch) make(c *CompiledPGD) (err error) {
	in := c.m.Input
	image := shapes.Make(dtypes.Float32, b.n, in[0], in[1], in[2])
	if b.x0, err = tensors.FromShapeForBackend(c.m.Backend, 0, image); err != nil {
		return err
	}
	if b.r, err = tensors.FromShapeForBackend(c.m.Backend, 0, image); err != nil {
		return err
	}
	b.class, err = tensors.FromShapeForBackend(c.m.Backend, 0, shapes.Make(dtypes.Int32, b.n))
	return err
}
