package explain

import (
	"context"
	"fmt"
	"math"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// Class activation mapping (Zhou, Khosla, Lapedriza, Oliva, Torralba 2016, section 2), for nets that end in a global
// pooling and one dense layer:
//
//	f_k(x, y)                       activation of channel k at the place (x, y) of the last feature maps
//	F_k   = (1/HW) Σ_xy f_k(x, y)   global average pooling (or without 1/HW: see Pooling)
//	S_c   = Σ_k w_k^c F_k + b_c     logit of class c
//	M_c(x, y) = Σ_k w_k^c f_k(x, y) the map: what the place (x, y) brought in for class c
//
// Exchanging the two sums of S_c gives the property that makes M_c an account of the logit, not only a picture:
//
//	S_c − b_c = (1/HW) Σ_xy M_c(x, y)   with Mean
//	S_c − b_c =        Σ_xy M_c(x, y)   with Sum

// Pooling says how the activations f_k(x, y) of one channel become one number F_k.
type Pooling int

const (
	// Mean is F_k = (1/HW) Σ_xy f_k(x, y): what "global average pooling" means, and what nets do.
	Mean Pooling = iota
	// Sum is F_k = Σ_xy f_k(x, y). Zhou et al. write it and call it average pooling. The two differ by the factor HW,
	// which the weights can take over: w of a Sum net is w/HW of the Mean net with the same logits. Maps of the two
	// nets differ by that factor, too.
	Sum
)

func (p Pooling) String() string {
	switch p {
	case Mean:
		return "mean"
	case Sum:
		return "sum"
	}
	return fmt.Sprintf("Pooling(%d)", int(p))
}

// Pool computes F [K] of the feature maps f [H][W][K]. It panics where f is ragged and errs where a value is not
// finite.
func Pool(f [][][]float64, p Pooling) ([]float64, error) {
	h, w, k, err := featureSize("Pool", "f", f)
	if err != nil {
		return nil, err
	}
	F := make([]float64, k)
	for _, row := range f {
		for _, place := range row {
			for i, v := range place {
				F[i] += v // F_k = Σ_xy f_k(x, y)
			}
		}
	}
	if p == Mean {
		for i := range F {
			F[i] /= float64(h * w)
		}
	}
	return F, nil
}

// Score computes the logit S_c = Σ_k w_k^c F_k + b_c of one class from F [K], the dense layer's weights [K][C] and
// biases [C]; nil biases are zero. It panics where shapes do not fit or the class does not exist.
func Score(F []float64, weights [][]float64, biases []float64, class int) float64 {
	alpha := classWeights("Score", weights, len(F), class)
	s := 0.0
	if biases != nil {
		s = biases[class]
	}
	for k, v := range F {
		s += alpha[k] * v
	}
	return s
}

// ClassMap computes M_c [H][W] from the last feature maps f [H][W][K], the dense layer's weights [K][C] and the class c:
// the definition, in float64 and 2·H·W·K operations. CAM does it for many images.
//
// It panics where shapes do not fit or the class does not exist, and errs where a value is not finite.
func ClassMap(f [][][]float64, weights [][]float64, class int) ([][]float64, error) {
	_, _, k, err := featureSize("ClassMap", "f", f)
	if err != nil {
		return nil, err
	}
	alpha := classWeights("ClassMap", weights, k, class) // α_k = w_k^c
	for i, a := range alpha {
		if math.IsNaN(a) || math.IsInf(a, 0) {
			return nil, fmt.Errorf("explain: ClassMap: weights[%d][%d] = %g: every value must be finite", i, class, a)
		}
	}
	return weighted(f, alpha), nil
}

// classWeights copies column c of weights [K][C].
func classWeights(what string, weights [][]float64, k, class int) []float64 {
	if len(weights) != k {
		panic(fmt.Sprintf("explain: %s: %d rows of weights for %d channels: weights are [K][C]", what, len(weights), k))
	}
	alpha := make([]float64, k)
	for i, row := range weights {
		if class < 0 || class >= len(row) {
			panic(fmt.Sprintf("explain: %s: class %d, and weights[%d] has %d classes", what, class, i, len(row)))
		}
		alpha[i] = row[class]
	}
	return alpha
}

// weighted computes Σ_k α_k f_k(x, y), the sum that CAM and Grad-CAM share: they differ in α.
func weighted(f [][][]float64, alpha []float64) [][]float64 {
	m := newMap(len(f), len(f[0]))
	for y, row := range f {
		for x, place := range row {
			for k, v := range place {
				m[y][x] += alpha[k] * v
			}
		}
	}
	return m
}

// CAM makes class activation maps of a model that ends in global pooling and one dense layer, like nets.GAPNet.
type CAM struct {
	Stages  Stages // the model with its last feature maps; nil means nets.GAPNetStages
	Weights string // path of the dense layer's weights [K, classes]; "" means nets.GAPNetWeights

	program program // made from the fields at the first Explain: do not change them after it
}

// Explain computes M_c for every image of d (see Explainer), in float32 on the model's backend. The error is the
// context's, the backend's, or says that the model does not end in weights [K, classes] over its K feature maps, or
// that a map is not finite.
//
// CAM cannot see what follows the maps: on a net without global pooling the numbers are some numbers.
func (e *CAM) Explain(ctx context.Context, m *nets.Model, d *datasets.Images, class []int32) (*Maps, error) {
	stages, path := e.Stages, e.Weights
	if stages == nil {
		stages = nets.GAPNetStages
	}
	if path == "" {
		path = nets.GAPNetWeights
	}
	return e.program.run(ctx, "CAM", m, d, class, Batch, stages, func(scope *model.Scope, features, logits, onehot *graph.Node) *graph.Node {
		v := scope.Store().GetVariable(path)
		if v == nil {
			panic(fmt.Errorf("explain: CAM: the model has no variable %q", path))
		}
		w := v.NodeValue(features.Graph()) // [K, classes]
		w.AssertDims(features.Shape().Dimensions[3], m.Classes)
		alpha := graph.Einsum("bc,kc->bk", onehot, w)        // α_k = w_k^c
		return graph.Einsum("bhwk,bk->bhw", features, alpha) // M_c = Σ_k w_k^c f_k
	})
}
