package activation

import (
	"fmt"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Maxout is the unit of Goodfellow et al. 2013: the largest of k affine functions, whose weights are learned,
//
//	σ(x) = max_i (wᵢᵀx + bᵢ),
//
// a convex piecewise linear function of the inputs x ∈ Rⁿ. Two pieces w₁ = e, w₂ = 0 make a ReLU. Methods panic
// if the shapes do not fit or there is no piece.
type Maxout struct {
	W *mat.Dense // [k, n] row i is wᵢ
	B []float64  // [k]
}

// F returns σ(x).
func (m Maxout) F(x []float64) float64 {
	_, v := m.best(x)
	return v
}

// Active returns the index of the largest piece at x, the lowest of equals.
func (m Maxout) Active(x []float64) int {
	i, _ := m.best(x)
	return i
}

// D writes the gradient ∂σ/∂x = w_Active(x) to dst, of n entries, and returns it; a nil dst is made. Where pieces
// meet, the active one's weights are a subgradient.
func (m Maxout) D(dst, x []float64) []float64 {
	i, _ := m.best(x)
	dst = room("Maxout.D", dst, x)
	copy(dst, m.W.RawRowView(i))
	return dst
}

// best returns the largest piece at x, and its value. NaN in a piece counts as the largest value.
func (m Maxout) best(x []float64) (at int, value float64) {
	k, n := m.W.Dims()
	if k == 0 || k != len(m.B) || n != len(x) {
		panic(fmt.Sprintf("activation: Maxout: W is %d×%d, B has %d entries, x has %d", k, n, len(m.B), len(x)))
	}
	for i := range k {
		v := floats.Dot(m.W.RawRowView(i), x) + m.B[i]
		if v != v {
			return i, v
		}
		if i == 0 || v > value {
			at, value = i, v
		}
	}
	return at, value
}
