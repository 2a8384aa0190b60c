package nets_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/nets"
)

// The product with the banded matrix is the backend's own convolution, and so are both gradients: of Σ t∘y², t random. Widths that have a
// divisor near 8, a prime one (one block of a column each), kernels that are as wide as the picture, a single pixel.
func TestConvolveByProducts(t *testing.T) {
	b := open(t)
	rng := rand.New(rand.NewPCG(7, 1))
	for _, s := range []struct {
		batch, h, w, c, k, o int
		same                 bool
	}{{3, 28, 28, 1, 5, 8, true}, {2, 9, 11, 2, 3, 4, true}, {2, 12, 14, 3, 5, 2, false}, {1, 5, 5, 1, 5, 3, false}, {4, 6, 10, 1, 1, 2, true}} {
		t.Run(fmt.Sprintf("%+v", s), func(t *testing.T) {
			x := tensors.FromFlatDataAndDimensions(noise(rng, s.batch*s.h*s.w*s.c), s.batch, s.h, s.w, s.c)
			k := tensors.FromFlatDataAndDimensions(shuffled(rng, s.k*s.k*s.c*s.o), s.k, s.k, s.c, s.o)
			out := graph.MustExecOnce(b, func(x, k *graph.Node) *graph.Node {
				g := x.Graph()
				theirs := graph.Convolve(x, k)
				if s.same {
					theirs.PadSame()
				} else {
					theirs.NoPadding()
				}
				want := theirs.Done()
				got := nets.ConvolveByProducts(x, k, s.same)
				got.AssertDims(want.Shape().Dimensions...)
				weight := graph.Sin(graph.Iota(g, want.Shape(), 1))
				pieces := func(y *graph.Node) *graph.Node {
					by := graph.Gradient(graph.ReduceAllSum(graph.Mul(weight, graph.Square(y))), x, k)
					return graph.Concatenate([]*graph.Node{graph.Reshape(y, -1), graph.Reshape(by[0], -1), graph.Reshape(by[1], -1)}, 0)
				}
				return graph.Stack([]*graph.Node{pieces(got), pieces(want)}, 0)
			}, x, k).Value().([][]float32)
			scale := 0.0
			for _, v := range out[1] {
				scale = max(scale, math.Abs(float64(v)))
			}
			if scale == 0 {
				t.Fatal("the backend's convolution and its gradients are all zero: nothing was compared")
			}
			for i := range out[0] {
				if d := math.Abs(float64(out[0][i] - out[1][i])); !(d <= 1e-5*scale) {
					t.Fatalf("place %d of value and gradients: %g by products, %g by the backend", i, out[0][i], out[1][i])
				}
			}
		})
	}
}

// The layer has the variables of GoMLX's, with the same initial values: what one wrote, the other reads.
func TestConvolutionVariables(t *testing.T) {
	b := open(t)
	x := tensors.FromFlatDataAndDimensions(noise(rand.New(rand.NewPCG(7, 2)), 2*6*6), 2, 6, 6, 1)
	var outs [2][]float32
	for i := range outs {
		store := model.NewStore()
		store.SetParam(model.ParamInitialSeed, int64(3))
		exec, err := model.NewExec(b, store, func(scope *model.Scope, x *graph.Node) *graph.Node {
			if i == 0 {
				return nets.Convolution(scope.At("first"), x, 4, 3, true)
			}
			return layers.Convolution(scope.At("first"), x).Channels(4).KernelSize(3).PadSame().Done()
		})
		if err != nil {
			t.Fatal(err)
		}
		y, err := exec.Exec(x)
		if err != nil {
			t.Fatal(err)
		}
		outs[i] = tensors.MustCopyFlatData[float32](y[0])
		if v := store.GetVariable("/first/conv/weights"); v == nil {
			t.Errorf("form %d has no variable first/conv/weights", i)
		}
	}
	for i := range outs[0] {
		if d := math.Abs(float64(outs[0][i] - outs[1][i])); !(d <= 1e-5) || outs[1][i] == 0 {
			t.Fatalf("place %d: %g and %g", i, outs[0][i], outs[1][i])
		}
	}
}

func TestConvolveByProductsRefuses(t *testing.T) {
	b := open(t)
	for _, s := range []struct{ x, k []int }{{[]int{1, 4, 4, 1}, []int{2, 2, 1, 1}}, {[]int{1, 4, 4, 1}, []int{3, 3, 2, 1}}, {[]int{1, 4, 4, 1}, []int{5, 5, 1, 1}}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("x %v and k %v were taken", s.x, s.k)
				}
			}()
			zeros := func(dims []int) *tensors.Tensor {
				n := 1
				for _, d := range dims {
					n *= d
				}
				return tensors.FromFlatDataAndDimensions(make([]float32, n), dims...)
			}
			graph.MustExecOnce(b, func(x, k *graph.Node) *graph.Node { return nets.ConvolveByProducts(x, k, false) }, zeros(s.x), zeros(s.k))
		}()
	}
}
