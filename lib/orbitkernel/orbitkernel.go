// Package orbitkernel makes kernels that do not see a group's action: K(x, x′) = K(x, gx′).
//
// From any kernel K′ and maps g₁ … g_N,
//
//	K(x, x′) = Σ_g Σ_g′ K′(gx, g′x′) = ⟨Φ(x), Φ(x′)⟩,   Φ(x) = Σ_g φ(gx),
//
// where K′(x, x′) = ⟨φ(x), φ(x′)⟩. It is a kernel, for Φ is a map. If the maps are a group, Φ(gx) = Φ(x): the sum runs over
// the same points in another order. Else it is a kernel still, and not invariant.
//
// It is what a convolutional layer with sum pooling computes. With templates t and a nonlinearity s,
// Φ(x) = (Σ_g s⟨x, gt⟩)_t has K′(x, x′) = Σ_t s⟨x, t⟩ s⟨x′, t⟩ (Templates), for an orthogonal action.
//
//   - Kernel: the double sum, over a group or any list of maps.
//   - Single: the same number by a single sum, for groups that K′ respects.
//   - Normalised: divides by the lengths of Φ.
//   - BestMatch: the maximum in place of the sum; invariant, and not positive semidefinite.
//
// All are svm.Kernel, so that svm.SMO learns with them. Sources: Haussler 1999 (convolution kernels); Haasdonk and Burkhardt 2007
// (Haar integration kernels).
package orbitkernel

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"nncourse/lib/svm"
	"nncourse/lib/symmetry"
)

// Kernel is K(x, x′) = Σ_g Σ_g′ K′(gx, g′x′) over a list of maps, N² evaluations of K′ each. It is positive
// semidefinite if K′ is, and invariant if the maps are a group.
type Kernel struct {
	Base svm.Kernel // K′; nil means svm.RBF{}
	Maps []symmetry.Element
	Mean bool // divide by N²: means in place of sums
}

// New makes the kernel of a group.
func New(base svm.Kernel, g *symmetry.Group) Kernel { return Kernel{Base: base, Maps: g.Elements} }

// At returns K(x, z).
func (k Kernel) At(x, z []float64) float64 {
	base := orRBF(k.Base)
	gx, gz := images("Kernel", k.Maps, x), images("Kernel", k.Maps, z)
	sum := 0.0
	for _, a := range gx {
		for _, b := range gz {
			sum += base.At(a, b)
		}
	}
	if k.Mean {
		sum /= float64(len(k.Maps) * len(k.Maps))
	}
	return sum
}

func (k Kernel) String() string {
	return fmt.Sprintf("%v, summed over %d×%d maps", orRBF(k.Base), len(k.Maps), len(k.Maps))
}

// Explicit returns the kernel with its features Φ(x) = Σ_g φ(gx) written down, if those of K′ are: then At costs no
// more than K′ after 2N applications of φ, and svm computes weights.
func (k Kernel) Explicit() (svm.Mapped, bool) {
	m, ok := k.Base.(svm.Mapped)
	return explicit{k, m}, ok
}

type explicit struct {
	Kernel
	base svm.Mapped
}

// Features returns Φ(x).
func (k explicit) Features(x []float64) []float64 {
	var sum []float64
	for _, y := range images("Kernel", k.Maps, x) {
		f := k.base.Features(y)
		if sum == nil {
			sum = make([]float64, len(f))
		}
		floats.Add(sum, f)
	}
	if k.Mean {
		floats.Scale(1/float64(len(k.Maps)), sum)
	}
	return sum
}

func (k explicit) At(x, z []float64) float64 { return floats.Dot(k.Features(x), k.Features(z)) }

// Single is K(x, x′) = |G| Σ_g K′(x, gx′): |G| evaluations in place of |G|². It equals Kernel if K′(gx, gx′) = K′(x, x′)
// for all g, as Linear, Polynomial, RBF and Lift do for orthogonal maps: then K′(gx, g′x′) = K′(x, g⁻¹g′x′), and g⁻¹g′
// runs through the group |G| times. For a list that is no group the two differ, and this one is not even symmetric.
type Single struct {
	Base  svm.Kernel // K′, which respects the group; nil means svm.RBF{}
	Group *symmetry.Group
	Mean  bool // divide by |G|²
}

// At returns K(x, z).
func (k Single) At(x, z []float64) float64 {
	base, sum := orRBF(k.Base), 0.0
	image := make([]float64, len(z))
	for _, g := range k.Group.Elements {
		sum += base.At(x, g.Apply(image, z))
	}
	if k.Mean {
		return sum / float64(k.Group.Order())
	}
	return sum * float64(k.Group.Order())
}

func (k Single) String() string {
	return fmt.Sprintf("%v, summed over %s", orRBF(k.Base), k.Group.Name)
}

// Normalised is K(x, x′)/√(K(x, x)K(x′, x′)), the cosine of the angle between Φ(x) and Φ(x′). A sum over an orbit is
// long where the orbit's points lie close together; the cosine does not see it. Where Φ = 0 it is 0.
type Normalised struct{ Kernel svm.Kernel }

// At returns the cosine, in [−1, 1] up to rounding.
func (k Normalised) At(x, z []float64) float64 {
	n := math.Sqrt(k.Kernel.At(x, x)) * math.Sqrt(k.Kernel.At(z, z))
	if !(n > 0) {
		return 0
	}
	return k.Kernel.At(x, z) / n
}

func (k Normalised) String() string { return k.Kernel.String() + ", normalised" }

// BestMatch is max_g K′(x, gx′), which looks as good as the sum, and over a group that K′ respects is symmetric and invariant. But it
// is no kernel: Gram matrices with eigenvalues below zero exist.
type BestMatch struct {
	Base svm.Kernel // nil means svm.RBF{}
	Maps []symmetry.Element
}

// At returns the largest value.
func (k BestMatch) At(x, z []float64) float64 {
	best := math.Inf(-1)
	for _, y := range images("BestMatch", k.Maps, z) {
		best = math.Max(best, orRBF(k.Base).At(x, y))
	}
	return best
}

func (k BestMatch) String() string {
	return fmt.Sprintf("%v, best of %d maps", orRBF(k.Base), len(k.Maps))
}

// Templates is K′(x, x′) = Σ_t s⟨x, t⟩ s⟨x′, t⟩: its φ is a layer with weights T and nonlinearity s. Summed over a group it is
// the kernel of a convolutional layer with pooling.
type Templates struct {
	T [][]float64 // [templates][n]
	S func(z float64) float64
}

// Features returns φ(x) = (s⟨x, t⟩)_t.
func (k Templates) Features(x []float64) []float64 {
	out := make([]float64, len(k.T))
	for i, t := range k.T {
		out[i] = k.S(floats.Dot(x, t))
	}
	return out
}

// At returns φ(x)ᵀφ(z).
func (k Templates) At(x, z []float64) float64 { return floats.Dot(k.Features(x), k.Features(z)) }

func (k Templates) String() string { return fmt.Sprintf("%d templates", len(k.T)) }

// Invariance returns the largest |K(gx, x′) − K(x, x′)|/√(K(x, x)K(x′, x′)) over maps and pairs of points: rounding for an invariant
// kernel. Where the root is not positive, the difference itself is taken.
func Invariance(k svm.Kernel, maps []symmetry.Element, points [][]float64) float64 {
	worst := 0.0
	for _, x := range points {
		gx := images("Invariance", maps, x)
		kx := k.At(x, x)
		for _, z := range points {
			unit, want := math.Sqrt(kx*k.At(z, z)), k.At(x, z)
			if !(unit > 0) {
				unit = 1
			}
			for _, y := range gx {
				if d := math.Abs(k.At(y, z)-want) / unit; d > worst || math.IsNaN(d) {
					worst = d
				}
			}
		}
	}
	return worst
}

func orRBF(k svm.Kernel) svm.Kernel {
	if k == nil {
		return svm.RBF{}
	}
	return k
}

func images(op string, maps []symmetry.Element, x []float64) [][]float64 {
	if len(maps) == 0 {
		panic("orbitkernel: " + op + " without maps")
	}
	out := make([][]float64, len(maps))
	for i, g := range maps {
		out[i] = g.Apply(nil, x)
	}
	return out
}
