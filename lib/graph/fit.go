package graph

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	gx "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"
)

// Trainer trains a classifier of rows: of nodes, of arcs or of graphs, all of which are computed in every step, and some of which
// have labels that count. One program serves all runs: seeds, folds.
type Trainer struct {
	Store *model.Store
	rows  int
	x     *tensors.Tensor
	step  *model.Exec
	show  *model.Exec
}

// Config is one run of a Trainer.
type Config struct {
	Epochs int     // steps of full-batch Adam, ≥ 1
	Rate   float64 // its learning rate; 0 means 0.01
	Decay  float64 // λ of λ/2 ΣW² over all matrices W; Kipf and Welling have 5·10⁻⁴, for the first layer alone
	Seed   uint64  // of the weights and of dropout
	Every  int     // epochs between two entries of History.Valid; 0: none
}

// History is what a run did.
type History struct {
	Loss   []float64 // by epoch: mean cross entropy (nats) of the training rows, with dropout
	Epoch  []int     // of the entries of Valid
	Valid  []float64 // share of right answers among the valid rows
	Logits [][]float32
}

// Accuracy is the share of the given rows whose greatest logit is their label's.
func (h *History) Accuracy(y []int, rows []int) float64 { return accuracy(h.Logits, y, rows) }

func accuracy(logits [][]float32, y []int, rows []int) float64 {
	right := 0
	for _, i := range rows {
		best := 0
		for k, v := range logits[i] {
			if v > logits[i][best] {
				best = k
			}
		}
		if best == y[i] {
			right++
		}
	}
	return float64(right) / float64(len(rows))
}

// NewTrainer makes a trainer of logits: x, whatever it reads, as [][]float32 → [rows, classes]. Graphs are constants in it (Graph.Const).
func NewTrainer(b compute.Backend, x [][]float32, rows int, logits func(scope *model.Scope, x *gx.Node) *gx.Node) (*Trainer, error) {
	t := &Trainer{Store: model.NewStore(), rows: rows, x: tensors.FromValue(x)}
	var err error
	adam := optimizer.Adam().LearningRate(0.01).Done()
	// x, y [rows] int32, w [rows] weights, λ → mean loss over w
	t.step, err = model.NewExec(b, t.Store, func(scope *model.Scope, in []*gx.Node) []*gx.Node {
		g := in[0].Graph()
		scope.Store().SetTraining(g, true)
		z := logits(scope, in[0])
		z.AssertDims(rows, -1)
		hot := gx.OneHot(in[1], z.Shape().Dimensions[1], z.DType())
		J := gx.Neg(gx.ReduceAllSum(gx.Mul(gx.ReduceSum(gx.Mul(hot, gx.LogSoftmax(z, -1)), -1), in[2])))
		total := J
		for v := range scope.Store().IterVariables() {
			if matrix(v) {
				total = gx.Add(total, gx.Mul(in[3], gx.MulScalar(gx.ReduceAllSum(gx.Square(v.NodeValue(g))), 0.5)))
			}
		}
		adam.UpdateGraph(scope, g, total)
		return []*gx.Node{J}
	})
	if err != nil {
		return nil, fmt.Errorf("graph: %w", err)
	}
	t.show, err = model.NewExec(b, t.Store, func(scope *model.Scope, in []*gx.Node) []*gx.Node {
		return []*gx.Node{logits(scope, in[0])}
	})
	if err != nil {
		return nil, fmt.Errorf("graph: %w", err)
	}
	return t, nil
}

// matrix says whether v is a weight that starts at random and decays.
func matrix(v *model.Variable) bool {
	return v.Trainable && v.Shape().Rank() >= 2 && !strings.HasSuffix(v.Path(), "biases")
}

// reset draws the matrices anew, uniform in ±√(6/(in + out)) (Glorot and Bengio 2010), and sets all else to 0.
func (t *Trainer) reset(rate float64, seed uint64) error {
	var vars []*model.Variable
	for v := range t.Store.IterVariables() {
		vars = append(vars, v)
	}
	slices.SortFunc(vars, func(a, b *model.Variable) int { return strings.Compare(a.Path(), b.Path()) })
	rng := rand.New(rand.NewPCG(seed, 63))
	for _, v := range vars {
		s := v.Shape()
		var err error
		switch {
		case matrix(v):
			w := make([]float32, s.Size())
			bound := math.Sqrt(6 / float64(s.Dimensions[0]+s.Dimensions[s.Rank()-1]))
			for i := range w {
				w[i] = float32(bound * (2*rng.Float64() - 1))
			}
			err = v.SetValue(tensors.FromFlatDataAndDimensions(w, s.Dimensions...))
		case v.Trainable || strings.Contains(strings.ToLower(v.Path()), "adam") || strings.HasSuffix(v.Path(), optimizer.GlobalStepVariableName):
			err = v.SetValue(tensors.FromShape(s))
		}
		if err != nil {
			return fmt.Errorf("graph: %s: %w", v.Path(), err)
		}
	}
	if err := optimizer.LearningRateVarWithValue(t.Store.RootScope(), dtypes.Float32, rate).SetValue(tensors.FromScalar(float32(rate))); err != nil {
		return fmt.Errorf("graph: %w", err)
	}
	return t.Store.SetRNGStateFromSeed(int64(seed))
}

// Run trains from new weights on the labels y[i] of the rows i in train; other labels are not looked at, except those of valid, to count right
// answers. It errs if the loss is NaN or infinite, and with the context's or the backend's error.
func (t *Trainer) Run(ctx context.Context, cfg Config, y []int, train, valid []int) (*History, error) {
	if len(y) != t.rows || len(train) == 0 || cfg.Epochs < 1 {
		panic(fmt.Sprintf("graph: Run: %d labels for %d rows, %d of them to train on, %d epochs", len(y), t.rows, len(train), cfg.Epochs))
	}
	if cfg.Rate == 0 {
		cfg.Rate = 0.01
	}
	labels, weight := make([]int32, t.rows), make([]float32, t.rows)
	for _, i := range train {
		labels[i], weight[i] = int32(y[i]), 1/float32(len(train))
	}
	l, w := tensors.FromValue(labels), tensors.FromValue(weight)
	defer l.FinalizeAll()
	defer w.FinalizeAll()
	step := func() (float64, error) {
		out, err := t.step.Call(t.x, l, w, float32(cfg.Decay))
		if err != nil {
			return 0, fmt.Errorf("graph: %w", err)
		}
		defer out[0].FinalizeAll()
		return float64(tensors.ToScalar[float32](out[0])), nil
	}
	if _, err := step(); err != nil { // variables exist from the first execution on
		return nil, err
	}
	if err := t.reset(cfg.Rate, cfg.Seed); err != nil {
		return nil, err
	}
	h := &History{}
	for epoch := 1; epoch <= cfg.Epochs; epoch++ {
		if err := ctx.Err(); err != nil {
			return h, err
		}
		loss, err := step()
		if err != nil {
			return h, err
		}
		if math.IsNaN(loss) || math.IsInf(loss, 0) {
			return h, fmt.Errorf("graph: the loss is %g in epoch %d", loss, epoch)
		}
		h.Loss = append(h.Loss, loss)
		if last := epoch == cfg.Epochs; last || cfg.Every > 0 && epoch%cfg.Every == 0 {
			if h.Logits, err = t.Logits(); err != nil {
				return h, err
			}
			if cfg.Every > 0 && len(valid) > 0 {
				h.Epoch, h.Valid = append(h.Epoch, epoch), append(h.Valid, h.Accuracy(y, valid))
			}
		}
	}
	return h, nil
}

// Logits computes the rows with the weights of the last run, without dropout.
func (t *Trainer) Logits() ([][]float32, error) {
	out, err := t.show.Call(t.x)
	if err != nil {
		return nil, fmt.Errorf("graph: %w", err)
	}
	defer out[0].FinalizeAll()
	return out[0].Value().([][]float32), nil
}

// Close frees what the trainer holds on the device.
func (t *Trainer) Close() {
	t.step.Finalize()
	t.show.Finalize()
	t.x.FinalizeAll()
}
