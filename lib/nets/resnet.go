package nets

import (
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/layers/norm"
	"github.com/gomlx/gomlx/ml/model"
)

// ResNet is a network of residual blocks for small images (He, Zhang, Ren, Sun 2016, "Deep residual learning for image
// recognition", §4.2): a 3×3 convolution, three stages of Blocks blocks of two 3×3 convolutions each, the mean of every map,
// a dense layer. The first block of the second and of the third stage halves height and width by a stride of 2.
//
//	H_l = ReLU(f_l(H_{l−1}) + id(H_{l−1}))
//
// where id is the identity; where the shape changes it keeps every second place and adds maps of zeros (option A of the
// paper), so that a residual net has exactly as many parameters as its plain twin.
type ResNet struct {
	Blocks int    // n ≥ 1 blocks a stage; the depth is 6n + 2 layers with weights
	Widths [3]int // maps of the stages; {0,0,0}: the paper's 16, 32, 64
	// Plain leaves out the shortcuts: H_l = ReLU(f_l(H_{l−1})).
	Plain bool
	// NoBatchNorm gives the convolutions biases in place of batch normalisation (Ioffe and Szegedy 2015).
	NoBatchNorm bool
	// Survival is p_L ∈ (0, 1], the probability with which the last block takes part in a training step; block l of L survives
	// with p_l = 1 − (l/L)(1 − p_L) (Huang, Sun, Liu, Sedra, Weinberger 2016, eq. 4). One draw decides for the whole batch.
	// At test time f_l is multiplied by p_l (their eq. 5). 0 means 1: every block always takes part. Not with Plain.
	Survival float64
	Classes  int
	Input    [3]int // H, W, C
}

// Depth counts the layers with weights, 6·Blocks + 2.
func (r ResNet) Depth() int { return 6*r.Blocks + 2 }

// SurvivalAt gives p_l of block l = 1 … 3·Blocks.
func (r ResNet) SurvivalAt(l int) float64 {
	if r.Survival == 0 {
		return 1
	}
	// p_l = 1 − (l/L)(1 − p_L)
	return 1 - float64(l)/float64(3*r.Blocks)*(1-r.Survival)
}

func (r ResNet) check(x *graph.Node) {
	if d := x.Shape().Dimensions; len(d) != 4 || [3]int(d[1:]) != r.Input {
		panic(fmt.Errorf("nets: this ResNet reads [batch, %d, %d, %d], not %s", r.Input[0], r.Input[1], r.Input[2], x.Shape()))
	}
	if r.Blocks < 1 || r.Classes < 1 || r.Survival < 0 || r.Survival > 1 || (r.Plain && r.Survival != 0) {
		panic(fmt.Errorf("nets: a ResNet needs Blocks ≥ 1, Classes ≥ 1 and Survival in [0, 1], 0 for a plain net: %+v", r))
	}
}

// Logits gives the scores [batch, Classes] of images x [batch, H, W, C].
func (r ResNet) Logits(scope *model.Scope, x *graph.Node) *graph.Node {
	h := r.Stages(scope, x)
	return h[len(h)-1]
}

// Stages is Logits with what every block gives: after the first convolution, after each of the 3·Blocks blocks, and
// the logits.
func (r ResNet) Stages(scope *model.Scope, x *graph.Node) []*graph.Node {
	r.check(x)
	widths := r.Widths
	if widths == [3]int{} {
		widths = [3]int{16, 32, 64}
	}
	h := activation.Relu(convNorm(scope.At("stem"), x, widths[0], 3, 1, !r.NoBatchNorm))
	all := []*graph.Node{h}
	l := 0
	for s, width := range widths {
		for b := range r.Blocks {
			l++
			stride := 1
			if s > 0 && b == 0 {
				stride = 2
			}
			at := scope.At("stage%d_block%d", s+1, b+1)
			f := activation.Relu(convNorm(at.At("first"), h, width, 3, stride, !r.NoBatchNorm))
			f = convNorm(at.At("second"), f, width, 3, 1, !r.NoBatchNorm) // f_l(H_{l−1})
			switch {
			case r.Plain:
				h = activation.Relu(f)
			default:
				f = survive(at, f, r.SurvivalAt(l))
				h = activation.Relu(graph.Add(f, shortcut(h, width, stride))) // H_l = ReLU(f_l + id)
			}
			all = append(all, h)
		}
	}
	F := graph.ReduceMean(h, 1, 2) // global average pooling [batch, width]
	y := layers.DenseWithBias(scope.At("logits"), F, r.Classes)
	y.AssertDims(x.Shape().Dimensions[0], r.Classes)
	return append(all, y)
}

// New makes an untrained network. Its initial weights follow from the seed.
func (r ResNet) New(b compute.Backend, seed int64) *Model {
	store := model.NewStore()
	store.SetParam(model.ParamInitialSeed, seed)
	return &Model{Backend: b, Store: store, Logits: r.Logits, Input: r.Input, Classes: r.Classes}
}

// ResNet18 gives the logits [batch, 1000] of images x [batch, 224, 224, 3]: the 18-layer network of the paper's Table 1,
// with shortcuts by 1×1 convolution where the shape changes (option B), 11 689 512 parameters.
func ResNet18(scope *model.Scope, x *graph.Node) *graph.Node {
	if d := x.Shape().Dimensions; len(d) != 4 || d[1] != 224 || d[2] != 224 || d[3] != 3 {
		panic(fmt.Errorf("nets: ResNet18 reads [batch, 224, 224, 3], not %s", x.Shape()))
	}
	batch := x.Shape().Dimensions[0]
	h := activation.Relu(convNorm(scope.At("stem"), x, 64, 7, 2, true)) // [batch, 112, 112, 64]
	h = graph.MaxPool(h).Window(3).Strides(2).PadSame().Done()          // [batch, 56, 56, 64]
	for s, width := range []int{64, 128, 256, 512} {
		for b := range 2 {
			stride := 1
			if s > 0 && b == 0 {
				stride = 2
			}
			at := scope.At("stage%d_block%d", s+1, b+1)
			f := activation.Relu(convNorm(at.At("first"), h, width, 3, stride, true))
			f = convNorm(at.At("second"), f, width, 3, 1, true)
			if stride > 1 {
				h = convNorm(at.At("shortcut"), h, width, 1, stride, true)
			}
			h = activation.Relu(graph.Add(f, h))
		}
	}
	h.AssertDims(batch, 7, 7, 512)
	y := layers.DenseWithBias(scope.At("logits"), graph.ReduceMean(h, 1, 2), 1000)
	y.AssertDims(batch, 1000)
	return y
}

// convNorm is a convolution followed by batch normalisation, which has a bias of its own, or one with biases.
func convNorm(scope *model.Scope, x *graph.Node, channels, kernel, stride int, batchNorm bool) *graph.Node {
	x = layers.Convolution(scope, x).Channels(channels).KernelSize(kernel).Strides(stride).PadSame().UseBias(!batchNorm).Done()
	if !batchNorm {
		return x
	}
	// In training the backend's own operation, whose gradient includes that of the batch's mean and variance; else plain
	// operations on the running averages, which have a gradient by x, as attacks and explanations need it.
	training := scope.IsTraining(x.Graph())
	return norm.BatchNorm(scope, x, -1).Momentum(0.9).Epsilon(1e-5).UseBackendInference(training).Done()
}

// shortcut is the identity, or where the shape changes: every second place, and maps of zeros behind those there are.
func shortcut(h *graph.Node, width, stride int) *graph.Node {
	if stride > 1 {
		h = graph.Slice(h, graph.AxisRange(), graph.AxisRange().Stride(stride), graph.AxisRange().Stride(stride), graph.AxisRange())
	}
	if more := width - h.Shape().Dimensions[3]; more > 0 { // not graph.Pad, which has no gradient
		d := h.Shape().Dimensions
		h = graph.Concatenate([]*graph.Node{h, graph.Zeros(h.Graph(), shapes.Make(h.DType(), d[0], d[1], d[2], more))}, 3)
	}
	return h
}

// survive is stochastic depth for one block: in training b·f with b = 1 with probability p, else 0; at test time p·f.
func survive(scope *model.Scope, f *graph.Node, p float64) *graph.Node {
	if p == 1 {
		return f
	}
	g := f.Graph()
	if !scope.IsTraining(g) {
		return graph.MulScalar(f, p)
	}
	b := scope.RandomBernoulli(graph.Scalar(g, f.DType(), p), shapes.Make(f.DType(), 1, 1, 1, 1))
	return graph.Mul(f, b)
}
