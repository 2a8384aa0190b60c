package symmetry

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// OnData finds for every g the permutation π_g of the rows of x with
//
//	gᵢ x[s] = x[π[i][s]]   and   y[s] = y[π[i][s]]   (to within tol in each coordinate),
//
// which exists for all g exactly if the data set is closed under the group, counting repeated rows as often as they occur.
// It errs with the first sample and element whose image is missing. x is [N][n]; y is [N][any], or nil for no labels.
//
// The rows need not be data: the hidden units of a network with incoming weights x[s] and outgoing ones y[s] are closed
// under the group in the same sense. Cost: |G|N²n at most.
func (g *Group) OnData(x, y [][]float64, tol float64) (perm [][]int, err error) {
	if y != nil && len(y) != len(x) {
		panic(fmt.Sprintf("symmetry: OnData: %d points and %d labels", len(x), len(y)))
	}
	label := func(s, t int) bool { return y == nil || len(y[s]) == 0 || distance(y[s], y[t]) <= tol }
	image := make([]float64, g.Dim())
	for _, e := range g.Elements {
		p := make([]int, len(x))
		taken := make([]bool, len(x))
	samples:
		for s := range x {
			e.Apply(image, x[s])
			nearest, unlike := math.Inf(1), false
			for t := range x {
				d := distance(image, x[t])
				switch {
				case d <= tol && !taken[t] && label(s, t):
					p[s], taken[t] = t, true
					continue samples
				case d <= tol && !label(s, t):
					unlike = true
				}
				nearest = math.Min(nearest, d)
			}
			if unlike {
				return nil, fmt.Errorf("symmetry: not closed under %s: the image of row %d under %s is there with another label", g.Name, s, e.Name)
			}
			return nil, fmt.Errorf("symmetry: not closed under %s: the image of row %d under %s is missing (nearest row at %.3g)", g.Name, s, e.Name, nearest)
		}
		perm = append(perm, p)
	}
	return perm, nil
}

// Defect returns by how much the permutations of OnData fail for other rows:
// the largest |gᵢ x[s] − x[π[i][s]]| and |y[s] − y[π[i][s]]| over all elements, rows and coordinates. A network that
// keeps its symmetry while it trains keeps its defect at rounding.
func (g *Group) Defect(perm [][]int, x, y [][]float64) float64 {
	worst := 0.0
	image := make([]float64, g.Dim())
	for i, e := range g.Elements {
		for s, t := range perm[i] {
			worst = math.Max(worst, distance(e.Apply(image, x[s]), x[t]))
			if y != nil && len(y[s]) > 0 {
				worst = math.Max(worst, distance(y[s], y[t]))
			}
		}
	}
	return worst
}

// Close returns the data set's orbit: for each row all its |G| images with its label, N·|G| rows, row s·|G| + i being
// gᵢx[s]. It is closed under the group whatever x is. y may be nil.
func (g *Group) Close(x, y [][]float64) (cx, cy [][]float64) {
	for s := range x {
		cx = append(cx, g.Images(x[s])...)
		for range g.Elements {
			if y != nil {
				cy = append(cy, y[s])
			}
		}
	}
	return cx, cy
}

// Lift returns the rows gᵢw, [|G|][n]: the first layer whose features Features computes.
func (g *Group) Lift(w []float64) [][]float64 { return g.Images(w) }

// Features returns f(x)ᵢ = σ(⟨gᵢw, x⟩), [|G|]; a nil sigma is the identity. For an orthogonal action
// ⟨gᵢw, gx⟩ = ⟨g⁻¹gᵢw, x⟩, so that f(gx) = P_g f(x): the group moves the features about and changes none.
func (g *Group) Features(w, x []float64, sigma func(float64) float64) []float64 {
	f := make([]float64, g.Order())
	row := make([]float64, g.Dim())
	for i, e := range g.Elements {
		f[i] = floats.Dot(e.Apply(row, w), x)
		if sigma != nil {
			f[i] = sigma(f[i])
		}
	}
	return f
}

// P returns the permutation P_g of element k as indices: (P_g f)[i] = f[P(k)[i]], with g_{P(k)[i]} = g_k⁻¹gᵢ.
func (g *Group) P(k int) []int {
	p := make([]int, g.Order())
	for i := range p {
		p[i] = g.Table[g.Inv[k]][i]
	}
	return p
}

// Span is a linear subspace of R^n with an orthonormal basis.
type Span struct {
	Basis [][]float64 // [rank][n]
}

// SpanOf returns the span of the rows of x. A singular value up to max(N, n)·2⁻⁵² of the largest counts as zero.
func SpanOf(x [][]float64) *Span {
	if len(x) == 0 || len(x[0]) == 0 {
		panic("symmetry: SpanOf: no vectors")
	}
	n := len(x[0])
	m := mat.NewDense(len(x), n, nil)
	for i, r := range x {
		if len(r) != n {
			panic(fmt.Sprintf("symmetry: SpanOf: row %d has %d entries, row 0 has %d", i, len(r), n))
		}
		m.SetRow(i, r)
	}
	var svd mat.SVD
	if !svd.Factorize(m, mat.SVDThin) {
		panic("symmetry: SpanOf: the singular value decomposition did not converge")
	}
	s := svd.Values(nil)
	var v mat.Dense
	svd.VTo(&v)
	span := &Span{}
	for i, sigma := range s {
		if sigma > float64(max(len(x), n))*0x1p-52*s[0] && sigma > 0 {
			span.Basis = append(span.Basis, mat.Col(nil, i, &v))
		}
	}
	return span
}

// Rank returns the dimension.
func (s *Span) Rank() int { return len(s.Basis) }

// Rest returns the distance of v from the subspace, ‖v − Σᵢ⟨bᵢ, v⟩bᵢ‖₂.
func (s *Span) Rest(v []float64) float64 {
	r := append([]float64(nil), v...)
	for _, b := range s.Basis {
		floats.AddScaled(r, -floats.Dot(b, v), b)
	}
	return floats.Norm(r, 2)
}
