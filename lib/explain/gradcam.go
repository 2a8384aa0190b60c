package explain

import (
	"context"
	"fmt"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// Grad-CAM (Selvaraju, Cogswell, Das, Vedantam, Parikh, Batra 2017, section 3), for any net with feature maps f_k:
//
//	α_k = (1/HW) Σ_xy ∂S_c/∂f_k(x, y)      (their eq. 1)
//	L_c(x, y) = max(0, Σ_k α_k f_k(x, y))  (their eq. 2)
//
// On a net that ends in Mean pooling and one dense layer ∂S_c/∂f_k(x, y) = w_k^c/HW at every place, hence
// α_k = w_k^c/HW and
//
//	L_c = max(0, M_c)/HW:
//
// CAM up to a positive factor and the cut at zero. With Sum pooling the factor is 1.

// ChannelWeights computes α [K], the mean over the places of the gradients g[y][x][k] = ∂S_c/∂f_k(x, y).
// It panics where g is ragged and errs where a value is not finite.
func ChannelWeights(g [][][]float64) ([]float64, error) {
	if _, _, _, err := featureSize("ChannelWeights", "g", g); err != nil {
		return nil, err
	}
	return Pool(g, Mean)
}

// GradMap computes L_c [H][W] from feature maps f [H][W][K] and the gradients g [H][W][K] of the class's logit by them:
// the definition, in float64. GradCAM does it for many images and finds the gradients itself.
//
// It panics where f and g differ in shape or are ragged, and errs where a value is not finite.
func GradMap(f, g [][][]float64) ([][]float64, error) {
	h, w, k, err := featureSize("GradMap", "f", f)
	if err != nil {
		return nil, err
	}
	h2, w2, k2, err := featureSize("GradMap", "g", g)
	if err != nil {
		return nil, err
	}
	if h != h2 || w != w2 || k != k2 {
		panic(fmt.Sprintf("explain: GradMap: features are %d×%d×%d and gradients %d×%d×%d", h, w, k, h2, w2, k2))
	}
	alpha, err := Pool(g, Mean) // α_k = (1/HW) Σ_xy ∂S_c/∂f_k(x, y)
	if err != nil {
		return nil, err
	}
	m := weighted(f, alpha) // Σ_k α_k f_k
	for y := range m {
		for x, v := range m[y] {
			m[y][x] = max(0, v)
		}
	}
	return m, nil
}

// GradCAM makes Grad-CAM maps of any model with feature maps.
type GradCAM struct {
	Stages Stages // the model with the feature maps to explain with; nil means nets.GAPNetStages
	Signed bool   // leave out the cut at zero: negative places speak against the class

	program program // made from the fields at the first Explain: do not change them after it
}

// Explain computes L_c for every image of d (see Explainer), in float32 on the model's backend, by a forward pass and
// the backward pass down to the feature maps. The error is the context's, the backend's, or names a map that is not
// finite.
func (e *GradCAM) Explain(ctx context.Context, m *nets.Model, d *datasets.Images, class []int32) (*Maps, error) {
	stages := e.Stages
	if stages == nil {
		stages = nets.GAPNetStages
	}
	return e.program.run(ctx, "Grad-CAM", m, d, class, Batch, stages, func(_ *model.Scope, features, logits, onehot *graph.Node) *graph.Node {
		l := gradMaps(features, logits, onehot)
		if e.Signed {
			return l
		}
		return activation.Relu(l)
	})
}

// gradMaps builds Σ_k α_k f_k [b, h, w] with α from the gradient of the chosen logits.
func gradMaps(features, logits, onehot *graph.Node) *graph.Node {
	g := classGradient(features, logits, onehot)         // ∂S_c/∂f_k(x, y) [b, h, w, K]
	alpha := graph.ReduceMean(g, 1, 2)                   // α_k [b, K]
	return graph.Einsum("bhwk,bk->bhw", features, alpha) // Σ_k α_k f_k
}
