package nets

import (
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
)

// VGG is a network of the family of Simonyan and Zisserman 2015, "Very deep convolutional networks for large-scale
// image recognition", Table 1: stages of 3×3 convolutions with ReLU, each stage ended by a 2×2 max pool, then dense
// layers. Two 3×3 convolutions see 5×5 places with 18 in place of 25 weights a channel pair; three see 7×7 with 27 in
// place of 49.
type VGG struct {
	Stages  [][]int // channels of each convolution, stage by stage
	Hidden  []int   // units of the dense layers between the last pool and the logits
	Drop    float64 // share of the hidden units silenced in training, in [0, 1)
	Classes int
	Input   [3]int // H, W, C; H and W divisible by 2^len(Stages)
}

// VGG11 is configuration A of the paper's Table 1: 8 convolutions and 3 dense layers, 132 863 336 parameters.
var VGG11 = VGG{
	Stages:  [][]int{{64}, {128}, {256, 256}, {512, 512}, {512, 512}},
	Hidden:  []int{4096, 4096},
	Drop:    0.5,
	Classes: 1000,
	Input:   [3]int{224, 224, 3},
}

// VGG11Small is VGG11 for small grey images, with an eighth of its channels, for ten classes: 28×28 is padded to 32×32, so
// that five pools leave 1×1.
var VGG11Small = VGG{
	Stages:  [][]int{{8}, {16}, {32, 32}, {64, 64}, {64, 64}},
	Hidden:  []int{64},
	Drop:    0.5,
	Classes: 10,
	Input:   [3]int{32, 32, 1},
}

// VGG11Grey is VGG11Small for grey images of 64×64, such as textured shapes and Imagenette's photographs made small: five pools leave
// 2×2. It has no dropout.
var VGG11Grey = VGG{
	Stages:  VGG11Small.Stages,
	Hidden:  []int{64},
	Classes: 10,
	Input:   [3]int{64, 64, 1},
}

// Logits gives the scores [batch, Classes] of images x [batch, H, W, C]. Images of 28×28 are padded to an Input of 32×32.
func (v VGG) Logits(scope *model.Scope, x *graph.Node) *graph.Node {
	all := v.Maps(scope, x)
	return all[len(all)-1]
}

// Maps is Logits with what every stage gives after its pool, [batch, H/2ⁱ, W/2ⁱ, channels] for i = 1, 2, …, and the logits.
func (v VGG) Maps(scope *model.Scope, x *graph.Node) []*graph.Node {
	x = padTo32(x, v.Input)
	if d := x.Shape().Dimensions; len(d) != 4 || [3]int(d[1:]) != v.Input {
		panic(fmt.Errorf("nets: this VGG reads [batch, %d, %d, %d], not %s", v.Input[0], v.Input[1], v.Input[2], x.Shape()))
	}
	batch := x.Shape().Dimensions[0]
	var all []*graph.Node
	for i, stage := range v.Stages {
		for j, channels := range stage {
			x = activation.Relu(Convolution(scope.At("stage%d_conv%d", i+1, j+1), x, channels, 3, true))
		}
		x = MaxPool2(x)
		all = append(all, x)
	}
	x = graph.Reshape(x, batch, -1)
	for i, units := range v.Hidden {
		x = activation.Relu(layers.DenseWithBias(scope.At("hidden%d", i+1), x, units))
		if v.Drop > 0 {
			x = layers.DropoutStatic(scope.At("drop%d", i+1), x, v.Drop)
		}
	}
	x = layers.DenseWithBias(scope.At("logits"), x, v.Classes)
	x.AssertDims(batch, v.Classes)
	return append(all, x)
}

// New makes an untrained network. Its initial weights follow from the seed.
func (v VGG) New(b compute.Backend, seed int64) *Model {
	store := model.NewStore()
	store.SetParam(model.ParamInitialSeed, seed)
	input := v.Input
	if input == [3]int{32, 32, 1} {
		input = [3]int{28, 28, 1}
	}
	return &Model{Backend: b, Store: store, Logits: v.Logits, Input: input, Classes: v.Classes}
}

// padTo32 pads digits of 28×28 by two zeros on each side where the network reads 32×32.
func padTo32(x *graph.Node, input [3]int) *graph.Node {
	d := x.Shape().Dimensions
	if len(d) != 4 || d[1] != 28 || d[2] != 28 || input[0] != 32 || input[1] != 32 {
		return x
	}
	// Joined with zeros on both sides, axis by axis: graph.Pad has no gradient, and attacks want one by x.
	for axis := 1; axis <= 2; axis++ {
		d := x.Shape().Clone()
		d.Dimensions[axis] = 2
		border := graph.Zeros(x.Graph(), d)
		x = graph.Concatenate([]*graph.Node{border, x, border}, axis)
	}
	return x
}
