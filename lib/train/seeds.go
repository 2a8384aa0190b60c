package train

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"path"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/loss"

	"nncourse/lib/datasets"
	"nncourse/lib/nb"
)

// Seeds trains one network from several initial weights, to compare networks by bands and not by single runs. The step is
// compiled once for all seeds, which for deep and narrow networks takes longer than the training; so nothing is validated and nothing
// kept but the curves. Fit is for a model that one wants to have.
//
// The method is stochastic gradient descent with momentum on the mean softmax cross entropy L of a batch,
//
//	v ← μv + ∇L(w),  w ← w − εv,
//
// on batches drawn from the images in a new random order each epoch; an incomplete last batch is left out.
type Seeds struct {
	// Logits gives scores [batch, classes] of x [batch, H, W, C]; it is built for training, so batch normalisation sees the batch.
	Logits       func(scope *model.Scope, x *graph.Node) *graph.Node
	Epochs       int
	BatchSize    int                        // 0: 64
	LearningRate float64                    // ε before the schedule; 0: 0.1
	Momentum     float64                    // μ in [0, 1); 0 is plain SGD
	Schedule     func(done float64) float64 // factor of ε after the share done of all steps; nil: 1
	Seeds        []uint64                   // of the initial weights and of the order of the images, one run each
	Progress     *nb.Progress               // counts epochs over all runs from Done on; nil: silent
	Done         int
}

// Run is what one seed did.
type Run struct {
	Seed  uint64
	Loss  []float64 // mean cross entropy (nats) of the batches of each epoch, each measured before it was learned from
	Wrong []float64 // share of wrong answers on them, in [0, 1]
	// Diverged is the first step at which the loss was not finite; the run ends there, and its last epoch counts as a loss of
	// log(classes) and as wrong as chance. 0: it did not.
	Diverged int
	Duration time.Duration
}

// Run trains from every seed in turn. With a backend that computes in one order the same seeds give the same bits.
//
// The weights of convolutions and dense layers begin normal with variance 2/fan-in (He, Zhang, Ren, Sun 2015, eq. 10),
// biases and offsets with 0, scales with 1. The error is the context's or the backend's; it panics on bad settings.
func (s Seeds) Run(ctx context.Context, b compute.Backend, d *datasets.Images) ([]Run, error) {
	if s.BatchSize == 0 {
		s.BatchSize = 64
	}
	if s.LearningRate == 0 {
		s.LearningRate = 0.1
	}
	if s.Schedule == nil {
		s.Schedule = func(float64) float64 { return 1 }
	}
	if s.Logits == nil || s.Epochs < 1 || s.BatchSize < 1 || s.BatchSize > d.N || !(s.LearningRate > 0) || !(s.Momentum >= 0 && s.Momentum < 1) || len(s.Seeds) == 0 {
		panic(fmt.Sprintf("train: Seeds needs Logits, Epochs ≥ 1, a BatchSize up to the number of images, LearningRate > 0, Momentum in [0, 1) and a seed: %+v with %d images", s, d.N))
	}
	f := &seedsRun{Seeds: s, d: d, store: model.NewStore()}
	exec, err := model.NewExec(b, f.store, f.step)
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	defer exec.Finalize()
	// Build the variables without computing: their initial values come from begin.
	if err := f.lay(b); err != nil {
		return nil, err
	}
	var runs []Run
	for _, seed := range s.Seeds {
		r, err := f.run(ctx, exec, seed)
		if err != nil {
			return runs, err
		}
		runs = append(runs, r)
	}
	return runs, nil
}

type seedsRun struct {
	Seeds
	d       *datasets.Images
	store   *model.Store
	classes int
}

const velocity = "velocity" // scope of v, beside the network's own

// step is one step of training: x [batch, H, W, C], y [batch, 1], rate → mean loss, number of wrong answers.
func (f *seedsRun) step(scope *model.Scope, x, y, rate *graph.Node) (meanLoss, wrong *graph.Node) {
	g := x.Graph()
	scope.Store().SetTraining(g, true)
	z := f.Logits(scope, x) // [batch, classes]
	f.classes = z.Shape().Dimensions[1]
	meanLoss = graph.ReduceAllMean(loss.SparseCategoricalCrossEntropyLogits([]*graph.Node{y}, []*graph.Node{z}))
	best := graph.ArgMax(z, 1, y.DType())
	wrong = graph.ReduceAllSum(graph.ConvertDType(graph.NotEqual(best, graph.Reshape(y, -1)), z.DType()))
	var weights []*model.Variable
	var nodes []*graph.Node
	for v := range scope.Store().IterVariables() {
		if v.Trainable && v.InUseByGraph(g) {
			weights, nodes = append(weights, v), append(nodes, v.NodeValue(g))
		}
	}
	for i, grad := range graph.Gradient(meanLoss, nodes...) {
		w := weights[i]
		v := scope.Store().RootScope().In(velocity).WithInitializer(func(g *graph.Graph, s shapes.Shape) *graph.Node { return graph.Zeros(g, s) }).
			VariableWithShape(flatName(w.Path()), w.Shape()).SetTrainable(false)
		// v ← μv + ∇L,  w ← w − εv
		next := graph.Add(graph.MulScalar(v.NodeValue(g), f.Momentum), grad)
		v.SetNodeValue(next)
		w.SetNodeValue(graph.Sub(nodes[i], graph.Mul(rate, next)))
	}
	return meanLoss, wrong
}

func flatName(p string) string {
	out := []rune(p[1:])
	for i, r := range out {
		if r == '/' {
			out[i] = '.'
		}
	}
	return string(out)
}

// lay makes the variables, with no values yet.
func (f *seedsRun) lay(b compute.Backend) (err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(error)
			if !ok {
				panic(r)
			}
			err = fmt.Errorf("train: %w", e)
		}
	}()
	g := graph.NewGraph(b, "layout")
	defer g.Finalize()
	model.SetStore(g, f.store)
	param := func(name string, t dtypes.DType, dims ...int) *graph.Node {
		return graph.Parameter(g, name, shapes.Make(t, dims...))
	}
	f.step(f.store.RootScope(), param("x", dtypes.Float32, f.BatchSize, f.d.H, f.d.W, f.d.C), param("y", dtypes.Int32, f.BatchSize, 1), param("rate", dtypes.Float32))
	return nil
}

// begin gives every variable its first value.
func (f *seedsRun) begin(rng *rand.Rand) error {
	for v := range f.store.IterVariables() {
		dims := v.Shape().Dimensions
		values := make([]float32, v.Shape().Size())
		switch name := path.Base(v.Path()); {
		case path.Base(path.Dir(v.Path())) == velocity:
		case len(dims) >= 2: // weights, [..., in, out]
			fanIn := 1
			for _, d := range dims[:len(dims)-1] {
				fanIn *= d
			}
			std := math.Sqrt(2 / float64(fanIn))
			for i := range values {
				values[i] = float32(std * rng.NormFloat64())
			}
		case name == "scale" || name == "variance": // of batch normalisation
			for i := range values {
				values[i] = 1
			}
		}
		if err := v.SetValue(tensors.FromFlatDataAndDimensions(values, dims...)); err != nil {
			return fmt.Errorf("train: %q: %w", v.Path(), err)
		}
	}
	return nil
}

func (f *seedsRun) run(ctx context.Context, exec *model.Exec, seed uint64) (Run, error) {
	r := Run{Seed: seed}
	start := time.Now()
	rng := rand.New(rand.NewPCG(seed, 17))
	if err := f.begin(rng); err != nil {
		return r, err
	}
	d, size, n := f.d, f.d.H*f.d.W*f.d.C, f.BatchSize
	perEpoch := d.N / n
	total := float64(f.Epochs * perEpoch)
	pix, labels := make([]float32, n*size), make([]int32, n)
	for epoch := range f.Epochs {
		sum, wrong := 0.0, 0.0
		order := rng.Perm(d.N)
		for k := range perEpoch {
			if err := ctx.Err(); err != nil {
				return r, err
			}
			if r.Diverged > 0 {
				break
			}
			for j, i := range order[k*n : (k+1)*n] {
				copy(pix[j*size:], d.Image(i))
				labels[j] = d.Labels[i]
			}
			step := epoch*perEpoch + k
			rate := float32(f.LearningRate * f.Schedule(float64(step)/total))
			x := tensors.FromFlatDataAndDimensions(pix, n, d.H, d.W, d.C)
			y := tensors.FromFlatDataAndDimensions(labels, n, 1)
			out, err := exec.Call(x, y, rate)
			x.FinalizeAll()
			y.FinalizeAll()
			if err != nil {
				return r, fmt.Errorf("train: seed %d, step %d: %w", seed, step+1, err)
			}
			l := float64(tensors.ToScalar[float32](out[0]))
			sum += l
			wrong += float64(tensors.ToScalar[float32](out[1]))
			for _, o := range out {
				o.FinalizeAll()
			}
			if math.IsNaN(l) || math.IsInf(l, 0) {
				r.Diverged = step + 1
			}
		}
		if r.Diverged > 0 {
			c := float64(f.classes)
			r.Loss, r.Wrong = append(r.Loss, math.Log(c)), append(r.Wrong, 1-1/c)
		} else {
			r.Loss, r.Wrong = append(r.Loss, sum/float64(perEpoch)), append(r.Wrong, wrong/float64(perEpoch*n))
		}
		f.Done++
		if f.Progress != nil {
			f.Progress.Set(f.Done, fmt.Sprintf("seed %d, epoch %d: loss %.3f", seed, epoch+1, r.Loss[epoch]))
		}
	}
	r.Duration = time.Since(start)
	return r, nil
}
