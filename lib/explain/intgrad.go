package explain

import (
	"context"
	"fmt"

	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// IntegratedGradients divides the difference of two logits among the pixels (Sundararajan, Taly, Yan 2017): the
// gradient is followed along the straight line from a baseline x⁰, an image without content, to the image x,
//
//	M_c(x, y) = Σ_h (x_h − x⁰_h) · ∫₀¹ ∂S_c/∂x_h (x⁰ + α(x − x⁰)) dα      at every pixel, h the channels
//
// with the property that they call completeness (their proposition 1; it is the fundamental theorem of calculus):
//
//	Σ_xy M_c(x, y) = S_c(x) − S_c(x⁰)
//
// On a linear net M_c = w·(x − x⁰). A pixel equal to the baseline gets 0, so the baseline decides what can be seen:
// before a black one, black strokes are invisible.
type IntegratedGradients struct {
	Baseline []float32 // x⁰ [H·W·C]; nil means black
	Steps    int       // points of the midpoint rule for the integral; 0 means 32

	program program // made from the fields at the first Explain: do not change them after it
}

// Explain computes the maps of all images of d, one value a pixel, by Steps forward and backward passes an image
// (see Explainer). Sums miss S_c(x) − S_c(x⁰) by the error of the midpoint rule: on nets with kinks about 1/Steps², so compare
// them if it matters. It panics where the baseline's size is not an image's or Steps is negative. The error is the context's,
// the backend's, or names a map that is not finite.
func (e *IntegratedGradients) Explain(ctx context.Context, m *nets.Model, d *datasets.Images, class []int32) (*Maps, error) {
	steps := e.Steps
	if steps == 0 {
		steps = 32
	}
	base := e.Baseline
	if base == nil {
		base = make([]float32, d.H*d.W*d.C)
	}
	if steps < 0 || len(base) != d.H*d.W*d.C {
		panic(fmt.Sprintf("explain: integrated gradients: %d steps, a baseline of %d values for images of %d×%d×%d", steps, len(base), d.H, d.W, d.C))
	}
	return e.program.run(ctx, "integrated gradients", m, d, class, max(1, Batch/steps), pixels(m), func(scope *model.Scope, x, _, onehot *graph.Node) *graph.Node {
		g, dims := x.Graph(), x.Shape().Dimensions
		b, h, w, c := dims[0], dims[1], dims[2], dims[3]
		x0 := graph.Reshape(graph.Const(g, base), 1, h, w, c)
		diff := graph.Sub(x, x0) // x − x⁰ [b, h, w, c]
		// α = ½/steps, 3/2/steps, …: [1, steps, 1, 1, 1]
		alpha := graph.DivScalar(graph.AddScalar(graph.Iota(g, shapes.Make(x.DType(), 1, steps, 1, 1, 1), 1), 0.5), float64(steps))
		path := graph.Add(graph.InsertAxes(x0, 0), graph.Mul(alpha, graph.InsertAxes(diff, 1))) // [b, steps, h, w, c]
		path = graph.Reshape(path, b*steps, h, w, c)
		everyStep := graph.Reshape(graph.BroadcastToDims(graph.InsertAxes(onehot, 1), b, steps, m.Classes), b*steps, m.Classes)
		grad := classGradient(path, m.Logits(scope, path), everyStep)
		mean := graph.ReduceMean(graph.Reshape(grad, b, steps, h, w, c), 1) // ∫ by the midpoint rule [b, h, w, c]
		return graph.ReduceSum(graph.Mul(diff, mean), 3)
	})
}
