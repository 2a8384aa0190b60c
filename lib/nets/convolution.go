package nets

import (
	"fmt"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/gomlx/compute/shapes"
)

// Convolution is a layer of stride 1 with biases: x [batch, H, W, C] → [batch, H, W, channels] with a border of zeros (same), or
// [batch, H−K+1, W−K+1, channels] without; K, the kernel's side, is odd. Its variables are those of GoMLX's layers.Convolution:
// "conv/weights" [K, K, C, channels] and "conv/biases" below scope.
//
// For one or two channels it is computed by ConvolveByProducts, which XLA's CPU code does several times faster.
func Convolution(scope *model.Scope, x *graph.Node, channels, kernel int, same bool) *graph.Node {
	d := x.Shape().Dimensions
	if len(d) != 4 {
		panic(fmt.Errorf("nets: Convolution needs [batch, H, W, C], not %s", x.Shape()))
	}
	if d[3] > 2 {
		layer := layers.Convolution(scope, x).Channels(channels).KernelSize(kernel)
		if same {
			return layer.PadSame().Done()
		}
		return layer.NoPadding().Done()
	}
	scope = scope.In("conv")
	k := scope.VariableWithShape("weights", shapes.Make(x.DType(), kernel, kernel, d[3], channels)).NodeValue(x.Graph())
	b := scope.VariableWithShape("biases", shapes.Make(x.DType(), channels)).NodeValue(x.Graph())
	return graph.Add(ConvolveByProducts(x, k, same), graph.Reshape(b, 1, 1, 1, channels))
}

// ConvolveByProducts is graph.Convolve(x, k) of stride 1, with PadSame or with NoPadding, as one product of matrices:
// x [batch, H, W, C], k [K, K, C, O] with odd K → [batch, H', W', O].
//
// It is the product with a Toeplitz matrix that lesson 4.2 shows for one dimension, cut into blocks. n neighbouring outputs of a row
// see K rows of n+K−1 inputs; a matrix T with the kernel's weights along its diagonals, the same for every block, takes these to those:
//
//	y[i, j+v, o] = Σ_d Σ_w Σ_c x[i+d, j+w, c] T[(d, w, c), (v, o)],   T[(d, w, c), (v, o)] = k[d, w−v, c, o] if 0 ≤ w−v < K, else 0
//
// That multiplies (n+K−1)/K times as many numbers as the convolution, most of the added ones by zero; but as a large product of matrices,
// which a CPU does at many times the rate at which XLA convolves a picture of one channel (and much faster still than its gradient by
// that picture): with K = 5, C = 1, O = 8 and n = 7, forwards and backwards, four times as fast. Every part has first and second
// derivatives by x and k.
func ConvolveByProducts(x, k *graph.Node, same bool) *graph.Node {
	g, d, kd := x.Graph(), x.Shape().Dimensions, k.Shape().Dimensions
	if len(d) != 4 || len(kd) != 4 || kd[0] != kd[1] || kd[0]%2 == 0 || kd[2] != d[3] {
		panic(fmt.Errorf("nets: ConvolveByProducts needs x [batch, H, W, C] and k [K, K, C, O] with odd K, not %s and %s", x.Shape(), k.Shape()))
	}
	batch, C, K, O := d[0], d[3], kd[0], kd[3]
	if p := K / 2; same && p > 0 { // a border of zeros; graph.Pad has no gradient
		zeros := func(dims ...int) *graph.Node { return graph.Zeros(g, shapes.Make(x.DType(), dims...)) }
		x = graph.Concatenate([]*graph.Node{zeros(batch, p, d[2], C), x, zeros(batch, p, d[2], C)}, 1)
		x = graph.Concatenate([]*graph.Node{zeros(batch, d[1]+2*p, p, C), x, zeros(batch, d[1]+2*p, p, C)}, 2)
	}
	H, W := x.Shape().Dimensions[1]-K+1, x.Shape().Dimensions[2]-K+1 // of the result
	if H < 1 || W < 1 {
		panic(fmt.Errorf("nets: a kernel %d×%d does not fit into %s", K, K, x.Shape()))
	}
	n := blockWidth(W)
	in := n + K - 1 // a block's width at the input
	diagonal := make([][][]float32, in)
	for w := range in {
		diagonal[w] = make([][]float32, n)
		for v := range n {
			diagonal[w][v] = make([]float32, K)
			if u := w - v; 0 <= u && u < K {
				diagonal[w][v][u] = 1
			}
		}
	}
	T := graph.Einsum("wvu,duco->dwcvo", graph.ConvertDType(graph.Const(g, tensors.FromValue(diagonal)), x.DType()), k)
	T = graph.Reshape(T, K*in*C, n*O)

	var blocks []*graph.Node
	for j := 0; j < W; j += n {
		block := graph.Slice(x, graph.AxisRange(), graph.AxisRange(), graph.AxisRange(j, j+in), graph.AxisRange())
		blocks = append(blocks, graph.Reshape(block, batch, H+K-1, 1, in*C))
	}
	x = graph.Concatenate(blocks, 2) // [batch, H+K−1, W/n, in·C]
	rows := make([]*graph.Node, K)
	for r := range K {
		rows[r] = graph.Slice(x, graph.AxisRange(), graph.AxisRange(r, r+H), graph.AxisRange(), graph.AxisRange())
	}
	patches := graph.Reshape(graph.Concatenate(rows, 3), batch*H*(W/n), K*in*C)
	return graph.Reshape(graph.Dot(patches, T).Product(), batch, H, W, O)
}

// blockWidth is the greatest divisor of a row's width that is at most 8.
func blockWidth(width int) int {
	n := min(width, 8)
	for width%n != 0 {
		n--
	}
	return n
}
