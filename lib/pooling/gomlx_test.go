package pooling_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"nncourse/lib/backend"
	"nncourse/lib/nets"
	"nncourse/lib/pooling"
)

// GoMLX's MaxPool and MeanPool, and the pool by reshape of package nets, with their gradients, in float64.
func TestMatchesGoMLX(t *testing.T) {
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	rng := source(6)
	for _, c := range []struct{ m, n, window, stride int }{{6, 8, 2, 2}, {9, 7, 3, 2}} {
		opt := pooling.Options{Window: c.window, Stride: c.stride}
		x, dy := gaussian(rng, c.m, c.n), gaussian(rng, opt.Size(c.m), opt.Size(c.n))
		h, w := len(dy), len(dy[0])
		exec, err := graph.NewExec(b, func(x, dy *graph.Node) []*graph.Node {
			ys := []*graph.Node{graph.MaxPool(x).Window(c.window).Strides(c.stride).Done(), graph.MeanPool(x).Window(c.window).Strides(c.stride).Done()}
			if c.window == 2 {
				ys = append(ys, nets.MaxPool2(x))
			}
			out := slices.Clone(ys)
			for _, y := range ys {
				out = append(out, graph.Gradient(graph.ReduceAllSum(graph.Mul(y, dy)), x)[0])
			}
			return out
		})
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Call(tensors.FromFlatDataAndDimensions(slices.Concat(x...), 1, c.m, c.n, 1), tensors.FromFlatDataAndDimensions(slices.Concat(dy...), 1, h, w, 1))
		if err != nil {
			t.Fatal(err)
		}
		y, arg := pooling.Max2D(x, opt, opt)
		dMax := pooling.Max2DBackward(c.m, c.n, arg, dy)
		want := [][][]float64{y, pooling.Mean2D(x, opt, opt), y, dMax, pooling.Mean2DBackward(c.m, c.n, dy, opt, opt), dMax}
		if len(out) == 4 {
			want = slices.Delete(slices.Delete(want, 5, 6), 2, 3)
		}
		if len(out) != len(want) {
			t.Fatalf("%d results", len(out))
		}
		for i := range want {
			got, err := tensors.CopyFlatData[float64](out[i])
			if err != nil {
				t.Fatal(err)
			}
			out[i].FinalizeAll()
			near(t, fmt.Sprintf("%+v, result %d", c, i), [][]float64{got}, [][]float64{slices.Concat(want[i]...)})
		}
		exec.Finalize()
	}
}
