package explain

import (
	"context"
	"fmt"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// Occlusion covers a square of the image, place by place, and writes down what that costs (Zeiler & Fergus 2014,
// section 4.2):
//
//	M_c(i, j) = S_c(x) − S_c(x with the square around place (i, j) covered)
//
// They followed the probability of the right class; the logit is taken here, as by the other methods. It asks the net only
// for answers, no gradient and no feature maps, and pays with one forward pass a place. On a linear net
// M_c(i, j) = Σ over the square of w·(x − Fill).
type Occlusion struct {
	Size   int     // side of the square in pixels; 0 means 16
	Stride int     // from a place to the next; 0 means Size/2, and 1 if that is 0
	Fill   float32 // what covers: one grey for all channels

	program program // made from the fields at the first Explain: do not change them after it
}

// Explain computes maps of ⌈H/Stride⌉×⌈W/Stride⌉ places (see Explainer). Place (i, j) stands for the Stride×Stride pixels
// from row i·Stride and column j·Stride; the square has their centre (half a pixel above and to the left of it where
// Size − Stride is odd) and is cut at the image's border. So Upsample puts the map where it belongs if Stride divides the
// image's sides. The error is the context's, the backend's, or names a map that is not finite. It panics where Size or
// Stride is negative.
func (e *Occlusion) Explain(ctx context.Context, m *nets.Model, d *datasets.Images, class []int32) (*Maps, error) {
	size, stride := e.Size, e.Stride
	if size == 0 {
		size = 16
	}
	if stride == 0 {
		stride = max(1, size/2)
	}
	if size < 0 || stride < 0 {
		panic(fmt.Sprintf("explain: occlusion: squares of %d pixels every %d", size, stride))
	}
	rows, columns := (d.H+stride-1)/stride, (d.W+stride-1)/stride
	places := rows * columns
	// open [places, H, W] is 0 where place p's square covers the image, and 1 elsewhere.
	open := make([]float32, places*d.H*d.W)
	for p := range places {
		top, left := p/columns*stride+(stride-size)>>1, p%columns*stride+(stride-size)>>1 // >> 1 is the half, rounded down
		for y := range d.H {
			for x := range d.W {
				if y < top || y >= top+size || x < left || x >= left+size {
					open[(p*d.H+y)*d.W+x] = 1
				}
			}
		}
	}
	return e.program.run(ctx, "occlusion", m, d, class, max(1, nets.PredictBatch/places), pixels(m), func(scope *model.Scope, x, logits, onehot *graph.Node) *graph.Node {
		b := x.Shape().Dimensions[0]
		mask := graph.Reshape(graph.Const(x.Graph(), open), 1, places, d.H, d.W, 1)
		covered := graph.Add(graph.Mul(graph.InsertAxes(x, 1), mask), graph.MulScalar(graph.OneMinus(mask), float64(e.Fill))) // [b, places, H, W, C]
		after := m.Logits(scope, graph.Reshape(covered, b*places, d.H, d.W, d.C))
		scores := graph.Einsum("bpc,bc->bp", graph.Reshape(after, b, places, m.Classes), onehot)
		before := graph.ReduceAndKeep(graph.Mul(logits, onehot), graph.ReduceSum, 1) // S_c(x) [b, 1]
		return graph.Reshape(graph.Sub(before, scores), b, rows, columns)
	})
}
