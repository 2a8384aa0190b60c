// Package symmetry has finite groups that act linearly on data: what they do to points, to data sets and to features.
//
// An Element g is an invertible linear map of R^n: a permutation of the coordinates (with signs, if need be), which
// covers shifts, quarter turns and reflections of pictures, or any matrix. A Group is a list of elements that has been
// checked against the four axioms
//
//	closure gg′ ∈ G,  associativity (gg′)g″ = g(g′g″),  identity e ∈ G,  inverse g⁻¹ ∈ G,
//
// with its multiplication table. Axioms says of any list which of them fail, and where.
//
//   - Orbit, Stabiliser: the points gx, and the g with gx = x; |orbit|·|stabiliser| = |G|.
//   - OnData: whether a data set is closed under the group, with the permutation of the samples that each g makes.
//   - Lift, Features, P: the vector f(x)ᵢ = σ⟨gᵢw, x⟩ satisfies f(gx) = P_g f(x).
//   - Action, Regular, Sum, Tensor, OnGraphs, Generate: other spaces on which a group acts, and groups from generators.
//   - Equivariance, Invariance: test any function, in float32 or float64, and say where it is worst.
//   - Pooled, Symmetrised: make any function invariant or equivariant.
//   - Correlate, Convolve, Cross: the linear maps that are equivariant, convolutions of the group.
//   - Project: the average over the group, the part of a vector that the group does not move.
//   - Span: the space that data reach, in which gradient descent moves.
package symmetry

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Element is one linear map g of R^n. Either From is set, and
//
//	(gx)[i] = Sign[i]·x[From[i]]        From a permutation of 0..n−1, Sign ±1 (nil: all +1),
//
// or Matrix is, and gx = Matrix·x. The first form costs n, the second n².
type Element struct {
	Name   string
	From   []int
	Sign   []float64
	Matrix *mat.Dense // [n, n]
}

// Dim returns n.
func (g Element) Dim() int {
	if g.Matrix != nil {
		n, _ := g.Matrix.Dims()
		return n
	}
	return len(g.From)
}

// Apply stores gx in dst, which must not overlap x, and returns it; a nil dst is made.
func (g Element) Apply(dst, x []float64) []float64 {
	n := g.Dim()
	if dst == nil {
		dst = make([]float64, n)
	}
	if len(x) != n || len(dst) != n {
		panic(fmt.Sprintf("symmetry: %s acts on %d numbers, have x of %d and dst of %d", g.Name, n, len(x), len(dst)))
	}
	if g.Matrix != nil {
		mat.NewVecDense(n, dst).MulVec(g.Matrix, mat.NewVecDense(n, x))
		return dst
	}
	for i, from := range g.From {
		dst[i] = x[from]
		if g.Sign != nil {
			dst[i] *= g.Sign[i]
		}
	}
	return dst
}

// Dense returns the matrix of g, a copy.
func (g Element) Dense() *mat.Dense {
	if g.Matrix != nil {
		return mat.DenseCopyOf(g.Matrix)
	}
	n := g.Dim()
	m := mat.NewDense(n, n, nil)
	for i, from := range g.From {
		m.Set(i, from, g.sign(i))
	}
	return m
}

func (g Element) sign(i int) float64 {
	if g.Sign == nil {
		return 1
	}
	return g.Sign[i]
}

// Times returns gh, which applies h first: (gh)x = g(hx).
func (g Element) Times(h Element) Element {
	n := g.Dim()
	if h.Dim() != n {
		panic(fmt.Sprintf("symmetry: product of maps on %d and %d numbers", n, h.Dim()))
	}
	out := Element{Name: g.Name + "·" + h.Name}
	if g.Matrix != nil || h.Matrix != nil {
		out.Matrix = new(mat.Dense)
		out.Matrix.Mul(g.Dense(), h.Dense())
		return out
	}
	// (ghx)[i] = s_g[i]·(hx)[From_g[i]] = s_g[i]·s_h[From_g[i]]·x[From_h[From_g[i]]]
	out.From = make([]int, n)
	if g.Sign != nil || h.Sign != nil {
		out.Sign = make([]float64, n)
	}
	for i, from := range g.From {
		out.From[i] = h.From[from]
		if out.Sign != nil {
			out.Sign[i] = g.sign(i) * h.sign(from)
		}
	}
	return out
}

// Inverse returns g⁻¹. It errs where Matrix is singular to working precision.
func (g Element) Inverse() (Element, error) {
	out := Element{Name: g.Name + "⁻¹"}
	if g.Matrix != nil {
		out.Matrix = new(mat.Dense)
		if err := out.Matrix.Inverse(g.Matrix); err != nil {
			return Element{}, fmt.Errorf("symmetry: %s has no inverse: %w", g.Name, err)
		}
		return out, nil
	}
	n := g.Dim()
	out.From = make([]int, n)
	if g.Sign != nil {
		out.Sign = make([]float64, n)
	}
	// y = gx: y[i] = s[i]·x[From[i]], hence x[From[i]] = s[i]·y[i]
	for i, from := range g.From {
		out.From[from] = i
		if g.Sign != nil {
			out.Sign[from] = g.Sign[i]
		}
	}
	return out, nil
}

// tolerance of comparisons between matrices: products of a few rotations err by some 1e-16.
const tolerance = 1e-9

// Equal reports whether g and h are the same map; entries of matrices are compared to 1e-9.
func (g Element) Equal(h Element) bool {
	if g.Dim() != h.Dim() {
		return false
	}
	if g.Matrix != nil || h.Matrix != nil {
		return mat.EqualApprox(g.Dense(), h.Dense(), tolerance)
	}
	for i := range g.From {
		if g.From[i] != h.From[i] || g.sign(i) != h.sign(i) {
			return false
		}
	}
	return true
}

// Orthogonal reports whether gᵀg = I, so that ⟨gw, gx⟩ = ⟨w, x⟩. Signed permutations are.
func (g Element) Orthogonal() bool {
	if g.Matrix == nil {
		return true
	}
	var p mat.Dense
	p.Mul(g.Matrix.T(), g.Matrix)
	n := g.Dim()
	for i := range n {
		for j := range n {
			want := 0.0
			if i == j {
				want = 1
			}
			if !(math.Abs(p.At(i, j)-want) <= tolerance) {
				return false
			}
		}
	}
	return true
}

// check panics unless the element is well formed.
func (g Element) check() {
	switch {
	case g.Matrix != nil:
		r, c := g.Matrix.Dims()
		if r != c || g.From != nil || g.Sign != nil {
			panic(fmt.Sprintf("symmetry: %s: need a square matrix (have %d×%d) and neither From nor Sign", g.Name, r, c))
		}
	case len(g.From) == 0 || g.Sign != nil && len(g.Sign) != len(g.From):
		panic(fmt.Sprintf("symmetry: %s: From has %d entries and Sign %d", g.Name, len(g.From), len(g.Sign)))
	default:
		seen := make([]bool, len(g.From))
		for i, from := range g.From {
			if from < 0 || from >= len(seen) || seen[from] {
				panic(fmt.Sprintf("symmetry: %s: From is no permutation: From[%d] = %d", g.Name, i, from))
			}
			seen[from] = true
			if s := g.sign(i); s != 1 && s != -1 {
				panic(fmt.Sprintf("symmetry: %s: Sign[%d] = %v, want ±1", g.Name, i, s))
			}
		}
	}
}

// distance is ‖x − y‖∞.
func distance(x, y []float64) float64 { return floats.Distance(x, y, math.Inf(1)) }
