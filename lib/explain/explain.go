// Package explain shows where in an image a network found its answer, and measures whether the picture is true.
//
// The methods, one file each, all of them batched on XLA and with one form (Explainer):
//
//	saliency.go   the gradient of the score by the pixels; any net
//	intgrad.go    integrated gradients: the score's difference to a baseline, divided among the pixels; any net
//	occlusion.go  the score's loss when a square is covered; any net, asked for nothing but answers
//	cam.go        class activation maps, and their definition in plain float64; nets that end in global pooling
//	gradcam.go    Grad-CAM, the same for both; nets with feature maps
//	contrast.go   local contrast of the image, which asks no net: what the tests below must find out
//
// And what tells whether a map is true:
//
//	upsample.go   from the feature maps' few places to the image's pixels (bilinear), and scaling to [0, 1]
//	localise.go   does the map point at the thing? pointing game, box from a threshold, intersection over union
//	curves.go     does the map name the pixels that matter? deletion and insertion curves
//	sanity.go     does the map depend on the net? the model-randomisation check
//
// The question turned round, what a unit wants to see instead of where it saw it, is activation maximisation: actmax.go, and
// actmaxgraph.go for the graph of its steps.
//
// Conventions. A map m is m[y][x]: rows from the top, H of them, columns from the left, W of them. Features are
// f[y][x][k], k < K channels. Boxes are image.Rectangle in pixels: Min inclusive, Max exclusive.
//
// A map explains one class. All methods take the class as a parameter, because what a net saw in favour of the class
// it did not choose is half of the story.
package explain

import (
	"context"
	"fmt"
	"math"
	"sync"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// Batch is the number of images in one execution of Explain, fewer for methods that make many images of one (integrated
// gradients, occlusion). The last batch is padded to it with zeros, because XLA compiles a program for each shape it meets.
const Batch = 64

// Predicted, as a class, stands for the class of the greatest logit, image by image.
const Predicted int32 = -1

// Stages is a network that shows its inside: x [batch, H, W, C] → the feature maps to explain with
// [batch, h, w, K], and the logits [batch, classes], computed from those maps. It must use the variables that the
// model's Logits uses; nets.GAPNetStages and
//
//	func(s *model.Scope, x *graph.Node) (f, logits *graph.Node) { m := nets.LeNetStages(s, x); return m.Conv2, m.Logits }
//
// are examples.
type Stages func(scope *model.Scope, x *graph.Node) (features, logits *graph.Node)

// Explainer is what the methods have in common. A method compiles a program for the model at its first Explain, which
// costs about a second, and keeps it until it is asked about another model: use one value for many calls. Several
// goroutines may share it; they wait for each other.
type Explainer interface {
	// Explain makes one map for each image of d. class[i] is the class that map i is about, or Predicted;
	// a nil class means Predicted for all.
	Explain(ctx context.Context, m *nets.Model, d *datasets.Images, class []int32) (*Maps, error)
}

// Maps are the maps of N images.
type Maps struct {
	Name    string    // the method
	N, H, W int       // images, rows and columns of the maps (not of the images)
	Values  []float32 // [N, H, W]
	Class   []int32   // [N], the class explained
	Logits  []float32 // [N], that class's logit S_c; nil where the method does not ask the net
}

// Map returns map i as rows, in float64; it is a copy. It panics unless 0 ≤ i < N.
func (m *Maps) Map(i int) [][]float64 {
	if i < 0 || i >= m.N {
		panic(fmt.Sprintf("explain: Map(%d) of %d maps", i, m.N))
	}
	out := newMap(m.H, m.W)
	for y := range out {
		for x := range out[y] {
			out[y][x] = float64(m.Values[(i*m.H+y)*m.W+x])
		}
	}
	return out
}

// Upsampled returns map i at h×w pixels (see Upsample).
func (m *Maps) Upsampled(i, h, w int) ([][]float64, error) { return Upsample(m.Map(i), h, w) }

// program is a method's compiled explanation of one model.
type program struct {
	mu    sync.Mutex
	model *nets.Model
	exec  *model.Exec // images [batch, H, W, C], classes [batch] → maps, classes, scores
}

// run explains all images, batch of them in one execution. relevance builds the map's graph: features [b, h, w, K], logits
// [b, classes], onehot [b, classes] with a one at the class to explain → maps [b, h, w].
func (p *program) run(ctx context.Context, name string, m *nets.Model, d *datasets.Images, class []int32, batch int, stages Stages,
	relevance func(scope *model.Scope, features, logits, onehot *graph.Node) *graph.Node) (*Maps, error) {
	m.CheckImages(d)
	if class != nil && len(class) != d.N {
		panic(fmt.Sprintf("explain: %s: %d classes for %d images", name, len(class), d.N))
	}
	for i, c := range class {
		if c != Predicted && (c < 0 || int(c) >= m.Classes) {
			panic(fmt.Sprintf("explain: %s: class[%d] = %d, and the model has the classes 0 to %d", name, i, c, m.Classes-1))
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.model != m {
		exec, err := model.NewExec(m.Backend, m.Store, func(scope *model.Scope, x, class *graph.Node) (maps, chosen, score *graph.Node) {
			features, logits := stages(scope, x)
			logits.AssertDims(batch, m.Classes)
			// chosen = class, or the class of the greatest logit where that is Predicted (negative)
			chosen = graph.Where(graph.LessThan(class, graph.ScalarZero(x.Graph(), dtypes.Int32)), graph.ArgMax(logits, 1, dtypes.Int32), class)
			onehot := graph.OneHot(chosen, m.Classes, logits.DType()) // [b, classes]
			score = graph.ReduceSum(graph.Mul(logits, onehot), 1)     // S_c [b]
			maps = relevance(scope, features, logits, onehot)
			return maps, chosen, score
		})
		if err != nil {
			return nil, fmt.Errorf("explain: %s: %w", name, err)
		}
		if p.exec != nil {
			p.exec.Finalize()
		}
		p.model, p.exec = m, exec
	}

	size := d.H * d.W * d.C
	x, err := tensors.FromShapeForBackend(m.Backend, 0, shapes.Make(dtypes.Float32, batch, d.H, d.W, d.C))
	if err != nil {
		return nil, fmt.Errorf("explain: %s: %w", name, err)
	}
	defer x.FinalizeAll()
	out := &Maps{Name: name, N: d.N, Class: make([]int32, d.N), Logits: make([]float32, d.N)}
	for lo := 0; lo < d.N; lo += batch {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n := min(batch, d.N-lo)
		err := tensors.MutableFlatData(x, func(flat []float32) {
			clear(flat[copy(flat, d.Pix[lo*size:(lo+n)*size]):])
		})
		if err != nil {
			return nil, fmt.Errorf("explain: %s: %w", name, err)
		}
		c := make([]int32, batch) // padding explains class 0
		for i := range n {
			c[i] = Predicted
			if class != nil {
				c[i] = class[lo+i]
			}
		}
		if err := out.add(p.exec, lo, n, x, c); err != nil {
			return nil, fmt.Errorf("explain: %s: images %d to %d: %w", name, lo, lo+n-1, err)
		}
	}
	for i, v := range out.Values {
		if v := float64(v); math.IsNaN(v) || math.IsInf(v, 0) {
			per := out.H * out.W
			return nil, fmt.Errorf("explain: %s: the map of image %d is %g at row %d, column %d: look for NaN in the image or in the model's weights",
				name, i/per, v, i%per/out.W, i%out.W)
		}
	}
	return out, nil
}

// add executes one batch and keeps its first n maps as images lo to lo+n−1.
func (m *Maps) add(exec *model.Exec, lo, n int, x *tensors.Tensor, class []int32) error {
	c := tensors.FromFlatDataAndDimensions(class, len(class))
	defer c.FinalizeAll()
	res, err := exec.Call(x, c)
	if err != nil {
		return err
	}
	defer func() {
		for _, t := range res {
			t.FinalizeAll()
		}
	}()
	if dims := res[0].Shape().Dimensions; m.Values == nil {
		m.H, m.W = dims[1], dims[2]
		m.Values = make([]float32, m.N*m.H*m.W)
	}
	if err := tensors.ConstFlatData(res[0], func(v []float32) { copy(m.Values[lo*m.H*m.W:(lo+n)*m.H*m.W], v) }); err != nil {
		return err
	}
	if err := tensors.ConstFlatData(res[1], func(v []int32) { copy(m.Class[lo:lo+n], v) }); err != nil {
		return err
	}
	return tensors.ConstFlatData(res[2], func(v []float32) { copy(m.Logits[lo:lo+n], v) })
}

// newMap makes a map of zeros.
func newMap(h, w int) [][]float64 {
	flat := make([]float64, h*w)
	m := make([][]float64, h)
	for y := range m {
		m[y] = flat[y*w : (y+1)*w : (y+1)*w]
	}
	return m
}

// mapSize returns a map's rows and columns. It panics where the map is empty or its rows differ in length, and errs
// where a value is NaN or infinite.
func mapSize(what string, m [][]float64) (h, w int, err error) {
	if len(m) == 0 || len(m[0]) == 0 {
		panic(fmt.Sprintf("explain: %s: the map is empty", what))
	}
	for y, row := range m {
		if len(row) != len(m[0]) {
			panic(fmt.Sprintf("explain: %s: row %d has %d values, and row 0 has %d", what, y, len(row), len(m[0])))
		}
		for x, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return 0, 0, fmt.Errorf("explain: %s: m[%d][%d] = %g: a map must be finite", what, y, x, v)
			}
		}
	}
	return len(m), len(m[0]), nil
}

// featureSize returns rows, columns and channels of feature maps f[y][x][k], with the panics and errors of mapSize.
func featureSize(what, name string, f [][][]float64) (h, w, k int, err error) {
	if len(f) == 0 || len(f[0]) == 0 || len(f[0][0]) == 0 {
		panic(fmt.Sprintf("explain: %s: %s are empty", what, name))
	}
	h, w, k = len(f), len(f[0]), len(f[0][0])
	for y, row := range f {
		if len(row) != w {
			panic(fmt.Sprintf("explain: %s: %s[%d] has %d places, and [0] has %d", what, name, y, len(row), w))
		}
		for x, place := range row {
			if len(place) != k {
				panic(fmt.Sprintf("explain: %s: %s[%d][%d] has %d channels, and [0][0] has %d", what, name, y, x, len(place), k))
			}
			for i, v := range place {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					return 0, 0, 0, fmt.Errorf("explain: %s: %s[%d][%d][%d] = %g: every value must be finite", what, name, y, x, i, v)
				}
			}
		}
	}
	return h, w, k, nil
}
