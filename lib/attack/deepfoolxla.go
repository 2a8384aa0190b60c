package attack

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// DeepFool on many examples of a network, in float32 on the model's backend.
//
// An example needs few iterations and some need many, so a fixed batch that runs until its last example is done would
// work mostly for examples that are finished. Here the batch is a row of slots: after every step the finished examples
// leave their slots and waiting ones take them, so that the program, compiled once for [Slots, H, W, C], stays full until the
// queue is empty. The few that remain then run in a smaller batch of one more fixed shape.
//
// One execution makes one step of every slot: the logits at x, the gradients of the candidates' logit differences in one
// reverse pass each over the same forward pass, the step, and the labels at the new x.
//
// The reverse passes are nine tenths of the work, and most are for classes that cannot win: after the first step x is close to
// one boundary, while a point that moved by s is nearer to any other by s at most. So an example's first step looks at
// all candidates, and remembers how far off each is, D_k, less what x has moved since. The next steps look at the one with
// the least D_k, and hold good if every other class is too far off,
//
//	D_k > 2·|f'_l|/‖w'_l‖_q   for all k that were not looked at, l being the nearest of those that were;
//
// otherwise the step is thrown away and made again with the three of the least D_k, if the rest is too far off, or with all. The triangle inequality is exact for true
// distances, and the D_k are those to linearised boundaries: the 2 is for what the linearisation may have been wrong by. DeepFool.Plain
// does without; TestPruning compares the two.

// Compiled is a DeepFool attack whose programs are kept between calls of Attack. It is not for several goroutines at once.
type Compiled struct {
	d          DeepFool
	m          *nets.Model
	candidates int
	looks      []int // how many candidates a step may look at, ascending; the last is all
	exec       *model.Exec
	shapes     []*slots // largest first
}

// slots holds the inputs of one compiled batch size.
type slots struct {
	n         int
	x0, total *tensors.Tensor   // [n, H, W, C]
	label     *tensors.Tensor   // [n]
	rivals    []*tensors.Tensor // [n, looks[j]] each
}

// Compile prepares the attack on m; the programs themselves are compiled at their first use (about a second each).
// Attack sees later changes of m's variables. Close releases the programs. Norms other than L2 and Inf panic.
func (d DeepFool) Compile(m *nets.Model) (*Compiled, error) {
	if p := d.Norm.orL2(); p != L2 && p != Inf {
		panic(fmt.Sprintf("attack: the batched DeepFool knows L2 and L∞, not %v", p))
	}
	if m.Classes < 2 {
		panic(fmt.Sprintf("attack: a model of %d classes has no label to change", m.Classes))
	}
	c := &Compiled{d: d, m: m, candidates: m.Classes - 1}
	if d.Candidates > 0 {
		c.candidates = min(c.candidates, d.Candidates)
	}
	c.looks = []int{1, 3, c.candidates}
	if d.Plain || c.candidates <= 3 {
		c.looks = c.looks[2:]
	}
	var err error
	if c.exec, err = model.NewExec(m.Backend, m.Store, c.step); err != nil {
		return nil, fmt.Errorf("attack: %w", err)
	}
	full := d.Slots
	if full <= 0 {
		full = 64
	}
	for n := full; ; n = (n + 3) / 4 {
		c.shapes = append(c.shapes, &slots{n: n})
		if n <= 16 {
			return c, nil
		}
	}
}

// Close releases the compiled programs and their inputs.
func (c *Compiled) Close() {
	for _, s := range c.shapes {
		for _, t := range append(s.rivals, s.x0, s.total, s.label) {
			if t != nil {
				t.FinalizeAll()
			}
		}
	}
	c.exec.Finalize()
}

// What a step reports of an example.
const (
	stepDone = iota
	stepZeroGradient
	stepNotFinite
)

// step is one iteration for n examples: x0, total [n, H, W, C]; label [n]; rivals [n, J] →
// total' [n, H, W, C], label at the new x [n], stepDone… [n], the distances [n, J] to the linearised boundaries.
func (c *Compiled) step(scope *model.Scope, in []*graph.Node) []*graph.Node {
	x0, total, label, rivals := in[0], in[1], in[2], in[3]
	g := x0.Graph()
	n := x0.Shape().Dimensions[0]
	x := c.point(x0, total)
	f := c.m.Logits(scope, x) // [n, classes]
	f.AssertDims(n, c.m.Classes)
	dtype := f.DType()
	isLabel := graph.OneHot(label, c.m.Classes, dtype) // [n, classes]

	inf := graph.BroadcastToDims(graph.Infinity(g, dtype, 1), n)
	best := inf                                                                     // [n] distance to the nearest linearised boundary
	dir := graph.ZerosLike(x0)                                                      // [n, H, W, C] unit direction to it
	finite := graph.ReduceLogicalAnd(graph.IsFinite(f), 1)                          // [n]
	wide := func(v *graph.Node) *graph.Node { return graph.Reshape(v, n, 1, 1, 1) } // [n] beside [n, H, W, C]
	var all []*graph.Node                                                           // [n, 1] each: the distances
	for j := range rivals.Shape().Dimensions[1] {
		k := graph.Squeeze(graph.Slice(rivals, graph.AxisRange(), graph.AxisRange(j, j+1)), 1) // [n]
		isRival := graph.OneHot(k, c.m.Classes, dtype)
		// f'_k = f_k − f_y [n],  w'_k = ∇f'_k [n, H, W, C]: example i's f' depends on xᵢ alone, so one reverse pass of the sum has all rows
		gap := graph.ReduceSum(graph.Mul(f, graph.Sub(isRival, isLabel)), 1)
		w := graph.Gradient(graph.ReduceAllSum(gap), x)[0]
		var gain, u *graph.Node // ‖w'‖_q [n] and the unit direction of steepest ascent
		if c.d.Norm.orL2() == L2 {
			gain = graph.Sqrt(graph.ReduceSum(graph.Square(w), 1, 2, 3))
			u = graph.Div(w, wide(graph.Where(graph.GreaterThan(gain, graph.ZerosLike(gain)), gain, graph.OnesLike(gain))))
		} else {
			gain = graph.ReduceSum(graph.Abs(w), 1, 2, 3)
			u = graph.Sign(w)
		}
		finite = graph.LogicalAnd(finite, graph.IsFinite(gain))
		// |f'_k| / ‖w'_k‖_q, infinitely far where the gradient is zero
		dist := graph.Where(graph.GreaterThan(gain, graph.ZerosLike(gain)), graph.Div(graph.Abs(gap), gain), inf)
		all = append(all, graph.ExpandDims(dist, 1))
		nearer := graph.LessThan(dist, best)
		best = graph.Where(nearer, dist, best)
		dir = graph.Where(graph.BroadcastToDims(wide(nearer), x0.Shape().Dimensions...), u, dir)
	}
	found := graph.LessThan(best, inf)
	// r ← r + |f'_l|/‖w'_l‖_q · u_l
	length := graph.MaxScalar(best, c.d.minStep(1e-4))
	ok := graph.LogicalAnd(finite, found)
	stride := graph.Where(ok, length, graph.ZerosLike(length))
	after := graph.Add(total, graph.Mul(wide(stride), dir))
	fAfter := c.m.Logits(scope, c.point(x0, after))
	ok2 := graph.ReduceLogicalAnd(graph.IsFinite(fAfter), 1)
	code := func(v int) *graph.Node { return graph.MulScalar(graph.OnesLike(label), v) }
	state := graph.Where(found, code(stepDone), code(stepZeroGradient))
	state = graph.Where(graph.LogicalAnd(finite, ok2), state, code(stepNotFinite))
	return []*graph.Node{after, graph.ArgMax(fAfter, 1, dtypes.Int32), state, graph.Concatenate(all, 1)}
}

// point is x = clip(x₀ + (1 + η)·total).
func (c *Compiled) point(x0, total *graph.Node) *graph.Node {
	x := graph.Add(x0, graph.MulScalar(total, 1+c.d.overshoot()))
	if c.d.clips() {
		x = graph.ClipScalar(x, c.d.Lo, c.d.Hi)
	}
	return x
}

// Attack runs the attack on every image of d that m labels as d.Labels does; see Compiled.Attack. It compiles the
// programs for this call; use Compile to keep them.
func (d DeepFool) Attack(ctx context.Context, m *nets.Model, images *datasets.Images) (*Result, error) {
	c, err := d.Compile(m)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return c.Attack(ctx, images)
}

// Attack runs the attack on every image that the model labels as images.Labels does, and returns what happened to each.
// Every Flipped perturbation was confirmed by the model's Predict on image + R; one that round-off had undone goes on.
//
// Queries counts two forward passes a step (at x and at the next x), one before and one to confirm; Gradients one a candidate
// looked at and step, those of steps that were made again included. The error is the context's or the backend's; examples do not cause errors, they get a Status.
func (c *Compiled) Attack(ctx context.Context, images *datasets.Images) (*Result, error) {
	c.m.CheckImages(images)
	dim := images.H * images.W * images.C
	r := &Result{Name: c.d.String(), N: images.N, Dim: dim, R: make([]float32, images.N*dim),
		Status: make([]Status, images.N), Iterations: make([]int, images.N), Queries: make([]int, images.N), Gradients: make([]int, images.N)}
	if c.d.KeepPath {
		r.Path = make([][]float32, images.N)
	}
	labels, logits, err := c.m.Predict(ctx, images.Pix[:images.N*dim])
	if err != nil {
		return nil, fmt.Errorf("attack: %w", err)
	}
	r.From, r.To = labels, append([]int32(nil), labels...)
	total := make([]float32, images.N*dim) // Σ rᵢ of each example, without overshoot
	var queue []int
	for i := range images.N {
		r.Queries[i]++
		if c.d.KeepPath {
			r.Path[i] = append(r.Path[i], images.Image(i)...)
		}
		if r.Status[i] = startStatus(logits[i*c.m.Classes:(i+1)*c.m.Classes], labels[i], images.Labels[i]); r.Status[i] == Flipped {
			queue = append(queue, i)
		}
	}
	finished := images.N - len(queue)
	report := func(done int) {
		if c.d.Progress != nil {
			c.d.Progress(done, images.N)
		}
	}
	report(finished)
	far := make([]bounds, images.N)
	all := len(c.looks) - 1
	next := 0 // the fewest after the first step; all where compiling more programs would take longer than they save
	if images.N <= c.shapes[0].n {
		next = all
	}
	waiting := make([][]int, len(c.looks)) // the examples to be stepped with looks[j] candidates
	for len(queue) > 0 {
		waiting[all] = queue
		var flipped []int // seen to flip by the step's own forward pass
		for {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			j := 0 // the longest list, so that the slots are filled
			for k := range waiting {
				if len(waiting[k]) > len(waiting[j]) {
					j = k
				}
			}
			if len(waiting[j]) == 0 {
				break
			}
			active := waiting[j][:min(c.shapes[0].n, len(waiting[j]))]
			waiting[j] = waiting[j][len(active):]
			out, err := c.run(active, j, far, images, total, logits, labels)
			if err != nil {
				return nil, err
			}
			for s, i := range active {
				r.Queries[i] += 2
				r.Gradients[i] += out.looked
				dist := out.dist[s*out.looked : (s+1)*out.looked]
				if more := c.enough(j, &far[i], out.state[s], slices.Min(dist)); more > j {
					waiting[more] = append(waiting[more], i) // again, with more candidates
					continue
				}
				r.To[i] = out.to[s]
				if out.state[s] == stepNotFinite {
					r.Status[i], r.To[i] = NotFinite, r.From[i]
				} else if out.state[s] == stepZeroGradient {
					r.Status[i] = ZeroGradient
				} else {
					far[i].moved(c.candidates, dist, max(float64(slices.Min(dist)), c.d.minStep(1e-4))*(1+c.d.overshoot()))
					copy(total[i*dim:(i+1)*dim], out.after[s*dim:])
					r.Iterations[i]++
					c.place(r, images, total, i)
					switch {
					case out.to[s] != r.From[i]:
						flipped = append(flipped, i)
						continue
					case r.Iterations[i] < c.d.maxIterations():
						waiting[next] = append(waiting[next], i)
						continue
					}
					r.Status[i] = Exhausted
				}
				finished++
			}
			report(finished + len(flipped))
		}
		queue = nil
		// Confirm on image + R as the caller will add it.
		pix := make([]float32, 0, len(flipped)*dim)
		for _, i := range flipped {
			for j, v := range images.Image(i) {
				pix = append(pix, v+r.R[i*dim+j])
			}
		}
		now, _, err := c.m.Predict(ctx, pix)
		if err != nil {
			return nil, fmt.Errorf("attack: %w", err)
		}
		for s, i := range flipped {
			r.Queries[i]++
			r.To[i] = now[s]
			switch {
			case now[s] != r.From[i]:
				r.Status[i] = Flipped
			case r.Iterations[i] < c.d.maxIterations():
				queue = append(queue, i)
				continue
			default:
				r.Status[i] = Exhausted
			}
			finished++
		}
		report(finished)
	}
	return r, nil
}

// startStatus judges an example before the attack; Flipped stands for "to be attacked".
func startStatus(logits []float32, got, want int32) Status {
	for _, v := range logits {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return NotFinite
		}
	}
	if got != want {
		return AlreadyWrong
	}
	for k, v := range logits {
		if int32(k) != got && v == logits[got] {
			return Tied
		}
	}
	return Flipped
}

// place writes R = clip(x₀ + (1 + η)·total) − x₀ of example i, and the path.
func (c *Compiled) place(r *Result, images *datasets.Images, total []float32, i int) {
	eta := float32(1 + c.d.overshoot())
	x0 := images.Image(i)
	for j := range x0 {
		v := inRange(x0[j], eta*total[i*r.Dim+j], c.d.Lo, c.d.Hi)
		r.R[i*r.Dim+j] = v
		if r.Path != nil {
			r.Path[i] = append(r.Path[i], x0[j]+v)
		}
	}
}

// bounds is what is known of an example's candidates, the nearest first.
type bounds struct {
	order []int     // indices into rivals
	far   []float64 // far[j]: how far off candidate order[j] was when it was last looked at, less what x moved since
}

// moved takes the distances of a step, of all n candidates in the order of rivals or of the first few of order, after which x went
// the way by.
func (b *bounds) moved(n int, dist []float32, by float64) {
	if len(dist) == n {
		b.order, b.far = make([]int, n), make([]float64, n)
		for j := range n {
			b.order[j] = j
		}
	}
	for j, d := range dist {
		b.far[j] = float64(d)
	}
	for j := range b.far {
		b.far[j] -= by
	}
	sort.Stable(b)
}

func (b *bounds) Len() int           { return len(b.order) }
func (b *bounds) Less(i, j int) bool { return b.far[i] < b.far[j] }
func (b *bounds) Swap(i, j int) {
	b.order[i], b.order[j] = b.order[j], b.order[i]
	b.far[i], b.far[j] = b.far[j], b.far[i]
}

// enough gives the index into looks that a step which looked at looks[j] candidates, the nearest at the distance d, should have
// had: j if no other candidate can be nearer.
func (c *Compiled) enough(j int, b *bounds, state int32, d float32) int {
	all := len(c.looks) - 1
	if j < all && state != stepDone {
		return all
	}
	for j < all && !(b.far[c.looks[j]] > 2*float64(d)) {
		j++
	}
	return j
}

// stepped is what a step of a batch gave: after [n, H, W, C], to, state [n], dist [n, looked].
type stepped struct {
	after     []float32
	to, state []int32
	dist      []float32
	looked    int
}

// run makes one step of the active examples in the smallest batch that holds them, looking at looks[j]
// candidates. Unused slots repeat the first example.
func (c *Compiled) run(active []int, j int, far []bounds, images *datasets.Images, total, logits []float32, labels []int32) (r stepped, err error) {
	s := c.shapes[0]
	for _, t := range c.shapes[1:] {
		if len(active) <= t.n {
			s = t
		}
	}
	if s.x0 == nil {
		if err := s.make(c); err != nil {
			return r, fmt.Errorf("attack: %w", err)
		}
	}
	dim, classes := images.H*images.W*images.C, c.m.Classes
	example := func(slot int) int {
		if slot < len(active) {
			return active[slot]
		}
		return active[0]
	}
	fill(s.x0, s.n, dim, func(slot int, row []float32) { copy(row, images.Image(example(slot))) }, &err)
	fill(s.total, s.n, dim, func(slot int, row []float32) { i := example(slot); copy(row, total[i*dim:]) }, &err)
	fill(s.label, s.n, 1, func(slot int, row []int32) { row[0] = labels[example(slot)] }, &err)
	in, looked := s.rivals[j], c.looks[j]
	fill(in, s.n, looked, func(slot int, row []int32) {
		i := example(slot)
		all := rivals(logits[i*classes:(i+1)*classes], int(labels[i]), c.candidates)
		for k := range row {
			if looked == c.candidates {
				row[k] = int32(all[k])
			} else {
				row[k] = int32(all[far[i].order[k]])
			}
		}
	}, &err)
	if err != nil {
		return r, fmt.Errorf("attack: %w", err)
	}
	out, err := c.exec.Call(s.x0, s.total, s.label, in)
	if err != nil {
		return r, fmt.Errorf("attack: %w", err)
	}
	defer func() {
		for _, t := range out {
			t.FinalizeAll()
		}
	}()
	r.looked = looked
	r.after, err = tensors.CopyFlatData[float32](out[0])
	if err == nil {
		r.to, err = tensors.CopyFlatData[int32](out[1])
	}
	if err == nil {
		r.state, err = tensors.CopyFlatData[int32](out[2])
	}
	if err == nil {
		r.dist, err = tensors.CopyFlatData[float32](out[3])
	}
	if err != nil {
		return r, fmt.Errorf("attack: %w", err)
	}
	return r, nil
}

// make allocates the inputs of s, in memory shared with the backend where it can.
func (s *slots) make(c *Compiled) (err error) {
	in := c.m.Input
	type input struct {
		at    **tensors.Tensor
		shape shapes.Shape
	}
	inputs := []input{
		{&s.x0, shapes.Make(dtypes.Float32, s.n, in[0], in[1], in[2])},
		{&s.total, shapes.Make(dtypes.Float32, s.n, in[0], in[1], in[2])},
		{&s.label, shapes.Make(dtypes.Int32, s.n)},
	}
	s.rivals = make([]*tensors.Tensor, len(c.looks))
	for j, looked := range c.looks {
		inputs = append(inputs, input{&s.rivals[j], shapes.Make(dtypes.Int32, s.n, looked)})
	}
	for _, t := range inputs {
		if *t.at, err = tensors.FromShapeForBackend(c.m.Backend, 0, t.shape); err != nil {
			return err
		}
	}
	return nil
}

// fill sets the n rows, width values each, of a tensor; it does nothing after an earlier error.
func fill[T float32 | int32](t *tensors.Tensor, n, width int, row func(slot int, row []T), err *error) {
	if *err != nil {
		return
	}
	*err = tensors.MutableFlatData(t, func(flat []T) {
		for s := range n {
			row(s, flat[s*width:(s+1)*width])
		}
	})
}
