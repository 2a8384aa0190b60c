package robust

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"

	"nncourse/lib/datasets"
	"nncourse/lib/nb"
	"nncourse/lib/nets"
)

// Training is adversarial training (Madry et al. 2018, eq. 2.1): the weights θ are fitted to the worst that the inner maximisation
// finds in the ball of radius ε round each example,
//
//	min_θ  E_(x,y) [ (1 − λ)·max_{‖r‖_∞ ≤ ε} J_θ(x + r, y)  +  λ·J_θ(x, y) ],
//
// with J the softmax cross entropy. For each batch:
//
//  1. u uniform in [−1, 1] (or 0), and r by Inner, at the weights of now
//  2. one step of Adam along the gradient, by θ, of the batch's mean of the bracket, r held fixed
//
// Both are one execution of one program, of Inner.Steps + 1 forward and reverse passes.
//
// ε grows in a line from 0 over the first Grow of all steps. With a large ε from the start, many nets stay at the loss log(classes) for
// epochs: no answer at all is the safest answer.
//
// The network is used as at test time: dropout is silent and batch normalisation does not see the batch.
type Training struct {
	Epsilon float64 // radius ε ≥ 0 in L∞, in the units of x
	Inner   Inner
	Centre  bool    // start the inner maximisation at x, not at a random point
	Clean   float64 // λ in [0, 1]: share of the loss on the examples as they are; 0 = none
	Grow    float64 // share of all steps in which ε grows; 0 = none

	Epochs       int                        // 0 = 5
	BatchSize    int                        // 0 = 64, and at most the number of examples. An incomplete last batch is left out
	LearningRate float64                    // of Adam (β₁ = 0.9, β₂ = 0.999), before the schedule; 0 = 1e-3
	Schedule     func(done float64) float64 `json:"-"` // factor of the rate; done ∈ [0, 1) is the share of all steps that lies behind; nil = 1
	Seed         uint64                     // of the order of the examples and of the starts
	Progress     *nb.Progress               `json:"-"` // counts steps; nil: silent
}

// History is what a training did.
type History struct {
	Step     []int     // steps done at each record: every RecordEvery, and at the end of an epoch
	Loss     []float64 // mean of the bracket (nats) over the batches since the record before
	Epsilon  []float64 // ε at the record
	Accuracy []float64 // share of right answers under the inner attack, over the batches since the record before

	Duration time.Duration
	Loaded   bool `json:"-"` // this call trained nothing: the model was found on disk
}

// RecordEvery is the number of steps between two records.
const RecordEvery = 20

func (t Training) withDefaults(n int) Training {
	if t.Epochs == 0 {
		t.Epochs = 5
	}
	if t.BatchSize == 0 {
		t.BatchSize = 64
	}
	t.BatchSize = min(t.BatchSize, n)
	if t.LearningRate == 0 {
		t.LearningRate = 1e-3
	}
	if t.Schedule == nil {
		t.Schedule = func(float64) float64 { return 1 }
	}
	t.Inner = t.Inner.withDefaults()
	if !(t.Epsilon >= 0) || math.IsInf(t.Epsilon, 1) || !(t.Clean >= 0 && t.Clean <= 1) || !(t.Grow >= 0 && t.Grow <= 1) ||
		t.Epochs < 0 || t.BatchSize < 1 || !(t.LearningRate > 0) || !(t.Inner.Step > 0) {
		panic(fmt.Sprintf("robust: Training needs a finite Epsilon ≥ 0, Clean and Grow in [0, 1], Epochs ≥ 0, BatchSize ≥ 1, LearningRate and Inner.Step > 0, and an example: %+v with %d examples", t, n))
	}
	return t
}

// Radius is ε at the step after done others of total: it grows in a line over the first Grow of them.
func (t Training) Radius(done, total int) float64 {
	if ramp := t.Grow * float64(total); float64(done) < ramp {
		return t.Epsilon * float64(done) / ramp
	}
	return t.Epsilon
}

// Steps is the number of steps of a training on n examples.
func (t Training) Steps(n int) int {
	t = t.withDefaults(n)
	return t.Epochs * (n / t.BatchSize)
}

// Fit trains m on the examples of d. The initial weights are those that m has; with them and the seed fixed, two runs on one machine
// give the same bits. On an error the model holds the weights reached so far: the context's, the backend's, or a loss that is not
// finite, naming step and radius. It panics if the examples do not fit the model.
func (t Training) Fit(ctx context.Context, m *nets.Model, d *datasets.Images) (*History, error) {
	m.CheckImages(d)
	t = t.withDefaults(d.N)
	begin := time.Now()
	if err := forget(m.Store); err != nil {
		return nil, err
	}
	adam := optimizer.Adam().LearningRate(t.LearningRate).Done()
	exec, err := model.NewExec(m.Backend, m.Store, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
		return t.step(scope, m, adam, in[0], in[1], in[2], in[3])
	})
	if err != nil {
		return nil, fmt.Errorf("robust: %w", err)
	}
	defer exec.Finalize()
	h := &History{}
	perEpoch, size := d.N/t.BatchSize, d.H*d.W*d.C
	total := t.Steps(d.N)
	pix, start, labels := make([]float32, t.BatchSize*size), make([]float32, t.BatchSize*size), make([]int32, t.BatchSize)
	rng := rand.New(rand.NewPCG(t.Seed, 58))
	var order []int
	var sum, right float64
	count := 0
	for done := range total {
		if err := ctx.Err(); err != nil {
			return h, err
		}
		k := done % perEpoch
		if k == 0 {
			order = rng.Perm(d.N)
		}
		for j, i := range order[k*t.BatchSize : (k+1)*t.BatchSize] {
			copy(pix[j*size:], d.Image(i))
			labels[j] = d.Labels[i]
		}
		if !t.Centre {
			for j := range start {
				start[j] = 2*rng.Float32() - 1
			}
		}
		rate := float32(t.LearningRate * t.Schedule(float64(done)/float64(total)))
		if err := optimizer.LearningRateVarWithValue(m.Store.RootScope(), dtypes.Float32, float64(rate)).SetValue(tensors.FromScalar(rate)); err != nil {
			return h, fmt.Errorf("robust: %w", err)
		}
		eps := t.Radius(done, total)
		loss, hits, err := call(exec, d, pix, start, labels, eps)
		if err != nil {
			return h, fmt.Errorf("robust: step %d: %w", done+1, err)
		}
		if math.IsNaN(loss) || math.IsInf(loss, 0) {
			return h, fmt.Errorf("robust: the loss is %g at step %d of %d, ε = %.3g: lower the learning rate (%g now), or look for a division by zero, a log of 0 or an overflow in the network", loss, done+1, total, eps, rate)
		}
		sum, right, count = sum+loss, right+hits, count+1
		if (k+1)%RecordEvery == 0 || k+1 == perEpoch {
			h.Step, h.Epsilon = append(h.Step, done+1), append(h.Epsilon, eps)
			h.Loss, h.Accuracy = append(h.Loss, sum/float64(count)), append(h.Accuracy, right/float64(count*t.BatchSize))
			if t.Progress != nil {
				t.Progress.Set(done+1, fmt.Sprintf("epoch %d, ε %.2f: loss %.3f, %.1f %% right under attack", done/perEpoch+1, eps, sum/float64(count), 100*right/float64(count*t.BatchSize)))
			}
			sum, right, count = 0, 0, 0
		}
	}
	h.Duration = time.Since(begin)
	return h, forget(m.Store)
}

// call executes one step.
func call(exec *model.Exec, d *datasets.Images, pix, start []float32, labels []int32, eps float64) (loss, right float64, err error) {
	n := len(labels)
	x := tensors.FromFlatDataAndDimensions(pix, n, d.H, d.W, d.C)
	u := tensors.FromFlatDataAndDimensions(start, n, d.H, d.W, d.C)
	y := tensors.FromFlatDataAndDimensions(labels, n, 1)
	out, err := exec.Call(x, y, u, float32(eps))
	for _, in := range []*tensors.Tensor{x, u, y} {
		in.FinalizeAll()
	}
	if err != nil {
		return 0, 0, err
	}
	loss, right = float64(tensors.ToScalar[float32](out[0])), float64(tensors.ToScalar[float32](out[1]))
	for _, o := range out {
		o.FinalizeAll()
	}
	return loss, right, nil
}

// step is one step of training: x, u [batch, H, W, C], y [batch, 1], ε → mean of the bracket, number of right answers at x + r.
func (t Training) step(scope *model.Scope, m *nets.Model, adam optimizer.Interface, x, y, u, eps *graph.Node) []*graph.Node {
	logits := func(x *graph.Node) *graph.Node { return m.Logits(scope, x) }
	r := t.Inner.Perturb(logits, x, y, u, eps)
	z := logits(graph.Add(x, r)) // [batch, classes]
	// J = (1 − λ)·J(x + r, y) + λ·J(x, y)
	J := graph.ReduceAllMean(crossEntropy(z, y))
	if t.Clean > 0 {
		J = graph.Add(graph.MulScalar(J, 1-t.Clean), graph.MulScalar(graph.ReduceAllMean(crossEntropy(logits(x), y)), t.Clean))
	}
	adam.UpdateGraph(scope, x.Graph(), J)
	best := graph.ArgMax(z, 1, y.DType())
	right := graph.ReduceAllSum(graph.ConvertDType(graph.Equal(best, graph.Reshape(y, -1)), z.DType()))
	return []*graph.Node{J, right}
}

// forget deletes Adam's moments, rate and counter from the store, so that the network's variables alone remain.
func forget(store *model.Store) error {
	err := errors.Join(store.DeleteVariablesInScope(optimizer.Scope), store.DeleteVariablesInScope(optimizer.AdamDefaultScope),
		store.DeleteVariable(optimizer.GlobalStepVariableName))
	if err != nil {
		return fmt.Errorf("robust: %w", err)
	}
	return nil
}
