package entropysgd

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/datasets"
	"nncourse/lib/nb"
	"nncourse/lib/nets"
	"nncourse/lib/workspace"
)

// NetMethod is what Train trains with: NetEntropySGD, NetSGD or NetAdam. Its state is a few vectors as long as all weights together, the first of which
// are the weights that the method stands for; one step evaluates one mini-batch gradient.
type NetMethod interface {
	Name() string
	check(evaluations int) error
	vectors() int // of the state
	noisy() bool  // the step wants normal numbers
	// hyper gives the numbers of step k = 0, 1, … of K in the order in which step reads them.
	hyper(k, K int) []float32
	// step builds the graph from state and normal numbers (nil if not noisy) to the next state and the batch's loss.
	// grad gives mean loss and gradient of the batch at a flat vector of weights.
	step(state []*graph.Node, hyper func(i int) *graph.Node, normal *graph.Node, grad func(at *graph.Node) (loss, g *graph.Node)) (next []*graph.Node, loss *graph.Node)
}

// NetConfig is how Train runs a method, the same for all methods that are compared.
type NetConfig struct {
	Evaluations int    // mini-batch gradients in all, ≥ 1: the price by which methods are compared
	Batch       int    // images a gradient; 0 means 64
	Seed        uint64 // of the order of the images, another in each epoch, and of the noise. 0 is a seed like any other.
	Every       int    // gradients between two records; 0 means one record, at the end
	PerCall     int    // gradients in one execution on the device, unrolled; 0 means 1. It pays for nets whose step is far under a millisecond.
	Valid       *datasets.Images
	Checkpoint  string // a folder, made where missing, that gets the state at each record. An unfinished run there is resumed, a finished one loaded. "" keeps nothing.
	Progress    bool   // show a bar
	Label       string // of the bar; "" means the method's name
}

// NetHistory is what a run did, by record.
type NetHistory struct {
	Evaluations   []int         // mini-batch gradients so far
	Loss          []float64     // mean cross entropy (nats) of the batches since the record before, where the gradients were taken: at x′ for Entropy-SGD
	ValidLoss     []float64     // mean cross entropy (nats) of NetConfig.Valid at the weights; empty without it
	ValidAccuracy []float64     // share of right answers on it
	Duration      time.Duration // of the steps, without the records
	Loaded        bool          // the finished run was found in the checkpoint folder
}

// Train minimises the mean softmax cross entropy of m on the images d, from the weights m has, and leaves the end point in m.
//
// All weights are one flat vector, in the order of the variables' paths; the net computes as at test time, without dropout, so that all methods see the same loss. Images lie on the
// device; a step is one execution, or part of one (PerCall). Batches and noise follow from Seed and the number of the gradient alone: two methods with one Seed see the same
// batches in the same order, and a resumed run goes on with the same bits. An incomplete last batch of an epoch is left out.
//
// Errors: hyperparameters out of range; optim.ErrDiverged, if a batch's loss is NaN or infinite, naming the gradient's number (m keeps the weights of the last record);
// the context's cause (the state of the last record is in the checkpoint); a checkpoint of another run; the backend's. It panics if the images do not fit the model.
func Train(ctx context.Context, m *nets.Model, d *datasets.Images, method NetMethod, cfg NetConfig) (h *NetHistory, err error) {
	m.CheckImages(d)
	if cfg.Batch == 0 {
		cfg.Batch = 64
	}
	if cfg.PerCall == 0 {
		cfg.PerCall = 1
	}
	if cfg.Every == 0 {
		cfg.Every = cfg.Evaluations
	}
	switch {
	case cfg.Evaluations < 1 || cfg.Every < 1 || cfg.PerCall < 1:
		return nil, fmt.Errorf("entropysgd: need Evaluations ≥ 1 and Every, PerCall ≥ 0, have %d, %d, %d", cfg.Evaluations, cfg.Every, cfg.PerCall)
	case cfg.Batch < 1 || cfg.Batch > d.N:
		return nil, fmt.Errorf("entropysgd: batches of %d from %d images", cfg.Batch, d.N)
	case cfg.Evaluations%cfg.PerCall != 0 || cfg.Every%cfg.PerCall != 0:
		return nil, fmt.Errorf("entropysgd: PerCall = %d must divide Evaluations = %d and Every = %d: each length of a call is compiled", cfg.PerCall, cfg.Evaluations, cfg.Every)
	}
	if err := method.check(cfg.Evaluations); err != nil {
		return nil, err
	}
	f, err := newFlat(ctx, m)
	if err != nil {
		return nil, err
	}
	r := &run{ctx: ctx, m: m, d: d, method: method, cfg: cfg, flat: f, h: &NetHistory{}}
	return r.h, r.run()
}

// flat is the model's weights as one vector.
type flat struct {
	m    *nets.Model
	vars []*model.Variable // trainable, by path
	size int               // P
}

func newFlat(ctx context.Context, m *nets.Model) (*flat, error) {
	// variables exist from the first execution on
	if _, _, err := m.Predict(ctx, make([]float32, m.Input[0]*m.Input[1]*m.Input[2])); err != nil {
		return nil, fmt.Errorf("entropysgd: %w", err)
	}
	f := &flat{m: m}
	for v := range m.Store.IterVariables() {
		if v.Trainable {
			if v.DType() != dtypes.Float32 {
				return nil, fmt.Errorf("entropysgd: the variable %s is of %s: want float32", v.Path(), v.DType())
			}
			f.vars = append(f.vars, v)
			f.size += v.Shape().Size()
		}
	}
	if f.size == 0 {
		return nil, errors.New("entropysgd: the model has no trainable variable")
	}
	slices.SortFunc(f.vars, func(a, b *model.Variable) int { return strings.Compare(a.Path(), b.Path()) })
	return f, nil
}

// Weights gives a copy of all weights of m as the one vector that Train works with: the trainable variables in the order of their paths.
func Weights(ctx context.Context, m *nets.Model) ([]float32, error) {
	f, err := newFlat(ctx, m)
	if err != nil {
		return nil, err
	}
	return f.get()
}

// SetWeights gives m other weights, in the order of Weights. It panics if w has another length.
func SetWeights(ctx context.Context, m *nets.Model, w []float32) error {
	f, err := newFlat(ctx, m)
	if err != nil {
		return err
	}
	if len(w) != f.size {
		panic(fmt.Sprintf("entropysgd: SetWeights: %d numbers for %d weights", len(w), f.size))
	}
	return f.set(w)
}

// get copies the weights out of the model.
func (f *flat) get() ([]float32, error) {
	w := make([]float32, 0, f.size)
	for _, v := range f.vars {
		t, err := v.Value()
		if err != nil {
			return nil, fmt.Errorf("entropysgd: %s: %w", v.Path(), err)
		}
		u, err := tensors.CopyFlatData[float32](t)
		if err != nil {
			return nil, fmt.Errorf("entropysgd: %s: %w", v.Path(), err)
		}
		w = append(w, u...)
	}
	return w, nil
}

// set copies weights into the model.
func (f *flat) set(w []float32) error {
	for _, v := range f.vars {
		n := v.Shape().Size()
		if err := v.SetValue(tensors.FromFlatDataAndDimensions(slices.Clone(w[:n]), v.Shape().Dimensions...)); err != nil {
			return fmt.Errorf("entropysgd: %s: %w", v.Path(), err)
		}
		w = w[n:]
	}
	return nil
}

// logits is the network on x [batch, H, W, C] with the weights w [P], a node of the graph.
func (f *flat) logits(scope *model.Scope, w, x *graph.Node) *graph.Node {
	lo := 0
	own := make([]*graph.Node, len(f.vars))
	for i, v := range f.vars {
		own[i] = v.NodeValue(w)
		hi := lo + v.Shape().Size()
		v.SetNodeValue(graph.Reshape(graph.Slice(w, graph.AxisRange(lo, hi)), v.Shape().Dimensions...))
		lo = hi
	}
	z := f.m.Logits(scope, x)
	for i, v := range f.vars {
		v.SetNodeValue(own[i]) // else the execution would write x′ into the model
	}
	return z
}

// crossEntropy is the mean over the batch of −log softmax(z)_y, z [batch, classes], y [batch].
func crossEntropy(z, y *graph.Node) *graph.Node {
	one := graph.OneHot(y, z.Shape().Dimensions[1], z.DType())
	return graph.Neg(graph.ReduceAllMean(graph.ReduceSum(graph.Mul(one, graph.LogSoftmax(z)), -1)))
}

// run is one call of Train.
type run struct {
	ctx    context.Context
	m      *nets.Model
	d      *datasets.Images
	method NetMethod
	cfg    NetConfig
	flat   *flat
	h      *NetHistory
	done   int         // gradients so far
	state  [][]float32 // of the method
	exec   *model.Exec
	order  []int32 // of the images in this epoch
	epoch  int
}

// batch writes the indices of the batch of gradient k.
func (r *run) batch(dst []int32, k int) {
	perEpoch := r.d.N / r.cfg.Batch
	if e := k / perEpoch; r.order == nil || r.epoch != e {
		r.epoch, r.order = e, make([]int32, r.d.N)
		for i := range r.order {
			r.order[i] = int32(i)
		}
		rng := rand.New(rand.NewPCG(r.cfg.Seed, uint64(e)))
		rng.Shuffle(r.d.N, func(i, j int) { r.order[i], r.order[j] = r.order[j], r.order[i] })
	}
	copy(dst, r.order[k%perEpoch*r.cfg.Batch:][:r.cfg.Batch])
}

// build is the graph of PerCall steps: state vectors [P], images [N, H, W, C], labels [N], indices [K, B], hyperparameters [K, h], seeds [K, 3] → state, sum of the losses.
func (r *run) build(scope *model.Scope, in []*graph.Node) []*graph.Node {
	n := r.method.vectors()
	state, x, y, idx, hyper, seeds := in[:n], in[n], in[n+1], in[n+2], in[n+3], in[n+4]
	g := x.Graph()
	total := graph.Const(g, float32(0))
	for k := range r.cfg.PerCall {
		row := func(v *graph.Node) *graph.Node {
			return graph.Reshape(graph.Slice(v, graph.AxisRange(k, k+1)), v.Shape().Dimensions[1:]...)
		}
		at := graph.Reshape(row(idx), -1, 1)
		xb, yb, hk := graph.Gather(x, at), graph.Gather(y, at), row(hyper)
		var normal *graph.Node
		if r.method.noisy() {
			_, normal = graph.RandomNormal(row(seeds), shapes.Make(dtypes.Float32, r.flat.size))
		}
		next, loss := r.method.step(state,
			func(i int) *graph.Node { return graph.Reshape(graph.Slice(hk, graph.AxisRange(i, i+1))) },
			normal,
			func(w *graph.Node) (*graph.Node, *graph.Node) {
				l := crossEntropy(r.flat.logits(scope, w, xb), yb)
				return l, graph.Gradient(l, w)[0]
			})
		state, total = next, graph.Add(total, loss)
	}
	return append(slices.Clone(state), total)
}

func (r *run) run() (err error) {
	start, err := r.flat.get()
	if err != nil {
		return err
	}
	r.state = append(r.state, start)
	for len(r.state) < r.method.vectors() {
		r.state = append(r.state, make([]float32, r.flat.size))
	}
	if err := r.load(); err != nil {
		return err
	}
	if r.done > 0 {
		if err := r.flat.set(r.state[0]); err != nil {
			return err
		}
	}
	if r.h.Loaded = r.done == r.cfg.Evaluations; r.h.Loaded {
		return nil
	}
	if r.exec, err = model.NewExec(r.m.Backend, r.m.Store, r.build); err != nil {
		return fmt.Errorf("entropysgd: %w", err)
	}
	defer r.exec.Finalize()

	d, cfg := r.d, r.cfg
	var state []*tensors.Tensor
	x, err := tensors.FromShapeForBackend(r.m.Backend, 0, shapes.Make(dtypes.Float32, d.N, d.H, d.W, d.C))
	if err != nil {
		return fmt.Errorf("entropysgd: %w", err)
	}
	y := tensors.FromFlatDataAndDimensions(slices.Clone(d.Labels[:d.N]), d.N)
	defer func() {
		for _, t := range append(state, x, y) {
			t.FinalizeAll()
		}
	}()
	if err := tensors.MutableFlatData(x, func(v []float32) { copy(v, d.Pix) }); err != nil {
		return fmt.Errorf("entropysgd: %w", err)
	}
	for _, s := range r.state {
		state = append(state, tensors.FromFlatDataAndDimensions(slices.Clone(s), len(s)))
	}
	fetch := func() error {
		for i, t := range state {
			if err := tensors.ConstFlatData(t, func(v []float32) { copy(r.state[i], v) }); err != nil {
				return fmt.Errorf("entropysgd: %w", err)
			}
		}
		return nil
	}
	show := func(int, string) {}
	if cfg.Progress {
		label := cfg.Label
		if label == "" {
			label = r.method.Name()
		}
		bar := nb.NewProgress(label, cfg.Evaluations)
		defer func() {
			note := "stopped"
			if n := len(r.h.Loss); n > 0 && err == nil {
				note = fmt.Sprintf("loss %.3f", r.h.Loss[n-1])
			}
			bar.Done(note)
		}()
		show = bar.Set
	}
	sum, count := 0.0, 0
	idx := make([]int32, cfg.PerCall*cfg.Batch)
	for r.done < cfg.Evaluations {
		if err := context.Cause(r.ctx); err != nil {
			return fmt.Errorf("entropysgd: %s stopped after %d of %d gradients: %w", r.method.Name(), r.done, cfg.Evaluations, err)
		}
		begin := time.Now()
		var hyper []float32
		seeds := make([]uint64, 0, 3*cfg.PerCall)
		for i := range cfg.PerCall {
			k := r.done + i
			r.batch(idx[i*cfg.Batch:(i+1)*cfg.Batch], k)
			hyper = append(hyper, r.method.hyper(k, cfg.Evaluations)...)
			rng := rand.New(rand.NewPCG(cfg.Seed, ^uint64(k)))
			seeds = append(seeds, rng.Uint64(), rng.Uint64(), rng.Uint64())
		}
		for i, v := range hyper {
			if math.IsInf(float64(v), 0) || math.IsNaN(float64(v)) {
				return fmt.Errorf("entropysgd: %s: hyperparameter %d is %v at gradient %d: does the scope overflow?", r.method.Name(), i, v, r.done)
			}
		}
		in := make([]any, 0, len(state)+5)
		for _, s := range state {
			in = append(in, s)
		}
		ti := tensors.FromFlatDataAndDimensions(slices.Clone(idx), cfg.PerCall, cfg.Batch)
		th := tensors.FromFlatDataAndDimensions(hyper, cfg.PerCall, len(hyper)/cfg.PerCall)
		ts := tensors.FromFlatDataAndDimensions(seeds, cfg.PerCall, 3)
		out, err := r.exec.Call(append(in, x, y, ti, th, ts)...)
		ti.FinalizeAll()
		th.FinalizeAll()
		ts.FinalizeAll()
		if err != nil {
			return fmt.Errorf("entropysgd: %s: %w", r.method.Name(), err)
		}
		loss := float64(tensors.ToScalar[float32](out[len(state)]))
		out[len(state)].FinalizeAll()
		for i := range state {
			state[i].FinalizeAll()
			state[i] = out[i]
		}
		r.done += cfg.PerCall
		sum, count = sum+loss, count+cfg.PerCall
		r.h.Duration += time.Since(begin)
		show(r.done, fmt.Sprintf("loss %.3f", sum/float64(count)))
		if !finite(loss) {
			return diverged("%s: the loss of a batch is %v at gradient %d: take smaller rates", r.method.Name(), loss, r.done)
		}
		if r.done%cfg.Every == 0 || r.done == cfg.Evaluations {
			if err := fetch(); err != nil {
				return err
			}
			if err := r.record(sum / float64(count)); err != nil {
				return err
			}
			sum, count = 0, 0
		}
	}
	return nil
}

// record measures, keeps and saves the state r.state.
func (r *run) record(loss float64) error {
	if err := r.flat.set(r.state[0]); err != nil {
		return err
	}
	h := r.h
	h.Evaluations = append(h.Evaluations, r.done)
	h.Loss = append(h.Loss, loss)
	if v := r.cfg.Valid; v != nil {
		l, a, err := Evaluate(r.ctx, r.m, v)
		if err != nil {
			return err
		}
		h.ValidLoss, h.ValidAccuracy = append(h.ValidLoss, l), append(h.ValidAccuracy, a)
	}
	return r.save()
}

// Evaluate gives the mean cross entropy (nats) of m on the images d and the share of right answers.
func Evaluate(ctx context.Context, m *nets.Model, d *datasets.Images) (loss, accuracy float64, err error) {
	m.CheckImages(d)
	if d.N == 0 {
		return 0, 0, errors.New("entropysgd: Evaluate: no images")
	}
	labels, logits, err := m.Predict(ctx, d.Pix[:d.N*d.H*d.W*d.C])
	if err != nil {
		return 0, 0, err
	}
	for i, y := range d.Labels[:d.N] {
		z := logits[i*m.Classes : (i+1)*m.Classes]
		top, sum := float64(slices.Max(z)), 0.0
		for _, v := range z {
			sum += math.Exp(float64(v) - top)
		}
		// −log softmax(z)_y
		loss += (math.Log(sum) + top - float64(z[y])) / float64(d.N)
		if labels[i] == y {
			accuracy += 1 / float64(d.N)
		}
	}
	if !finite(loss) {
		return 0, 0, diverged("the mean loss on %s is %v", d.Name, loss)
	}
	return loss, accuracy, nil
}

// kept is the content of the checkpoint.
type kept struct {
	Run     string // all that decides the run
	Done    int
	State   [][]float32
	History NetHistory
}

const keptFile = "entropysgd.gob"

// name says what decides the run.
func (r *run) name() string {
	c := r.cfg
	valid := ""
	if c.Valid != nil {
		valid = c.Valid.Source
	}
	return fmt.Sprintf("%#v; %d gradients, batch %d, seed %d, record every %d, %d weights on %s with %v; valid %s; schedule %v", r.method, c.Evaluations, c.Batch, c.Seed, c.Every,
		r.flat.size, r.d.Source, r.d.N, valid, r.method.hyper(c.Evaluations/3, c.Evaluations))
}

func (r *run) load() error {
	if r.cfg.Checkpoint == "" {
		return nil
	}
	f, err := os.Open(filepath.Join(r.cfg.Checkpoint, keptFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("entropysgd: checkpoint: %w", err)
	}
	defer f.Close()
	var k kept
	if err := gob.NewDecoder(f).Decode(&k); err != nil {
		return fmt.Errorf("entropysgd: the checkpoint in %s cannot be read: %w; delete the folder to train anew", r.cfg.Checkpoint, err)
	}
	if k.Run != r.name() {
		return fmt.Errorf("entropysgd: %s holds another run: %s, not %s; choose another folder, or delete it to train anew", r.cfg.Checkpoint, k.Run, r.name())
	}
	if len(k.State) != r.method.vectors() {
		return fmt.Errorf("entropysgd: the checkpoint in %s has %d vectors, want %d; delete the folder to train anew", r.cfg.Checkpoint, len(k.State), r.method.vectors())
	}
	for i, s := range k.State {
		if len(s) != r.flat.size {
			return fmt.Errorf("entropysgd: the checkpoint in %s has %d weights in vector %d, want %d; delete the folder to train anew", r.cfg.Checkpoint, len(s), i, r.flat.size)
		}
	}
	r.done, r.state, *r.h = k.Done, k.State, k.History
	return nil
}

// save replaces the checkpoint in one step.
func (r *run) save() error {
	if r.cfg.Checkpoint == "" {
		return nil
	}
	if err := os.MkdirAll(r.cfg.Checkpoint, 0o755); err != nil {
		return fmt.Errorf("entropysgd: checkpoint: %w", err)
	}
	err := workspace.Replace(filepath.Join(r.cfg.Checkpoint, keptFile), func(w io.Writer) error {
		return gob.NewEncoder(w).Encode(kept{Run: r.name(), Done: r.done, State: r.state, History: *r.h})
	})
	if err != nil {
		return fmt.Errorf("entropysgd: checkpoint: %w", err)
	}
	return nil
}
