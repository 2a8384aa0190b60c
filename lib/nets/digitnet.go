package nets

import (
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
)

// DigitNetMaps holds every stage of DigitNet for a batch.
type DigitNetMaps struct {
	Input  *graph.Node // [batch, 32, 32, 1]: digits of 28×28 are padded by two zeros on each side
	Conv1  *graph.Node // [batch, 28, 28, 4]   32 − 5 + 1 = 28, after the ReLU
	Pool1  *graph.Node // [batch, 14, 14, 4]
	Conv2  *graph.Node // [batch, 10, 10, 6]   14 − 5 + 1 = 10, after the ReLU
	Pool2  *graph.Node // [batch, 5, 5, 6]
	Flat   *graph.Node // [batch, 150]         5·5·6; in training, a share of ½ is silenced
	Hidden *graph.Node // [batch, 128], after the ReLU
	Logits *graph.Node // [batch, 10]
}

// DigitNet gives the logits [batch, 10] of digits x [batch, 32, 32, 1] or [batch, 28, 28, 1]: the smallest net of
// LeNet's kind, with convolutions that do not pad, 1 → 4 → 6 channels, and 21 328 parameters:
//
//	conv 5×5: 1·25·4 + 4 = 104       conv 5×5: 4·25·6 + 6 = 606
//	dense: 150·128 + 128 = 19 328    dense: 128·10 + 10 = 1 290
//
// It is LeNet-5 (LeCun, Bottou, Bengio, Haffner 1998, Fig. 2) with fewer maps, ReLU, max pool, and dropout of the flat
// features (Srivastava et al. 2014; what stays is scaled by 1/(1−½)).
func DigitNet(scope *model.Scope, x *graph.Node) *graph.Node { return DigitNetStages(scope, x).Logits }

// DigitNetStages is DigitNet with every stage kept.
func DigitNetStages(scope *model.Scope, x *graph.Node) DigitNetMaps {
	d := x.Shape().Dimensions
	if len(d) != 4 || d[1] != d[2] || (d[1] != 28 && d[1] != 32) || d[3] != 1 {
		panic(fmt.Errorf("nets: DigitNet reads [batch, 32, 32, 1] or [batch, 28, 28, 1], not %s", x.Shape()))
	}
	batch := d[0]
	var m DigitNetMaps
	m.Input = padTo32(x, [3]int{32, 32, 1})
	conv := func(name string, x *graph.Node, channels int) *graph.Node {
		return activation.Relu(Convolution(scope.At("%s", name), x, channels, 5, false))
	}
	m.Conv1 = conv("conv1", m.Input, 4)
	m.Conv1.AssertDims(batch, 28, 28, 4)
	m.Pool1 = MaxPool2(m.Conv1)
	m.Pool1.AssertDims(batch, 14, 14, 4)
	m.Conv2 = conv("conv2", m.Pool1, 6)
	m.Conv2.AssertDims(batch, 10, 10, 6)
	m.Pool2 = MaxPool2(m.Conv2)
	m.Pool2.AssertDims(batch, 5, 5, 6)
	m.Flat = layers.DropoutStatic(scope.At("drop"), graph.Reshape(m.Pool2, batch, 150), 0.5)
	m.Flat.AssertDims(batch, 150)
	m.Hidden = activation.Relu(layers.DenseWithBias(scope.At("hidden"), m.Flat, 128))
	m.Hidden.AssertDims(batch, 128)
	m.Logits = layers.DenseWithBias(scope.At("logits"), m.Hidden, 10)
	m.Logits.AssertDims(batch, 10)
	return m
}

// NewDigitNet makes an untrained DigitNet for digits of 28×28. Its initial weights follow from the seed.
func NewDigitNet(b compute.Backend, seed int64) *Model {
	store := model.NewStore()
	store.SetParam(model.ParamInitialSeed, seed)
	return &Model{Backend: b, Store: store, Logits: DigitNet, Input: [3]int{28, 28, 1}, Classes: 10}
}
