package symmetry

import (
	"fmt"

	"gonum.org/v1/gonum/floats"
)

// Correlate returns f(x)ᵢ = ⟨w, gᵢ⁻¹x⟩, [|G|]: the template w is compared with x moved back by every element. Then
//
//	f(gx)ᵢ = ⟨w, gᵢ⁻¹gx⟩ = ⟨w, (g⁻¹gᵢ)⁻¹x⟩ = f(x)[index of g⁻¹gᵢ] = (P_g f(x))ᵢ,
//
// for any linear action: nothing but inverses is used. Where maps are orthogonal, ⟨w, gᵢ⁻¹x⟩ = ⟨gᵢw, x⟩ and this is Features.
func (g *Group) Correlate(w, x []float64) []float64 {
	out := make([]float64, g.Order())
	back := make([]float64, g.Dim())
	for i := range out {
		out[i] = floats.Dot(w, g.Elements[g.Inv[i]].Apply(back, x))
	}
	return out
}

// Convolve is the convolution of the group, of two functions on it, [|G|] each:
//
//	(f ∗ ψ)[i] = Σⱼ f[j] ψ[index of gⱼ⁻¹gᵢ],        (P_g f) ∗ ψ = P_g (f ∗ ψ).
//
// For CyclicShifts it is the circular convolution Σⱼ f[j] ψ[i − j]. All linear maps between regular actions that are equivariant are of
// this form: |G| free numbers out of |G|². Cost |G|².
func (g *Group) Convolve(f, psi []float64) []float64 {
	g.functions("Convolve", f, psi)
	out := make([]float64, g.Order())
	for j, v := range f {
		row := g.Table[g.Inv[j]]
		for i := range out {
			out[i] += v * psi[row[i]]
		}
	}
	return out
}

// Cross is the correlation on the group, what layers of networks compute: (ψ ⋆ f)[i] = Σⱼ ψ[index of gᵢ⁻¹gⱼ] f[j], the
// convolution of f with ψ at inverses. Equivariant as Convolve is.
func (g *Group) Cross(psi, f []float64) []float64 {
	g.functions("Cross", f, psi)
	out := make([]float64, g.Order())
	for i := range out {
		row := g.Table[g.Inv[i]]
		for j, v := range f {
			out[i] += psi[row[j]] * v
		}
	}
	return out
}

func (g *Group) functions(op string, fs ...[]float64) {
	for _, f := range fs {
		if len(f) != g.Order() {
			panic(fmt.Sprintf("symmetry: %s: %d numbers for a function on %d elements", op, len(f), g.Order()))
		}
	}
}
