// Package train fits the course's networks with GoMLX's own trainer, loop, dataset and checkpoints (ml/train), and
// keeps what a lesson wants to plot.
package train

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand"
	randv2 "math/rand/v2"
	"time"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/dataset"
	"github.com/gomlx/gomlx/ml/model"
	gotrain "github.com/gomlx/gomlx/ml/train"
	"github.com/gomlx/gomlx/ml/train/loss"
	"github.com/gomlx/gomlx/ml/train/metric"
	"github.com/gomlx/gomlx/ml/train/optimizer"

	"nncourse/lib/augment"
	"nncourse/lib/datasets"
	"nncourse/lib/nb"
	"nncourse/lib/nets"
)

// Config is how to fit. The zero value of a field means the default it names.
type Config struct {
	Epochs       int     // passes over the training images; 5
	BatchSize    int     // images a step; 64, and at most the number of training images. An incomplete last batch is left out.
	LearningRate float64 // of Adam (Kingma and Ba 2015, with their β₁ = 0.9, β₂ = 0.999), before the schedule; 1e-3
	// Schedule multiplies the learning rate; done ∈ [0, 1) is the share of all steps that lies behind. Constant 1.
	// It is part of the run: resume with the same one.
	Schedule func(done float64) float64 `json:"-"`
	// Augment, if not nil, makes the picture that an epoch sees in place of a training image; each epoch sees others. It is part of
	// the run: resume with the same one. Images only, not FitMasks.
	Augment augment.Func `json:"-"`
	Seed    int64        // of the order of the images, which is another in each epoch. 0 is a seed like any other.
	// Patience ends the run after that many epochs without a greater validation accuracy, and gives the model the
	// weights of its best epoch. 0 never does.
	Patience int
	// Checkpoint is a folder, made where it is missing. After each epoch the variables (the last two saves are kept)
	// and the history are written there. A folder with an unfinished run is resumed, and ends with the same bits as
	// if it had not been stopped; of a finished run the model is loaded, and nothing is trained. "" keeps nothing.
	Checkpoint string `json:"-"`
	Progress   bool   `json:"-"` // show a bar: live in JupyterLab and in a terminal, a few lines where nobody watches
	Label      string `json:"-"` // of the bar; "training"
}

// RecordEvery is the number of steps between two records of the training loss.
const RecordEvery = 20

// History is what a run did, by step and by epoch.
type History struct {
	Step         []int     // training steps done at each record: every RecordEvery, and at the end of an epoch
	Loss         []float64 // mean cross entropy (nats) of the batches since the record before
	LearningRate []float64 // in use at the record

	Epoch         []int     // 1, 2, …
	EpochStep     []int     // training steps done at the end of the epoch: the abscissa of the four curves below
	EpochLoss     []float64 // mean cross entropy (nats) of the epoch's batches, each measured before it was learned from
	Accuracy      []float64 // share of right answers on them, in [0, 1]
	ValidLoss     []float64 // mean cross entropy (nats) on the validation images after the epoch
	ValidAccuracy []float64 // share of right answers on them, in [0, 1]

	Best     int           // index into Epoch of the greatest validation accuracy, the first of equals
	Stopped  string        // why the run ended before its last epoch, "" if it did not
	Train    string        // where the training images came from, as their Source says
	Valid    string        // where the validation images came from
	Duration time.Duration // of the training, over all its parts where it was resumed
	Finished bool          // the run is over: all epochs, or early stop
	Loaded   bool          `json:"-"` // this call trained nothing: the finished run was found in Config.Checkpoint
}

func (c Config) withDefaults(n int) Config {
	if c.Epochs == 0 {
		c.Epochs = 5
	}
	if c.BatchSize == 0 {
		c.BatchSize = 64
	}
	c.BatchSize = min(c.BatchSize, n)
	if c.LearningRate == 0 {
		c.LearningRate = 1e-3
	}
	if c.Schedule == nil {
		c.Schedule = func(float64) float64 { return 1 }
	}
	if c.Label == "" {
		c.Label = "training"
	}
	if c.Epochs < 0 || c.BatchSize < 1 || c.LearningRate < 0 || c.Patience < 0 {
		panic(fmt.Sprintf("train: Config needs Epochs, LearningRate, Patience ≥ 0 and BatchSize ≥ 1: %+v", c))
	}
	return c
}

// Fit minimises the mean softmax cross entropy of m on the training images by Adam, and returns what happened.
//
// Every epoch visits the images in an order of its own that follows from Config.Seed and the epoch's number, so with
// the seed of the weights fixed (nets.NewLeNet) two runs on one machine give the same bits, resumed or not. Adam
// starts afresh in each Fit that does not resume.
//
// On an error the model holds the weights reached so far. Errors: the context's, if it was cancelled (the epochs
// done are in Checkpoint); a loss that is NaN or infinite, naming step and epoch; the backend's; a Checkpoint folder
// that holds another run or cannot be used. It panics if the images do not fit the model, or train has none.
func Fit(ctx context.Context, m *nets.Model, train, valid *datasets.Images, cfg Config) (*History, error) {
	m.CheckImages(train)
	m.CheckImages(valid)
	if train.N == 0 || valid.N == 0 {
		panic(fmt.Sprintf("train: Fit needs images: %d to train on, %d to validate on", train.N, valid.N))
	}
	cfg = cfg.withDefaults(train.N)
	f := &fit{ctx: ctx, m: m, train: train, valid: valid, cfg: cfg}
	f.task = task{
		loss:    loss.SparseCategoricalCrossEntropyLogits,
		metric:  metric.NewSparseCategoricalAccuracy("Accuracy", "acc"),
		targets: func() *tensors.Tensor { return tensors.FromFlatDataAndDimensions(train.Labels[:train.N], train.N, 1) },
		measure: f.validate,
		names:   "validation",
	}
	return f.fit()
}

// task is what Fit and FitMasks do not share.
type task struct {
	loss    gotrain.LossFn
	metric  metric.Interface       // of the batches; its mean over an epoch becomes History.Accuracy
	targets func() *tensors.Tensor // of the training images, [N, …]; a data set of the loop takes it over
	// measure gives the mean loss and the score on the validation images.
	measure func() (loss, score float64, err error)
	names   string // the score, in the progress bar
}

// fit opens the checkpoint, if there is one, and does what is left to do.
func (f *fit) fit() (*History, error) {
	m, train, valid := f.m, f.train, f.valid
	f.perEpoch = train.N / f.cfg.BatchSize
	f.total = f.cfg.Epochs * f.perEpoch
	f.h = &History{Train: train.Source, Valid: valid.Source}
	if err := clean(m.Store); err != nil {
		return nil, err
	}
	defer m.Store.SetLoader(m.Store.Loader()) // f.open puts the checkpoint's there
	if err := f.open(); err != nil {
		return nil, err
	}
	if !f.h.Finished {
		if err := f.run(); err != nil {
			return f.h, err
		}
	} else {
		f.h.Loaded = true
	}
	return f.h, clean(m.Store)
}

// fit is one call of Fit.
type fit struct {
	ctx          context.Context
	m            *nets.Model
	train, valid *datasets.Images
	cfg          Config
	task         task
	perEpoch     int // steps of an epoch
	total        int // steps of all epochs
	h            *History
	keep         *keeper              // the checkpoint folder, nil without one
	best         map[string][]float32 // weights of the best epoch, with Patience
	stop         error                // why onStep ended the loop
	inEpoch      int                  // steps done in this epoch
	epochSum     float64              // sum of their losses
	sum          float64              // sum of the losses since the last record
	count        int                  // number of them
	progress     *nb.Progress         // nil: silent
}

// clean leaves only the network's variables in the store: Adam's moments, counters and metrics go.
func clean(store *model.Store) error {
	var err error
	for _, scope := range []string{optimizer.Scope, optimizer.AdamDefaultScope, gotrain.TrainerAbsoluteScope, metric.Scope} {
		err = errors.Join(err, store.DeleteVariablesInScope(scope))
	}
	if err = errors.Join(err, store.DeleteVariable(optimizer.GlobalStepVariableName)); err != nil {
		return fmt.Errorf("train: %w", err)
	}
	return nil
}

// run trains from the end of the last epoch in the history.
func (f *fit) run() error {
	m, cfg := f.m, f.cfg
	var data *dataset.InMemoryDataset
	defer func() {
		if data != nil {
			data.FinalizeAll()
		}
	}()
	trainer := gotrain.NewTrainer(m.Backend, m.Store,
		func(scope *model.Scope, x *graph.Node) *graph.Node { return m.Logits(scope, x) },
		f.task.loss,
		optimizer.Adam().LearningRate(cfg.LearningRate).Done(),
		[]metric.Interface{f.task.metric}, nil)
	loop := gotrain.NewLoop(trainer)
	loop.OnStep("history", 0, f.onStep)
	if cfg.Progress {
		f.progress = nb.NewProgress(cfg.Label, f.total)
		note := "stopped"
		defer func() { f.progress.Done(note) }()
		defer func() {
			if f.h.Finished {
				note = fmt.Sprintf("loss %.3f, %s %.1f %%", f.h.EpochLoss[f.h.Best], f.task.names, 100*f.h.ValidAccuracy[f.h.Best])
			}
		}()
	}

	for epoch := len(f.h.Epoch); epoch < cfg.Epochs && f.h.Stopped == ""; epoch++ {
		if err := f.ctx.Err(); err != nil {
			return err
		}
		begin := time.Now()
		if data == nil || cfg.Augment != nil {
			if data != nil {
				data.FinalizeAll()
			}
			var err error
			if data, err = f.dataset(epoch); err != nil {
				return err
			}
		}
		if err := f.setRate(epoch * f.perEpoch); err != nil {
			return err
		}
		f.inEpoch, f.epochSum, f.sum, f.count = 0, 0, 0, 0
		data.WithRand(rand.New(rand.NewSource(orderSeed(cfg.Seed, epoch))))
		metrics, err := loop.RunEpochs(data, 1)
		if f.stop != nil {
			return f.stop
		}
		if err != nil {
			return fmt.Errorf("train: epoch %d: %w", epoch+1, err)
		}
		accuracy := float64(tensors.ToScalar[float32](metrics[2])) // 0 the batch's loss, 1 its moving average, 2 the epoch's accuracy
		for _, v := range metrics {
			v.FinalizeAll()
		}
		validLoss, validAccuracy, err := f.task.measure()
		if err != nil {
			return err
		}
		h := f.h
		h.Epoch = append(h.Epoch, epoch+1)
		h.EpochStep = append(h.EpochStep, (epoch+1)*f.perEpoch)
		h.EpochLoss = append(h.EpochLoss, f.epochSum/float64(f.perEpoch))
		h.Accuracy = append(h.Accuracy, accuracy)
		h.ValidLoss = append(h.ValidLoss, validLoss)
		h.ValidAccuracy = append(h.ValidAccuracy, validAccuracy)
		if validAccuracy > h.ValidAccuracy[h.Best] || epoch == 0 {
			h.Best = epoch
			if cfg.Patience > 0 {
				if f.best, err = weights(m.Store); err != nil {
					return err
				}
			}
		}
		if cfg.Patience > 0 && epoch-h.Best >= cfg.Patience && epoch+1 < cfg.Epochs {
			h.Stopped = fmt.Sprintf("no better validation accuracy in %d epochs after epoch %d", cfg.Patience, h.Epoch[h.Best])
		}
		h.Finished = h.Stopped != "" || epoch+1 == cfg.Epochs
		if h.Finished && cfg.Patience > 0 && h.Best != epoch {
			if err := restore(m.Store, f.best); err != nil {
				return err
			}
		}
		h.Duration += time.Since(begin)
		if err := f.keep.save(f); err != nil {
			return err
		}
	}
	return nil
}

// dataset puts the training images of an epoch on the device, where GoMLX shuffles and batches them.
func (f *fit) dataset(epoch int) (*dataset.InMemoryDataset, error) {
	d, b := f.train, f.m.Backend
	if f.cfg.Augment != nil {
		d = augment.Changed(d, f.cfg.Augment, randv2.New(randv2.NewPCG(uint64(f.cfg.Seed), uint64(epoch))))
	}
	x, err := tensors.FromShapeForBackend(b, 0, shapes.Make(dtypes.Float32, d.N, d.H, d.W, d.C))
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	if err := tensors.MutableFlatData(x, func(flat []float32) { copy(flat, d.Pix) }); err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	data, err := dataset.InMemoryFromData(b, "train", []any{x}, []any{f.task.targets()})
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	return data.Shuffle().BatchSize(f.cfg.BatchSize, true), nil
}

// orderSeed gives the seed of the order of the images in an epoch.
func orderSeed(seed int64, epoch int) int64 {
	h := fnv.New64a()
	binary.Write(h, binary.LittleEndian, []int64{seed, int64(epoch)})
	return int64(h.Sum64())
}

// onStep runs after each step of the loop: it looks at the context and the loss, records, and sets the next rate.
func (f *fit) onStep(_ *gotrain.Loop, metrics []*tensors.Tensor) error {
	if f.stop = f.ctx.Err(); f.stop != nil {
		return f.stop
	}
	l := float64(tensors.ToScalar[float32](metrics[0])) // mean cross entropy of this batch
	f.inEpoch++
	step := len(f.h.Epoch)*f.perEpoch + f.inEpoch
	if math.IsNaN(l) || math.IsInf(l, 0) {
		f.stop = fmt.Errorf("train: the loss is %g at step %d (epoch %d, batch %d of %d): lower the learning rate (%g now), or look for a division by zero, a log of 0 or an overflow in the network",
			l, step, len(f.h.Epoch)+1, f.inEpoch, f.perEpoch, f.rate(step-1))
		return f.stop
	}
	f.epochSum += l
	f.sum += l
	f.count++
	if f.inEpoch%RecordEvery == 0 || f.inEpoch == f.perEpoch {
		f.h.Step = append(f.h.Step, step)
		f.h.Loss = append(f.h.Loss, f.sum/float64(f.count))
		f.h.LearningRate = append(f.h.LearningRate, f.rate(step-1))
		f.show(step)
		f.sum, f.count = 0, 0
	}
	if step < f.total {
		f.stop = f.setRate(step)
	}
	return f.stop
}

// rate is the learning rate of the step after done others.
func (f *fit) rate(done int) float64 {
	return f.cfg.LearningRate * f.cfg.Schedule(float64(done)/float64(f.total))
}

// setRate puts the rate of the step after done others into the variable that Adam reads.
func (f *fit) setRate(done int) error {
	r := float32(f.rate(done))
	v := optimizer.LearningRateVarWithValue(f.m.Store.RootScope(), dtypes.Float32, float64(r))
	if err := v.SetValue(tensors.FromScalar(r)); err != nil {
		return fmt.Errorf("train: learning rate: %w", err)
	}
	return nil
}

// validate measures the mean cross entropy and the accuracy on the validation images.
func (f *fit) validate() (meanLoss, accuracy float64, err error) {
	labels, logits, err := f.m.Predict(f.ctx, f.valid.Pix)
	if err != nil {
		return 0, 0, err
	}
	k := f.m.Classes
	for i, y := range f.valid.Labels[:f.valid.N] {
		meanLoss += crossEntropy(logits[i*k:(i+1)*k], y)
		if labels[i] == y {
			accuracy++
		}
	}
	n := float64(f.valid.N)
	if math.IsNaN(meanLoss) || math.IsInf(meanLoss, 0) {
		return 0, 0, fmt.Errorf("train: the validation loss after epoch %d is %g: lower the learning rate", len(f.h.Epoch)+1, meanLoss)
	}
	return meanLoss / n, accuracy / n, nil
}

// crossEntropy is −log softmax(z)_y = log Σ exp(z_k − max z) + max z − z_y, in nats.
func crossEntropy(z []float32, y int32) float64 {
	top := z[0]
	for _, v := range z {
		top = max(top, v)
	}
	sum := 0.0
	for _, v := range z {
		sum += math.Exp(float64(v - top))
	}
	return math.Log(sum) + float64(top-z[y])
}

// show tells the progress after a step: the loss since the last record, and the last validation accuracy.
func (f *fit) show(step int) {
	if f.progress == nil {
		return
	}
	note := fmt.Sprintf("loss %.3f", last(f.h.Loss))
	if n := len(f.h.ValidAccuracy); n > 0 {
		note += fmt.Sprintf(", %s %.1f %%", f.task.names, 100*f.h.ValidAccuracy[n-1])
	}
	f.progress.Set(step, note)
}
