package fourier

import (
	"math"

	"github.com/gomlx/gomlx/core/graph"
)

// FilterByProducts is Filter by products with the matrices of the transform, F_n = C − iS with C[j, k] = cos(2πjk/n) and
// S[j, k] = sin(2πjk/n): Fx = F_H x F_W, in real arithmetic. It takes O(HW(H + W)) multiplications an image where an FFT takes
// O(HW log HW), and needs nothing that a backend could lack.
func FilterByProducts(mask, x *graph.Node) *graph.Node {
	mask = checkFilter(mask, x)
	s := x.Shape().Dimensions
	h, w := s[1], s[2]
	ch, sh := matrices(x, h)
	cw, sw := matrices(x, w)
	along := func(axis int, x, a *graph.Node) *graph.Node { // axis is 2 (H) or 3 (W) of [n, C, H, W]
		y := graph.EinsumAxes(x, a, [][2]int{{axis, 0}}, nil) // the new axis comes last
		if axis == 2 {
			y = graph.Transpose(y, 2, 3)
		}
		return y
	}
	// re + i·im = Fx
	x = graph.TransposeAllAxes(x, 0, 3, 1, 2)
	re, im := along(3, x, cw), graph.Neg(along(3, x, sw))
	// (C − iS)(re + i·im)
	re, im = graph.Add(along(2, re, ch), along(2, im, sh)), graph.Sub(along(2, im, ch), along(2, re, sh))
	// M ⊙ Fx
	m := graph.ExpandAxes(mask, 1)
	re, im = graph.Mul(m, re), graph.Mul(m, im)
	// (C + iS)(re + i·im), and of the second product the real part alone
	re, im = graph.Sub(along(2, re, ch), along(2, im, sh)), graph.Add(along(2, im, ch), along(2, re, sh))
	x = graph.Sub(along(3, re, cw), along(3, im, sw))
	return graph.TransposeAllAxes(graph.DivScalar(x, float64(h*w)), 0, 2, 3, 1)
}

// matrices gives C and S [n, n] as constants of x's graph.
func matrices(x *graph.Node, n int) (c, s *graph.Node) {
	cos, sin := make([][]float32, n), make([][]float32, n)
	for j := range n {
		cos[j], sin[j] = make([]float32, n), make([]float32, n)
		for k := range n {
			b, a := math.Sincos(2 * math.Pi * float64(j*k%n) / float64(n))
			cos[j][k], sin[j][k] = float32(a), float32(b)
		}
	}
	return graph.Const(x.Graph(), cos), graph.Const(x.Graph(), sin)
}
