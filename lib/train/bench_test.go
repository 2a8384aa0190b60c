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
	"github.com/gomlx/gomlx/ml/train/optimizer"

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
