package nets

import (
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
)

// Widths of LeNet: channels of the two convolutions, units of the hidden layer, classes.
const (
	LeNetConv1   = 8
	LeNetConv2   = 16
	LeNetHidden  = 128
	LeNetClasses = 10
	LeNetDrop    = 0.5 // share of the hidden units that dropout silences in training
)

// LeNetMaps holds every stage of LeNet for a batch, to picture or explain.
type LeNetMaps struct {
	Conv1  *graph.Node // [batch, 28, 28, 8], after the ReLU
	Pool1  *graph.Node // [batch, 14, 14, 8]
	Conv2  *graph.Node // [batch, 14, 14, 16], after the ReLU
	Pool2  *graph.Node // [batch, 7, 7, 16]
	Hidden *graph.Node // [batch, 128], after the ReLU
	Logits *graph.Node // [batch, 10]
}

// LeNet gives the logits [batch, 10] of digits x [batch, 28, 28, 1].
//
// It is LeNet-5 (LeCun, Bottou, Bengio, Haffner 1998, Fig. 2) as it is built today: two convolutions, each followed
// by a pool, then dense layers. It departs from the paper in five points: ReLU in place of the scaled tanh, max pool
// in place of the trained mean, every map of the second convolution sees all maps of the first, softmax scores
// in place of the distances to drawn class codes, and, while training, dropout before the last layer (Srivastava et
// al. 2014; the units that stay are scaled by 1/(1−0.5), so that nothing is to be done at test time).
//
// Variables: /conv1/conv, /conv2/conv, /hidden, /logits, each with "weights" and "biases".
func LeNet(scope *model.Scope, x *graph.Node) *graph.Node { return LeNetStages(scope, x).Logits }

// LeNetStages is LeNet with every stage kept.
func LeNetStages(scope *model.Scope, x *graph.Node) LeNetMaps {
	if d := x.Shape().Dimensions; len(d) != 4 || d[1] != 28 || d[2] != 28 || d[3] != 1 {
		panic(fmt.Errorf("nets: LeNet reads [batch, 28, 28, 1], not %s", x.Shape()))
	}
	batch := x.Shape().Dimensions[0]
	var m LeNetMaps
	m.Conv1 = activation.Relu(Convolution(scope.At("conv1"), x, LeNetConv1, 5, true))
	m.Conv1.AssertDims(batch, 28, 28, LeNetConv1)
	m.Pool1 = MaxPool2(m.Conv1)
	m.Pool1.AssertDims(batch, 14, 14, LeNetConv1)
	m.Conv2 = activation.Relu(Convolution(scope.At("conv2"), m.Pool1, LeNetConv2, 5, true))
	m.Conv2.AssertDims(batch, 14, 14, LeNetConv2)
	m.Pool2 = MaxPool2(m.Conv2)
	m.Pool2.AssertDims(batch, 7, 7, LeNetConv2)
	flat := graph.Reshape(m.Pool2, batch, 7*7*LeNetConv2)
	m.Hidden = activation.Relu(layers.DenseWithBias(scope.At("hidden"), flat, LeNetHidden))
	m.Hidden.AssertDims(batch, LeNetHidden)
	kept := layers.DropoutStatic(scope.At("drop"), m.Hidden, LeNetDrop) // m.Hidden itself, except in training
	m.Logits = layers.DenseWithBias(scope.At("logits"), kept, LeNetClasses)
	m.Logits.AssertDims(batch, LeNetClasses)
	return m
}

// MaxPool2 takes the maximum over 2×2 windows that do not overlap: [batch, H, W, C] → [batch, H/2, W/2, C].
// It panics if H or W is odd.
//
// The windows become axes of their own, [batch, H/2, 2, W/2, 2, C], and the maximum is taken over axes 2 and 4.
// XLA's CPU code for that is many times faster, forwards and backwards, than for the general window operation
// (graph.MaxPool), and unlike it has a second derivative.
//
// Where several of a window's values are greatest, GoMLX 0.28.2 gives each of them the whole gradient, not a share of it: over a
// flat background the gradient by the biases before the pool counts such a window up to four times. (lib/spectrum, whose
// Hessians are exact, divides it among them.)
func MaxPool2(x *graph.Node) *graph.Node {
	d := x.Shape().Dimensions
	if len(d) != 4 || d[1]%2 != 0 || d[2]%2 != 0 {
		panic(fmt.Errorf("nets: MaxPool2 needs [batch, H, W, C] with even H and W, not %s", x.Shape()))
	}
	return graph.ReduceMax(graph.Reshape(x, d[0], d[1]/2, 2, d[2]/2, 2, d[3]), 2, 4)
}

// NewLeNet makes an untrained LeNet. Its initial weights (He et al. 2015: normal with variance 2/fan-in; biases zero)
// follow from the seed; 0 is a seed like any other.
func NewLeNet(b compute.Backend, seed int64) *Model {
	store := model.NewStore()
	store.SetParam(model.ParamInitialSeed, seed)
	return &Model{Backend: b, Store: store, Logits: LeNet, Input: [3]int{28, 28, 1}, Classes: LeNetClasses}
}
