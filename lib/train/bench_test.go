package train

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	gotrain "github.com/gomlx/gomlx/ml/train"
	"github.com/gomlx/gomlx/ml/train/loss"
	"github.com/gomlx/gomlx/ml/train/metric"
	"github.com/gomlx/gomlx/ml/train/optimizer"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// BenchmarkLeNetStep is one training step, forward, backward and Adam, through GoMLX's trainer, on one batch that the
// host hands over each time; the loss is read back. Compiling is not counted. `course bench lenet --peers` sets it
// beside JAX and PyTorch.
func BenchmarkLeNetStep(b *testing.B) {
	be := open(b)
	for _, batch := range []int{64, 256} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			rng := rand.New(rand.NewPCG(1, uint64(batch)))
			pix, labels := make([]float32, batch*784), make([]int32, batch)
			for i := range pix {
				pix[i] = rng.Float32()
			}
			for i := range labels {
				labels[i] = int32(rng.IntN(10))
			}
			m := nets.NewLeNet(be, 1)
			trainer := gotrain.NewTrainer(be, m.Store,
				func(scope *model.Scope, x *graph.Node) *graph.Node { return m.Logits(scope, x) },
				loss.SparseCategoricalCrossEntropyLogits, optimizer.Adam().LearningRate(1e-3).Done(), nil, nil)
			step := func() {
				x, err := tensors.FromShapeForBackend(be, 0, shapes.Make(dtypes.Float32, batch, 28, 28, 1))
				if err != nil {
					b.Fatal(err)
				}
				tensors.MustMutableFlatData(x, func(flat []float32) { copy(flat, pix) })
				y := tensors.FromFlatDataAndDimensions(labels, batch, 1)
				metrics, err := trainer.TrainStep(gotrain.Batch{Inputs: []*tensors.Tensor{x}, Labels: []*tensors.Tensor{y}})
				if err != nil {
					b.Fatal(err)
				}
				if l := tensors.ToScalar[float32](metrics[0]); !(l < 100) {
					b.Fatalf("loss %g", l)
				}
				for _, v := range metrics {
					v.FinalizeAll()
				}
			}
			for range 3 {
				step()
			}
			for b.Loop() {
				step()
			}
		})
	}
}

// epochImages is how many images an epoch of BenchmarkLeNetEpoch has.
const epochImages = 6400

// BenchmarkLeNetEpoch is an epoch of the whole training loop, as Fit does it: a new order of the images, batches gathered in that order,
// a step for each, the loss read and recorded and the rate set after each step, the share of right answers counted. Nothing is
// validated. Compiling and the first epoch are not counted. `course bench lenet --peers` sets it beside JAX and PyTorch.
func BenchmarkLeNetEpoch(b *testing.B) {
	be := open(b)
	rng := rand.New(rand.NewPCG(1, 2))
	d := &datasets.Images{Name: "noise", N: epochImages, H: 28, W: 28, C: 1, Pix: make([]float32, epochImages*784), Labels: make([]int32, epochImages), Classes: make([]string, 10)}
	for i := range d.Pix {
		d.Pix[i] = rng.Float32()
	}
	for i := range d.Labels {
		d.Labels[i] = int32(rng.IntN(10))
	}
	for _, batch := range []int{64, 256} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			m := nets.NewLeNet(be, 1)
			f := &fit{ctx: ctx, m: m, train: d, valid: d, cfg: Config{Epochs: b.N + 1, BatchSize: batch}.withDefaults(d.N)}
			f.task = task{
				loss:    loss.SparseCategoricalCrossEntropyLogits,
				metric:  metric.NewSparseCategoricalAccuracy("Accuracy", "acc"),
				targets: func() *tensors.Tensor { return tensors.FromFlatDataAndDimensions(d.Labels, d.N, 1) },
				measure: func() (float64, float64, error) { // after each epoch
					if len(f.h.Epoch) == 0 {
						b.ResetTimer()
					}
					return 0, 0, nil
				},
			}
			h, err := f.fit()
			if err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			if want := (b.N + 1) * (d.N / batch); h.EpochStep[b.N] != want || !(h.EpochLoss[b.N] < 100) {
				b.Fatalf("%d steps, want %d; loss %g", h.EpochStep[b.N], want, h.EpochLoss[b.N])
			}
		})
	}
}

// BenchmarkPredict labels 1024 images.
func BenchmarkPredict(b *testing.B) {
	m := nets.NewLeNet(open(b), 1)
	pix := make([]float32, 1024*784)
	for b.Loop() {
		if _, _, err := m.Predict(ctx, pix); err != nil {
			b.Fatal(err)
		}
	}
}
