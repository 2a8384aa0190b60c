package explain

import (
	"context"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// Saliency makes maps of the gradient of the logit by the pixels (Simonyan, Vedaldi, Zisserman 2014, section 3):
//
//	M_c(x, y) = max over the channels h of |∂S_c/∂x_h(x, y)|
//
// It is the answer to: where would a small change move S_c most? On a linear net S_c = w·x + b it is |w|, whatever the
// image. It needs nothing of the net but that it has a gradient.
type Saliency struct {
	Signed bool // the sum over the channels of ∂S_c/∂x_h instead: its sign says which way a pixel should go

	program program // made from the fields at the first Explain: do not change them after it
}

// Explain computes the maps of all images of d, one value a pixel, by one forward and one backward pass (see Explainer).
// The error is the context's, the backend's, or names a map that is not finite.
func (e *Saliency) Explain(ctx context.Context, m *nets.Model, d *datasets.Images, class []int32) (*Maps, error) {
	return e.program.run(ctx, "saliency", m, d, class, Batch, pixels(m), func(_ *model.Scope, x, logits, onehot *graph.Node) *graph.Node {
		g := classGradient(x, logits, onehot) // ∂S_c/∂x [b, H, W, C]
		if e.Signed {
			return graph.ReduceSum(g, 3)
		}
		return graph.ReduceMax(graph.Abs(g), 3)
	})
}

// pixels are the stages of a method that explains with the image itself instead of feature maps.
func pixels(m *nets.Model) Stages {
	return func(scope *model.Scope, x *graph.Node) (features, logits *graph.Node) { return x, m.Logits(scope, x) }
}

// classGradient is ∂S_c/∂at for every image of the batch. An image's logits depend on its own values only, so one
// backward pass of Σ_images S_c gives every image's gradient.
func classGradient(at, logits, onehot *graph.Node) *graph.Node {
	return graph.Gradient(graph.ReduceAllSum(graph.Mul(logits, onehot)), at)[0]
}
