package nets

import (
	"context"
	"fmt"
	"sync"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
)

// Segmenter is a small fully convolutional network that gives every pixel a logit (Long, Shelhamer, Darrell 2015): an
// encoder that halves the image once a level, a decoder that doubles it again, and between them at each level a skip
// connection that hands the encoder's map to the decoder, as in the U-Net (Ronneberger, Fischer, Brox 2015, Fig. 1).
//
//	encoder, level l:   E_l = ReLU(conv 3×3(D_l)),         D_{l+1} = max pool 2×2 of E_l,   D_0 = x
//	bottom:             U = ReLU(conv 3×3(ReLU(conv 3×3(D_L))))
//	decoder, level l:   U ← ReLU(double(conv 3×3(U)) + E_l)
//	logits:             conv 3×3
//
// It departs from the U-Net in these points: one convolution a level, zero padding so that input and output have one
// size, doubling by repeating each pixel in place of a transposed convolution, and skip connections that add in place of
// putting the maps one behind the other (as LinkNet's do, Chaurasia and Culurciello 2017): so the decoder convolves
// at the low resolution, which costs a quarter, and a net without skips has exactly as many parameters.
//
// No layer knows the size of the image: one set of weights serves all sizes whose sides are multiples of 2^L.
type Segmenter struct {
	Widths   []int // maps of levels 0 … L−1 and of the bottom, L ≥ 1; nil: 8, 16, 24, 32
	NoSkips  bool  // U ← ReLU(double(conv 3×3(U))): the decoder sees the bottom alone
	Channels int   // of the images; 0: 3
}

func (s Segmenter) widths() []int {
	if s.Widths == nil {
		return []int{8, 16, 24, 32}
	}
	return s.Widths
}

func (s Segmenter) channels() int {
	if s.Channels == 0 {
		return 3
	}
	return s.Channels
}

// Multiple is 2^L: the sides of an image must be multiples of it.
func (s Segmenter) Multiple() int { return 1 << (len(s.widths()) - 1) }

// Logits gives one logit a pixel, [batch, H, W], for images x [batch, H, W, C] with values in [0, 1]: the probability of
// the object is its sigmoid.
//
// Variables: /encode0/conv …, /bottom1/conv, /bottom2/conv, /decode0/conv …, /logits/conv, each with "weights" and "biases".
func (s Segmenter) Logits(scope *model.Scope, x *graph.Node) *graph.Node {
	stages := s.Stages(scope, x)
	return stages[len(stages)-1]
}

// Stages is Logits with what each level gives: E_0 … E_{L−1}, the bottom, the decoder from level L−1 to 0, the logits.
func (s Segmenter) Stages(scope *model.Scope, x *graph.Node) []*graph.Node {
	widths, m := s.widths(), s.Multiple()
	d := x.Shape().Dimensions
	if len(widths) < 2 {
		panic(fmt.Errorf("nets: a Segmenter needs at least two widths, not %v", widths))
	}
	if len(d) != 4 || d[3] != s.channels() || d[1]%m != 0 || d[2]%m != 0 {
		panic(fmt.Errorf("nets: this Segmenter reads [batch, H, W, %d] with H and W multiples of %d, not %s", s.channels(), m, x.Shape()))
	}
	batch := d[0]
	conv := func(name string, x *graph.Node, channels int) *graph.Node {
		return Convolution(scope.At("%s", name), x, channels, 3, true)
	}
	levels := len(widths) - 1
	var all, skips []*graph.Node
	h := graph.AddScalar(x, -0.5) // about centred
	for l := range levels {
		h = activation.Relu(conv(fmt.Sprintf("encode%d", l), h, widths[l])) // E_l
		h.AssertDims(batch, d[1]>>l, d[2]>>l, widths[l])
		all, skips = append(all, h), append(skips, h)
		h = MaxPool2(h)
	}
	h = activation.Relu(conv("bottom1", h, widths[levels]))
	h = activation.Relu(conv("bottom2", h, widths[levels]))
	h.AssertDims(batch, d[1]/m, d[2]/m, widths[levels])
	all = append(all, h)
	for l := levels - 1; l >= 0; l-- {
		h = Double(conv(fmt.Sprintf("decode%d", l), h, widths[l]))
		if !s.NoSkips {
			h = graph.Add(h, skips[l])
		}
		h = activation.Relu(h)
		h.AssertDims(batch, d[1]>>l, d[2]>>l, widths[l])
		all = append(all, h)
	}
	return append(all, graph.Reshape(conv("logits", h, 1), batch, d[1], d[2]))
}

// Double repeats every pixel 2×2 times: [batch, H, W, C] → [batch, 2H, 2W, C].
func Double(x *graph.Node) *graph.Node {
	d := x.Shape().Dimensions
	x = graph.Reshape(x, d[0], d[1], 1, d[2], 1, d[3])
	x = graph.BroadcastToDims(x, d[0], d[1], 2, d[2], 2, d[3])
	return graph.Reshape(x, d[0], 2*d[1], 2*d[2], d[3])
}

// New makes an untrained network. Its initial weights follow from the seed.
func (s Segmenter) New(b compute.Backend, seed int64) *PixelModel {
	store := model.NewStore()
	store.SetParam(model.ParamInitialSeed, seed)
	return &PixelModel{Backend: b, Store: store, Logits: s.Logits, Channels: s.channels(), Multiple: s.Multiple()}
}

// PixelModel is a network that gives one logit a pixel, with its variables. It may be used by several goroutines, but not
// while it is trained.
type PixelModel struct {
	Backend  compute.Backend
	Store    *model.Store
	Logits   func(scope *model.Scope, x *graph.Node) *graph.Node // [batch, H, W, Channels] → [batch, H, W]
	Channels int
	Multiple int // the sides of the images are multiples of it

	mu   sync.Mutex
	exec *model.Exec
}

// PixelBatch is the number of images in one execution of PixelModel.Predict.
const PixelBatch = 32

// Predict computes the logits [n, h, w] of n images pix [n, h, w, Channels] one after the other. Batches are padded with
// zeros to PixelBatch images: one program is compiled for each size of image, of which one model takes at most 32.
//
// It panics if h or w is no positive multiple of Multiple, or if len(pix) is no multiple of h·w·Channels. The error is
// the context's or the backend's.
func (m *PixelModel) Predict(ctx context.Context, pix []float32, h, w int) ([]float32, error) {
	size := h * w * m.Channels
	if h < 1 || w < 1 || h%m.Multiple != 0 || w%m.Multiple != 0 || len(pix)%size != 0 {
		panic(fmt.Sprintf("nets: Predict got %d values for images of %d×%d×%d; the sides must be multiples of %d", len(pix), h, w, m.Channels, m.Multiple))
	}
	n := len(pix) / size
	logits := make([]float32, n*h*w)
	m.mu.Lock()
	defer m.mu.Unlock()
	var err error
	if m.exec == nil {
		if m.exec, err = model.NewExec(m.Backend, m.Store, m.Logits); err != nil {
			return nil, fmt.Errorf("nets: %w", err)
		}
	}
	x, err := tensors.FromShapeForBackend(m.Backend, 0, shapes.Make(dtypes.Float32, PixelBatch, h, w, m.Channels))
	if err != nil {
		return nil, fmt.Errorf("nets: %w", err)
	}
	defer x.FinalizeAll()
	for lo := 0; lo < n; lo += PixelBatch {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		hi := min(lo+PixelBatch, n)
		err := tensors.MutableFlatData(x, func(flat []float32) {
			clear(flat[copy(flat, pix[lo*size:hi*size]):])
		})
		if err != nil {
			return nil, fmt.Errorf("nets: %w", err)
		}
		y, err := m.exec.Call1(x) // [PixelBatch, h, w]
		if err != nil {
			return nil, fmt.Errorf("nets: images %d to %d: %w", lo, hi-1, err)
		}
		err = tensors.ConstFlatData(y, func(flat []float32) { copy(logits[lo*h*w:hi*h*w], flat) })
		y.FinalizeAll()
		if err != nil {
			return nil, fmt.Errorf("nets: %w", err)
		}
	}
	return logits, ctx.Err()
}

// Parameters counts the numbers that training may change; 0 before the first execution makes them.
func (m *PixelModel) Parameters() int { return (&Model{Store: m.Store}).Parameters() }
