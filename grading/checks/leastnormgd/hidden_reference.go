// ### BEGIN HIDDEN TESTS

package leastnormgd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"nncourse/grading/checks/kit"
	"strings"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// system is A, b, x₀ with what the checks know about it: everything comes from the SVD, none of it from lib/leastnorm.
type system struct {
	name  string
	a     [][]float64 // m×n
	b, x0 []float64   // [m], [n]

	sigma []float64   // [min(m, n)] falling
	u, v  [][]float64 // the left and right singular vectors that belong to a σ above zero
}

// newSystem decomposes a. Singular values up to 10⁻¹²σ₁ are zero; those of the matrices here are above 10⁻⁵σ₁ or below 10⁻¹⁴σ₁.
func newSystem(name string, a [][]float64, b, x0 []float64) *system {
	s := &system{name: name, a: a, b: b, x0: x0}
	d := mat.NewDense(len(a), len(a[0]), nil)
	for i, row := range a {
		d.SetRow(i, row)
	}
	var f mat.SVD
	if !f.Factorize(d, mat.SVDThin) {
		panic("leastnormgd: " + name + ": no SVD")
	}
	s.sigma = f.Values(nil)
	var u, v mat.Dense
	f.UTo(&u)
	f.VTo(&v)
	for i, σ := range s.sigma {
		if σ > 1e-12*s.sigma[0] {
			s.u, s.v = append(s.u, mat.Col(nil, i, &u)), append(s.v, mat.Col(nil, i, &v))
		}
	}
	return s
}

// apply returns A⁺y = Σᵢ (uᵢᵀy/σᵢ)vᵢ.
func (s *system) apply(y []float64) []float64 {
	x := make([]float64, len(s.a[0]))
	for i := range s.v {
		floats.AddScaled(x, floats.Dot(s.u[i], y)/s.sigma[i], s.v[i])
	}
	return x
}

// row returns V₁V₁ᵀx, null returns V₂V₂ᵀx.
func (s *system) row(x []float64) []float64 {
	p := make([]float64, len(x))
	for _, v := range s.v {
		floats.AddScaled(p, floats.Dot(v, x), v)
	}
	return p
}

func (s *system) null(x []float64) []float64 { return sub(x, s.row(x)) }

func (s *system) leastNorm() []float64 { return s.apply(s.b) }
func (s *system) limit() []float64     { return sum(s.null(s.x0), s.leastNorm()) }
func (s *system) stepLimit() float64   { return 2 / s.sigma[0] / s.sigma[0] }

// times returns Ax.
func (s *system) times(x []float64) []float64 {
	y := make([]float64, len(s.a))
	for i, row := range s.a {
		y[i] = floats.Dot(row, x)
	}
	return y
}

// descend takes steps x ← x − μAᵀ(Ax − b) from x0.
func (s *system) descend(x0 []float64, mu float64, steps int) []float64 {
	x := append([]float64(nil), x0...)
	g := make([]float64, len(x))
	for range steps {
		r := sub(s.times(x), s.b)
		clear(g)
		for i, row := range s.a {
			floats.AddScaled(g, r[i], row)
		}
		floats.AddScaled(x, -mu, g)
	}
	return x
}

// untransposed takes steps with A in the place of Aᵀ; A must be square.
func (s *system) untransposed(mu float64, steps int) []float64 {
	x := append([]float64(nil), s.x0...)
	for range steps {
		g := s.times(sub(s.times(x), s.b))
		floats.AddScaled(x, -mu, g)
	}
	return x
}

// mixed corrects x row by row within a step.
func (s *system) mixed(mu float64, steps int) []float64 {
	x := append([]float64(nil), s.x0...)
	for range steps {
		for i, row := range s.a {
			floats.AddScaled(x, -mu*(floats.Dot(row, x)-s.b[i]), row)
		}
	}
	return x
}

func sub(x, y []float64) []float64 { return floats.SubTo(make([]float64, len(x)), x, y) }
func sum(x, y []float64) []float64 { return floats.AddTo(make([]float64, len(x)), x, y) }
func norm(x []float64) float64     { return floats.Norm(x, 2) }

// random returns a system with the given singular values (scaled by scale) and random b and x₀: a matrix of full
// row rank if there are m of them.
func random(rng *rand.Rand, name string, m, n int, scale float64, sigma ...float64) *system {
	u, v := orthonormal(rng, m, len(sigma)), orthonormal(rng, n, len(sigma))
	a := make([][]float64, m)
	for i := range a {
		a[i] = make([]float64, n)
		for k, σ := range sigma {
			floats.AddScaled(a[i], scale*σ*u[k][i], v[k])
		}
	}
	return newSystem(name, a, kit.Normal(rng, m), kit.Normal(rng, n))
}

// spread returns k values falling from about 2 to about 2/κ, with some chance in them.
func spread(rng *rand.Rand, k int, κ float64) []float64 {
	s := make([]float64, k)
	for i := range s {
		s[i] = 2 + rng.Float64()
		if k > 1 {
			s[i] *= math.Pow(κ, -float64(i)/float64(k-1))
		}
	}
	return s
}

// orthonormal returns k random orthonormal vectors of n entries.
func orthonormal(rng *rand.Rand, n, k int) [][]float64 {
	q := make([][]float64, k)
	for i := range q {
		for {
			q[i] = kit.Normal(rng, n)
			for range 2 { // once more, against rounding
				for _, p := range q[:i] {
					floats.AddScaled(q[i], -floats.Dot(p, q[i]), p)
				}
			}
			if l := norm(q[i]); l > 1e-3 {
				floats.Scale(1/l, q[i])
				break
			}
		}
	}
	return q
}

func clone(a [][]float64) [][]float64 {
	c := make([][]float64, len(a))
	for i := range a {
		c[i] = append([]float64(nil), a[i]...)
	}
	return c
}

// text writes numbers with six digits, vectors and matrices briefly: a large one by its shape and corner.
func text(v any) string {
	switch v := v.(type) {
	case float64:
		return fmt.Sprintf("%.6g", v)
	case []float64:
		if len(v) > 8 {
			return strings.TrimSuffix(fmt.Sprintf("%.6g", v[:6]), "]") + fmt.Sprintf(" … %d entries]", len(v))
		}
		return fmt.Sprintf("%.6g", v)
	case [][]float64:
		if len(v) == 0 {
			return "a matrix without rows"
		}
		if len(v)*len(v[0]) > 24 {
			return fmt.Sprintf("%d×%d matrix", len(v), len(v[0]))
		}
		rows := make([]string, len(v))
		for i := range v {
			rows[i] = strings.Trim(fmt.Sprintf("%.6g", v[i]), "[]")
		}
		return "[" + strings.Join(rows, "; ") + "]"
	}
	return fmt.Sprint(v)
}

func dot(x, y []float64) float64 { return floats.Dot(x, y) }

// ### END HIDDEN TESTS
