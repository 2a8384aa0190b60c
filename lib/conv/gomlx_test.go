package conv_test

import (
	"context"
	"math"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"nncourse/lib/backend"
	"nncourse/lib/conv"
)

// GoMLX's Convolve and its gradients, in float64, for the modes it has. Its gradient by x is compared for odd kernels only: in
// GoMLX 0.28.2 it is wrong for even ones (shifted by a place; central differences side with Backward, see TestLayerGradient),
// and for padding of more than half the kernel, as in Full, no gradient can be built.
func TestLayerMatchesGoMLX(t *testing.T) {
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	rng, ran, ranX := source(20), 0, 0
	for l, x := range layers {
		if l.Mode == conv.Circular || l.KH == 1 || l.Stride*l.Dilation > 1 && (l.KW == 2 || l.Mode == conv.Full) {
			continue // not there, or nothing new; each graph costs a compilation
		}
		byX := l.KH%2 == 1 && l.KW%2 == 1 && l.Mode != conv.Full
		ran++
		if byX {
			ranX++
		}
		span := func(m int) int { return l.Span(m) - 1 }
		y := l.Forward(x)
		dy := tensor(rng, y.N, y.H, y.W, y.C)
		exec, err := graph.NewExec(b, func(x, w, bias, dy *graph.Node) []*graph.Node {
			c := graph.Convolve(x, w)
			if l.Stride > 1 {
				c = c.Strides(l.Stride)
			} else {
				c = c.Dilations(l.Dilation)
			}
			switch h, v := span(l.KH), span(l.KW); l.Mode {
			case conv.Same:
				if l.Stride > 1 { // PadSame depends on the stride there, Same does not here
					c = c.PaddingPerDim([][2]int{{h / 2, h - h/2}, {v / 2, v - v/2}})
				} else {
					c = c.PadSame()
				}
			case conv.Full:
				c = c.PaddingPerDim([][2]int{{h, h}, {v, v}})
			}
			y := graph.Add(c.Done(), graph.ExpandLeftToRank(bias, 4))
			if l.Mode == conv.Full {
				return []*graph.Node{y}
			}
			by := []*graph.Node{w, bias}
			if byX {
				by = append(by, x)
			}
			return append([]*graph.Node{y}, graph.Gradient(graph.ReduceAllSum(graph.Mul(y, dy)), by...)...)
		})
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Call(
			tensors.FromFlatDataAndDimensions(x.V, x.N, x.H, x.W, x.C),
			tensors.FromFlatDataAndDimensions(l.W, l.KH, l.KW, l.In, l.Out),
			tensors.FromFlatDataAndDimensions(l.B, l.Out),
			tensors.FromFlatDataAndDimensions(dy.V, dy.N, dy.H, dy.W, dy.C))
		if err != nil {
			t.Fatalf("%+v: %v", l.Options, err)
		}
		g := l.Backward(x, dy)
		for i, want := range [][]float64{y.V, g.W, g.B, g.X.V}[:len(out)] {
			got, err := tensors.CopyFlatData[float64](out[i])
			if err != nil {
				t.Fatal(err)
			}
			out[i].FinalizeAll()
			if len(got) != len(want) {
				t.Fatalf("%+v, result %d: GoMLX has %d numbers, want %d", l.Options, i, len(got), len(want))
			}
			for k := range want {
				if !(math.Abs(got[k]-want[k]) <= 1e-11*(1+math.Abs(want[k]))) {
					t.Errorf("%d×%d on %d×%d: %+v, result %d, number %d: GoMLX %v, here %v", l.KH, l.KW, x.H, x.W, l.Options, i, k, got[k], want[k])
					break
				}
			}
		}
		exec.Finalize()
	}
	if ran != 10 || ranX != 6 {
		t.Errorf("only %d layers were compared, %d with the gradient by x", ran, ranX)
	}
}
