package nets

import (
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
)

// Sizes of GAPNet.
const (
	GAPNetSide    = 64 // rows and columns of the images, which have one channel
	GAPNetMaps    = 16 // rows and columns of the last feature maps
	GAPNetWidth   = 32 // number K of the last feature maps
	GAPNetClasses = 10
)

// GAPNetWeights is the path of the dense layer's weights w_k^c [GAPNetWidth, GAPNetClasses], from which class
// activation maps are made.
const GAPNetWeights = "/logits/dense/weights"

// GAPNet gives the logits [batch, 10] of images x [batch, 64, 64, 1].
//
// It is a small net of the form that class activation mapping needs (Zhou, Khosla, Lapedriza, Oliva, Torralba 2016):
// convolutions, then the mean of every feature map over its places ("global average pooling", Lin, Chen, Yan 2013,
// "Network in network"), then one dense layer. Nothing but a mean and a weighted sum lies between the maps f_k and a
// logit.
func GAPNet(scope *model.Scope, x *graph.Node) *graph.Node {
	_, logits := GAPNetStages(scope, x)
	return logits
}

// GAPNetStages is GAPNet with its last feature maps f [batch, 16, 16, K], which are never negative (ReLU).
func GAPNetStages(scope *model.Scope, x *graph.Node) (features, logits *graph.Node) {
	if d := x.Shape().Dimensions; len(d) != 4 || d[1] != GAPNetSide || d[2] != GAPNetSide || d[3] != 1 {
		panic(fmt.Errorf("nets: GAPNet reads [batch, %d, %d, 1], not %s", GAPNetSide, GAPNetSide, x.Shape()))
	}
	batch := x.Shape().Dimensions[0]
	conv := func(name string, x *graph.Node, channels, kernel, stride int) *graph.Node {
		return activation.Relu(layers.Convolution(scope.At("%s", name), x).Channels(channels).KernelSize(kernel).Strides(stride).PadSame().Done())
	}
	h := conv("conv1", x, 8, 5, 2)           // [batch, 32, 32, 8]; a stride, since at full size this layer would cost more than all others
	h = MaxPool2(conv("conv2", h, 16, 5, 1)) // [batch, 16, 16, 16]
	h = conv("conv3", h, GAPNetWidth, 3, 1)  // [batch, 16, 16, K]
	f := conv("conv4", h, GAPNetWidth, 3, 1) // [batch, 16, 16, K]: f_k(x, y)
	f.AssertDims(batch, GAPNetMaps, GAPNetMaps, GAPNetWidth)
	F := graph.ReduceMean(f, 1, 2)                                  // F_k = (1/HW) Σ_xy f_k(x, y) [batch, K]
	s := layers.DenseWithBias(scope.At("logits"), F, GAPNetClasses) // S_c = Σ_k w_k^c F_k + b_c
	s.AssertDims(batch, GAPNetClasses)
	return f, s
}

// NewGAPNet makes an untrained GAPNet. Its initial weights follow from the seed.
func NewGAPNet(b compute.Backend, seed int64) *Model {
	store := model.NewStore()
	store.SetParam(model.ParamInitialSeed, seed)
	return &Model{Backend: b, Store: store, Logits: GAPNet, Input: [3]int{GAPNetSide, GAPNetSide, 1}, Classes: GAPNetClasses}
}
