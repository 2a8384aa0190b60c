package augment

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/symmetry"
)

// Orbit augmentation and averaging over the group, for a model that is linear in features, f(x) = ⟨w, φ(x)⟩.
//
// With φ̄(x) = (1/|G|) Σ_g φ(gx), squares split into the error of the averaged model and the spread over the orbit:
//
//	(1/|G|) Σ_g (⟨w, φ(gx)⟩ − y)² = (⟨w, φ̄(x)⟩ − y)² + (1/|G|) Σ_g ⟨w, φ(gx) − φ̄(x)⟩².        (1)
//
// Theorem. Let φ(gx) = ρ(g)φ(x) with orthogonal ρ(g), and λ > 0. Then the ridge regression on the orbits,
//
//	min_w  (1/|G|) Σ_s Σ_g (⟨w, φ(gx_s)⟩ − y_s)² + λ‖w‖²,
//
// and that on the averaged features, min_w Σ_s (⟨w, φ̄(x_s)⟩ − y_s)² + λ‖w‖², have the same solution w*, which satisfies
// ρ(g)w* = w*: the trained model is invariant, and equal to its own average over the group.
//
// Proof. The first objective has the same value at ρ(h)w as at w, for ⟨ρ(h)w, ρ(g)φ⟩ = ⟨w, ρ(h⁻¹g)φ⟩ and h⁻¹g runs
// through G. Its minimiser is unique as λ > 0, so it is invariant. The minimiser of the second lies in the span of the
// φ̄(x_s) = Pφ(x_s), P the projection onto the invariant vectors, and is invariant too. On invariant w the spread in (1)
// is 0 and the two objectives are equal. ∎ (The first step needs of the loss only that it is convex; so it holds for the
// cross entropy as well. See Chen, Dobriban and Lee 2020; Lyle et al. 2020.)

// Features maps a point to φ(x).
type Features func(x []float64) []float64

// OnOrbits gives the rows φ(gx_s), row s·|G| + i for gᵢ, and each label |G| times.
func OnOrbits(g *symmetry.Group, phi Features, x [][]float64, y []float64) (rows [][]float64, labels []float64) {
	for s, x := range x {
		for _, gx := range g.Images(x) {
			rows, labels = append(rows, phi(gx)), append(labels, y[s])
		}
	}
	return rows, labels
}

// Averaged gives φ̄(x) = (1/|G|) Σ_g φ(gx).
func Averaged(g *symmetry.Group, phi Features) Features {
	return func(x []float64) []float64 {
		var mean []float64
		for _, gx := range g.Images(x) {
			f := phi(gx)
			if mean == nil {
				mean = make([]float64, len(f))
			}
			for k, v := range f {
				mean[k] += v / float64(g.Order())
			}
		}
		return mean
	}
}

// Apply gives φ of every row.
func (phi Features) Apply(x [][]float64) [][]float64 {
	rows := make([][]float64, len(x))
	for i := range x {
		rows[i] = phi(x[i])
	}
	return rows
}

// OrbitFeatures makes features that the group permutes: for every template w all of σ⟨gᵢw, x⟩, that is |G| features each.
// For an orthogonal action φ(gx) = ρ(g)φ(x) with permutations ρ(g), as the theorem asks.
func OrbitFeatures(g *symmetry.Group, templates [][]float64, sigma func(float64) float64) Features {
	return func(x []float64) []float64 {
		var f []float64
		for _, w := range templates {
			f = append(f, g.Features(w, x, sigma)...)
		}
		return f
	}
}

// PlainFeatures are σ⟨w, x⟩ for the templates alone, which no group permutes.
func PlainFeatures(templates [][]float64, sigma func(float64) float64) Features {
	return func(x []float64) []float64 {
		f := make([]float64, len(templates))
		for k, w := range templates {
			s := 0.0
			for i, v := range w {
				s += v * x[i]
			}
			f[k] = sigma(s)
		}
		return f
	}
}

// Ridge minimises Σ_s (⟨w, φ_s⟩ − y_s)² + λ‖w‖² over w, by Cholesky's factorisation of ΦᵀΦ + λI: n d² + d³/3 operations
// for n rows of d features. It panics unless λ > 0 and the lengths agree; the error says that the matrix is not
// positive definite to working precision.
func Ridge(phi [][]float64, y []float64, lambda float64) ([]float64, error) {
	if len(phi) != len(y) || len(phi) == 0 || !(lambda > 0) {
		panic(fmt.Sprintf("augment: Ridge got %d rows, %d labels and λ = %g", len(phi), len(y), lambda))
	}
	d := len(phi[0])
	a := mat.NewSymDense(d, nil)
	b := mat.NewVecDense(d, nil)
	for s, row := range phi {
		if len(row) != d {
			panic(fmt.Sprintf("augment: row %d has %d features, and row 0 has %d", s, len(row), d))
		}
		v := mat.NewVecDense(d, row)
		a.SymRankOne(a, 1, v)
		b.AddScaledVec(b, y[s], v)
	}
	for k := range d {
		a.SetSym(k, k, a.At(k, k)+lambda)
	}
	var c mat.Cholesky
	if !c.Factorize(a) {
		return nil, fmt.Errorf("augment: ΦᵀΦ + λI with λ = %g is not positive definite to working precision: raise λ", lambda)
	}
	w := mat.NewVecDense(d, nil)
	if err := c.SolveVecTo(w, b); err != nil {
		return nil, fmt.Errorf("augment: %w: raise λ = %g", err, lambda)
	}
	return w.RawVector().Data, nil
}

// Dot is ⟨a, b⟩.
func Dot(a, b []float64) float64 {
	s := 0.0
	for i, v := range a {
		s += v * b[i]
	}
	return s
}
