package fourier

import (
	"fmt"
	"strings"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
)

// Filter is Re F⁻¹(M ⊙ Fx) of every channel of every image, with exact gradients for both arguments: x [n, H, W, C] of float32,
// mask [H, W] for all or [n, H, W] for one each, real, in the order of a transform → [n, H, W, C]. Masked is the same for one image
// in float64.
//
// The transform is the backend's FFT, or, on the pure-Go backend, which has none, the products of FilterByProducts.
//
// The mask multiplies real and imaginary part, not the complex number: in GoMLX 0.28.2 the gradient of a product of complex
// numbers lacks a conjugate, and that of the mask would be wrong except at the frequency zero.
func Filter(mask, x *graph.Node) *graph.Node {
	mask = checkFilter(mask, x)
	if strings.HasPrefix(strings.ToLower(x.Graph().Backend().Name()), "go") {
		return FilterByProducts(mask, x)
	}
	// c = Fx [n, C, W, H]: GoMLX transforms the last axis; the first transform is along W, the second along H
	c := graph.ConvertDType(graph.TransposeAllAxes(x, 0, 3, 1, 2), dtypes.Complex64) // [n, C, H, W]
	c = graph.FFT(graph.Transpose(graph.FFT(c), 2, 3))
	// c ← M ⊙ c
	m := graph.ExpandAxes(graph.Transpose(mask, 1, 2), 1) // [n or 1, 1, W, H]
	c = graph.Complex(graph.Mul(m, graph.Real(c)), graph.Mul(m, graph.Imag(c)))
	// x̄ = Re F⁻¹c
	c = graph.InverseFFT(graph.Transpose(graph.InverseFFT(c), 2, 3)) // [n, C, H, W]
	return graph.TransposeAllAxes(graph.Real(c), 0, 2, 3, 1)         // [n, H, W, C]
}

// checkFilter panics on shapes that do not fit, and gives the mask as [n or 1, H, W].
func checkFilter(mask, x *graph.Node) *graph.Node {
	s := x.Shape().Dimensions
	if len(s) != 4 {
		panic(fmt.Sprintf("fourier: Filter of x of shape %v, want [n, H, W, C]", s))
	}
	if mask.Rank() == 2 {
		mask = graph.ExpandAxes(mask, 0)
	}
	if m := mask.Shape().Dimensions; len(m) != 3 || m[0] != 1 && m[0] != s[0] || m[1] != s[1] || m[2] != s[2] {
		panic(fmt.Sprintf("fourier: Filter with a mask of shape %v for x of shape %v", m, s))
	}
	return mask
}
