package implicit

// SGD is the modified loss of an epoch of SGD over m minibatches in random order, each taken once, with steps ε = rate
// (Smith, Dherin, Barrett & De 2021, "On the origin of implicit regularization in SGD"):
//
//	L̃ = L + ε/4 ‖∇L‖² + ε/(4m) Σₖ ‖∇Lₖ − ∇L‖²,    L = (1/m) Σₖ Lₖ.
//
// As Σₖ ‖∇Lₖ − ∇L‖² = Σₖ ‖∇Lₖ‖² − m‖∇L‖², this is L + ε/(4m) Σₖ ‖∇Lₖ‖², whose gradient is
//
//	∇L̃ = (1/m) Σₖ (∇Lₖ + ε/2 ∇²Lₖ ∇Lₖ):
//
// the mean of the modified losses that each minibatch would have alone.
//
// Why: an epoch in the order 1, …, m is w − εΣ∇Lₖ + ε² Σ_{j<k} ∇²Lₖ∇Lⱼ + O(ε³). Over all orders each pair j ≠ k comes the
// right way round half of the time: mean ε²/2 Σ_{j≠k} ∇²Lₖ∇Lⱼ = ε²/2 (m²∇²L∇L − Σ∇²Lₖ∇Lₖ). The flow of L̃ over the time mε
// brings the first part by itself, −mε∇(L̃ − L) must be the second.
func SGD(parts []Loss, rate float64) Loss {
	m := mustParts("SGD", parts)
	mustRate("SGD", rate)
	for _, p := range parts {
		mustHVP("SGD", p)
	}
	mean := Mean(parts)
	return Loss{
		Value: func(w []float64) float64 {
			g, gk := make([]float64, len(w)), make([]float64, len(w))
			mean.Gradient(g, w)
			variance := 0.0 // Σₖ ‖∇Lₖ − ∇L‖²
			for _, p := range parts {
				p.Gradient(gk, w)
				addScaled(gk, -1, g)
				variance += dot(gk, gk)
			}
			// L + ε/4 ‖∇L‖² + ε/(4m) Σₖ ‖∇Lₖ − ∇L‖²
			return mean.Value(w) + rate/4*dot(g, g) + rate/(4*m)*variance
		},
		Gradient: func(dst, w []float64) {
			gk, hk := make([]float64, len(w)), make([]float64, len(w))
			clear(dst)
			for _, p := range parts {
				p.Gradient(gk, w)
				p.HVP(hk, w, gk)
				// (1/m) Σₖ (∇Lₖ + ε/2 ∇²Lₖ ∇Lₖ)
				addScaled(dst, 1/m, gk)
				addScaled(dst, rate/(2*m), hk)
			}
		},
	}
}

// WithoutM is SGD with the factor 1/m of the variance term left out: L + ε/4 ‖∇L‖² + ε/4 Σₖ ‖∇Lₖ − ∇L‖². It is no closer to
// the mean epoch than L itself is, in order; it is here to be compared.
func WithoutM(parts []Loss, rate float64) Loss {
	m := mustParts("WithoutM", parts)
	mustRate("WithoutM", rate)
	whole, variance := SGD(parts, rate), GD(Mean(parts), rate)
	return Loss{
		// L̃_GD + m(L̃ − L̃_GD)
		Value: func(w []float64) float64 { return variance.Value(w) + m*(whole.Value(w)-variance.Value(w)) },
		Gradient: func(dst, w []float64) {
			g := make([]float64, len(w))
			whole.Gradient(dst, w)
			variance.Gradient(g, w)
			for i := range dst {
				dst[i] = g[i] + m*(dst[i]-g[i])
			}
		},
	}
}

// Printed is the modified loss as a lecture prints it:
//
//	L + ε/4 ‖∇L‖² + ε/4 Σₖ ‖∇Lₖ − L‖².
//
// A number is subtracted from a vector there; read literally, L is subtracted from each component. A ∇ and the factor 1/m
// are missing, and the flow of this loss stays as far from SGD, in order, as the flow of L (SGD is the form that does not).
func Printed(parts []Loss, rate float64) Loss {
	mustParts("Printed", parts)
	mustRate("Printed", rate)
	mean := Mean(parts)
	gd := GD(mean, rate)
	return Loss{
		Value: func(w []float64) float64 {
			gk := make([]float64, len(w))
			l := mean.Value(w)
			s := 0.0
			for _, p := range parts {
				p.Gradient(gk, w)
				for _, v := range gk {
					s += (v - l) * (v - l)
				}
			}
			return gd.Value(w) + rate/4*s
		},
		Gradient: func(dst, w []float64) {
			g, r, h := make([]float64, len(w)), make([]float64, len(w)), make([]float64, len(w))
			gd.Gradient(dst, w)
			mean.Gradient(g, w)
			l := mean.Value(w)
			for _, p := range parts {
				p.Gradient(r, w)
				sum := 0.0
				for i := range r {
					r[i] -= l // r = ∇Lₖ − L·1
					sum += r[i]
				}
				p.HVP(h, w, r)
				// ∇ ¼‖r‖² = ½ (∇²Lₖ r − (1ᵀr) ∇L)
				addScaled(dst, rate/2, h)
				addScaled(dst, -rate/2*sum, g)
			}
		},
	}
}
