// Package nets holds the course's networks as GoMLX graph functions, each in a file of its own, and Model, which
// binds such a function to its variables and computes with it.
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
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/datasets"
)

// PredictBatch is the number of images in one execution of Predict. Every batch is padded to it, because XLA
// compiles a program for each shape it meets.
const PredictBatch = 256

// Model is a network with its variables: what attacks and explanations work on. A Model may be used by several
// goroutines, but not while it is trained.
type Model struct {
	Backend compute.Backend
	// Store holds the variables by name, "/conv1/conv/weights" for example, and what a training added to them.
	Store *model.Store
	// Logits is the network: x [batch, H, W, C] of float32 with values in [0, 1] → [batch, Classes], the scores
	// before the softmax. It can be used in a graph of one's own, several times in one graph. Layers that act in
	// training only, like dropout, are silent unless a trainer marked the graph as training.
	Logits  func(scope *model.Scope, x *graph.Node) *graph.Node
	Input   [3]int // H, W, C
	Classes int

	mu   sync.Mutex
	exec *model.Exec // Logits on [PredictBatch, H, W, C], compiled at the first Predict
}

// pixels is the number of values of one image, H·W·C.
func (m *Model) pixels() int { return m.Input[0] * m.Input[1] * m.Input[2] }

// Predict computes the logits of any number of images and the class with the greatest.
//
// pix holds n images of H·W·C values each, one after the other; labels has n entries, logits n·Classes.
// Batches are padded with zeros to PredictBatch images, so one program is compiled for all calls, and an image's
// logits do not depend on the other images. Of equal logits the first class wins; a NaN never wins against a number.
//
// It panics if len(pix) is no multiple of H·W·C. The error is the context's or the backend's.
func (m *Model) Predict(ctx context.Context, pix []float32) (labels []int32, logits []float32, err error) {
	size := m.pixels()
	if len(pix)%size != 0 {
		panic(fmt.Sprintf("nets: Predict got %d values, no multiple of %d = %d·%d·%d", len(pix), size, m.Input[0], m.Input[1], m.Input[2]))
	}
	n := len(pix) / size
	labels, logits = make([]int32, n), make([]float32, n*m.Classes)
	if n == 0 {
		return labels, logits, ctx.Err()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.exec == nil {
		if m.exec, err = model.NewExec(m.Backend, m.Store, m.Logits); err != nil {
			return nil, nil, fmt.Errorf("nets: %w", err)
		}
	}
	// x [PredictBatch, H, W, C], used for every batch; in memory shared with the backend where it can.
	x, err := tensors.FromShapeForBackend(m.Backend, 0, shapes.Make(dtypes.Float32, PredictBatch, m.Input[0], m.Input[1], m.Input[2]))
	if err != nil {
		return nil, nil, fmt.Errorf("nets: %w", err)
	}
	defer x.FinalizeAll()
	for lo := 0; lo < n; lo += PredictBatch {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		hi := min(lo+PredictBatch, n)
		err := tensors.MutableFlatData(x, func(flat []float32) {
			clear(flat[copy(flat, pix[lo*size:hi*size]):])
		})
		if err != nil {
			return nil, nil, fmt.Errorf("nets: %w", err)
		}
		y, err := m.exec.Call1(x) // [PredictBatch, Classes]
		if err != nil {
			return nil, nil, fmt.Errorf("nets: images %d to %d: %w", lo, hi-1, err)
		}
		err = tensors.ConstFlatData(y, func(flat []float32) { copy(logits[lo*m.Classes:hi*m.Classes], flat) })
		y.FinalizeAll()
		if err != nil {
			return nil, nil, fmt.Errorf("nets: %w", err)
		}
	}
	for i := range labels {
		labels[i] = argmax(logits[i*m.Classes : (i+1)*m.Classes])
	}
	return labels, logits, nil
}

// argmax gives the index of the greatest value, the first of equals; a NaN never wins against a number.
func argmax(v []float32) int32 {
	best := 0
	for k, z := range v {
		if z > v[best] || v[best] != v[best] && z == z {
			best = k
		}
	}
	return int32(best)
}

// Accuracy is the share of images in d, between 0 and 1, that the model gives their label.
// It panics if the images have another shape than the model's input, and errs on an empty set.
func (m *Model) Accuracy(ctx context.Context, d *datasets.Images) (float64, error) {
	m.CheckImages(d)
	if d.N == 0 {
		return 0, fmt.Errorf("nets: accuracy on %q, which has no image", d.Name)
	}
	labels, _, err := m.Predict(ctx, d.Pix[:d.N*m.pixels()])
	if err != nil {
		return 0, err
	}
	right := 0
	for i, y := range labels {
		if y == d.Labels[i] {
			right++
		}
	}
	return float64(right) / float64(d.N), nil
}

// CheckImages panics if the images do not have the shape [H, W, C] that the model reads, or more classes.
func (m *Model) CheckImages(d *datasets.Images) {
	if [3]int{d.H, d.W, d.C} != m.Input {
		panic(fmt.Sprintf("nets: %q has images of shape %v, and the model reads %v (height, width, channels)", d.Name, [3]int{d.H, d.W, d.C}, m.Input))
	}
	if len(d.Classes) > m.Classes {
		panic(fmt.Sprintf("nets: %q has %d classes, and the model %d", d.Name, len(d.Classes), m.Classes))
	}
}

// Outputs computes f on the given images and returns each result's values and dimensions: feature maps, gradients,
// whatever a graph function makes from the model's variables and x [n, H, W, C]. Each call compiles a program, so it
// is for pictures; loops hold a model.Exec of their own.
func (m *Model) Outputs(pix []float32, f func(scope *model.Scope, x *graph.Node) []*graph.Node) (values [][]float32, dims [][]int, err error) {
	size := m.pixels()
	if len(pix) == 0 || len(pix)%size != 0 {
		panic(fmt.Sprintf("nets: Outputs got %d values, no positive multiple of %d = %d·%d·%d", len(pix), size, m.Input[0], m.Input[1], m.Input[2]))
	}
	exec, err := model.NewExec(m.Backend, m.Store, f)
	if err != nil {
		return nil, nil, fmt.Errorf("nets: %w", err)
	}
	defer exec.Finalize()
	x := tensors.FromFlatDataAndDimensions(pix, len(pix)/size, m.Input[0], m.Input[1], m.Input[2])
	defer x.FinalizeAll()
	out, err := exec.Call(x)
	if err != nil {
		return nil, nil, fmt.Errorf("nets: %w", err)
	}
	for _, y := range out {
		v, err := tensors.CopyFlatData[float32](y)
		if err != nil {
			return nil, nil, fmt.Errorf("nets: %w", err)
		}
		values, dims = append(values, v), append(dims, y.Shape().Dimensions)
		y.FinalizeAll()
	}
	return values, dims, nil
}

// Parameters counts the numbers that training may change. Variables exist from the first execution on, so it
// returns 0 for a model that has computed nothing yet.
func (m *Model) Parameters() int {
	n := 0
	for v := range m.Store.IterVariables() {
		if v.Trainable {
			n += v.Shape().Size()
		}
	}
	return n
}

// Weights returns a copy of a variable's values and its dimensions: Weights("/conv1/conv/weights"), for example.
// The error lists the names there are.
func (m *Model) Weights(name string) ([]float32, []int, error) {
	v := m.Store.GetVariable(name)
	if v == nil || !v.HasValue() {
		var names []string
		for v := range m.Store.IterVariables() {
			if v.Trainable {
				names = append(names, v.Path())
			}
		}
		return nil, nil, fmt.Errorf("nets: there is no variable %q; there are %q", name, names)
	}
	t, err := v.Value()
	if err != nil {
		return nil, nil, fmt.Errorf("nets: %q: %w", name, err)
	}
	w, err := tensors.CopyFlatData[float32](t)
	if err != nil {
		return nil, nil, fmt.Errorf("nets: %q: %w", name, err)
	}
	return w, v.Shape().Dimensions, nil
}
