package batchnorm_test

import (
	"context"
	"math"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/layers/norm"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/backend"
	"nncourse/lib/batchnorm"
)

// GoMLX's norm.BatchNorm in float32 on images: training with the backend's operation is Train and Backward; without it
// (UseBackendInference(false)) the values are the same, but the gradient stops at the batch's statistics and is
// BackwardConstant. Test time agrees either way. lib/nets therefore uses the backend's operation in training.
//
// GoMLX's running averages begin with the plain mean of the first batches: momentum min(α, 1 − 1/t) at step t. Up to
// t = 1/(1 − α) that is the mean of all batches so far, without the bias of an average that begins at 0 and 1.
func TestMatchesGoMLX(t *testing.T) {
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	const batch, height, width, channels, eps = 3, 4, 5, 2, 1e-3
	rng := source(20)
	x1, x2 := gaussian(rng, batch*height*width, channels, 2, 3), gaussian(rng, batch*height*width, channels, 1, 2)
	dy := gaussian(rng, batch*height*width, channels, 0, 1)
	tensor := func(v []float64) *tensors.Tensor {
		f := make([]float32, len(v))
		for i := range v {
			f[i] = float32(v[i])
		}
		return tensors.FromFlatDataAndDimensions(f, batch, height, width, channels)
	}
	for _, own := range []bool{true, false} {
		store := model.NewStore()
		run := func(training bool, x []float64) (y, dx []float64) {
			exec, err := model.NewExec(b, store, func(scope *model.Scope, x, dy *graph.Node) []*graph.Node {
				scope.Store().SetTraining(x.Graph(), training)
				y := norm.BatchNorm(scope.At("bn"), x, -1).Momentum(0.9).Epsilon(eps).UseBackendInference(own && training).Done()
				return append([]*graph.Node{y}, graph.Gradient(graph.ReduceAllSum(graph.Mul(y, dy)), x)...)
			})
			if err != nil {
				t.Fatal(err)
			}
			out, err := exec.Call(tensor(x), tensor(flat(dy)))
			if err != nil {
				t.Fatal(err)
			}
			var v [2][]float64
			for i := range out {
				f, err := tensors.CopyFlatData[float32](out[i])
				if err != nil {
					t.Fatal(err)
				}
				out[i].FinalizeAll()
				for _, u := range f {
					v[i] = append(v[i], float64(u))
				}
			}
			return v[0], v[1]
		}
		n := batchnorm.New(channels)
		n.Epsilon = eps
		for step, x := range [][]float64{flat(x1), flat(x2)} {
			n.Momentum = math.Min(0.9, 1-1/float64(step+1))
			p := n.Train(batchnorm.Maps(x, batch, height, width, channels))
			right, stopped := flat(n.Backward(p, dy).X), flat(n.BackwardConstant(p, dy).X)
			y, dx := run(true, x)
			near(t, "training", y, flat(p.Out), 1e-5)
			if own {
				near(t, "gradient", dx, right, 1e-5)
			} else {
				near(t, "gradient with constant statistics", dx, stopped, 1e-5)
				far := 0.0
				for i := range dx {
					far = math.Max(far, math.Abs(dx[i]-right[i]))
				}
				if far < 0.02 {
					t.Errorf("the stopped gradient is within %v of the right one: the test does not tell them apart", far)
				}
			}
		}
		p := n.Test(batchnorm.Maps(flat(x2), batch, height, width, channels))
		y, dx := run(false, flat(x2))
		near(t, "test", y, flat(p.Out), 1e-5)
		near(t, "gradient at test time", dx, flat(n.Backward(p, dy).X), 1e-5)
	}
}
