package operators

import (
	"fmt"
	"slices"
)

// FiniteDifference takes derivatives as weighted sums of neighbours, with the weights that are exact for polynomials of the highest
// degree possible. The error falls as h^Accuracy; noise of size σ becomes noise of about σ/hᵐ in the m-th derivative.
// Order 0 is u itself.
type FiniteDifference struct {
	Accuracy int  // even, ≥ 2; 0 means 2: the usual (u[i+1] − u[i−1])/2h
	Periodic bool // the place after the last is the first; otherwise the ends take one-sided sums of at least that accuracy
}

// Derivative implements Differentiator.
func (d FiniteDifference) Derivative(u []float64, h float64, order int) ([]float64, error) {
	accuracy := d.Accuracy
	if accuracy == 0 {
		accuracy = 2
	}
	if accuracy < 0 || accuracy%2 == 1 {
		panic(fmt.Sprintf("operators: FiniteDifference: an accuracy of %d: want an even number > 0", accuracy))
	}
	r := (order+1)/2 + accuracy/2 - 1 // neighbours on each side
	n, width := len(u), 2*r+1
	if !d.Periodic && order > 0 {
		width = max(width, order+accuracy) // one-sided sums have no symmetry to gain an order by
	}
	if err := checkGrid("FiniteDifference", u, h, order, max(width, 1)); err != nil {
		return nil, err
	}
	if order == 0 {
		return slices.Clone(u), nil
	}
	sides := map[int][]float64{} // weights by the number of the place in its stencil; −1: central
	out := make([]float64, n)
	for i := range out {
		lo, key, count := i-r, -1, 2*r+1
		if !d.Periodic && (i < r || i >= n-r) {
			lo, count = min(max(i-width/2, 0), n-width), width
			key = i - lo
		}
		w, ok := sides[key]
		if !ok {
			at := make([]float64, count)
			for j := range at {
				at[j] = float64(lo + j - i)
			}
			w = Fornberg(0, at, order)
			sides[key] = w
		}
		for j, v := range w {
			out[i] += v * u[((lo+j)%n+n)%n]
		}
		for range order {
			out[i] /= h
		}
	}
	return out, nil
}

// Fornberg returns the weights w with Σⱼ w[j] f(x[j]) = f⁽ᵐ⁾(at) for all polynomials f of degree below len(x) (Fornberg 1988). It
// panics if x has no more than m places or two that are equal.
//
// The weights for x[0…n] come from those for x[0…n−1], by Lagrange's polynomials:
// L_{n,j}(x) = (x − xₙ)/(xⱼ − xₙ) · L_{n−1,j}(x), and L_{n,n} from L_{n−1,n−1}.
func Fornberg(at float64, x []float64, m int) []float64 {
	if len(x) <= m || m < 0 {
		panic(fmt.Sprintf("operators: Fornberg: derivative %d of %d places", m, len(x)))
	}
	// δ[j][k]: weight of x[j] in the k-th derivative
	δ := make([][]float64, len(x))
	for j := range δ {
		δ[j] = make([]float64, m+1)
	}
	δ[0][0] = 1
	c1 := 1.0
	for n := 1; n < len(x); n++ {
		c2 := 1.0
		for j := range n {
			c3 := x[n] - x[j]
			if c3 == 0 {
				panic(fmt.Sprintf("operators: Fornberg: places %d and %d are both %v", j, n, x[n]))
			}
			c2 *= c3
			if j == n-1 {
				for k := min(n, m); k >= 0; k-- {
					below := 0.0
					if k > 0 {
						below = float64(k) * δ[n-1][k-1]
					}
					δ[n][k] = c1 / c2 * (below - (x[n-1]-at)*δ[n-1][k])
				}
			}
			for k := min(n, m); k >= 0; k-- {
				below := 0.0
				if k > 0 {
					below = float64(k) * δ[j][k-1]
				}
				δ[j][k] = ((x[n]-at)*δ[j][k] - below) / c3
			}
		}
		c1 = c2
	}
	w := make([]float64, len(x))
	for j := range w {
		w[j] = δ[j][m]
	}
	return w
}
