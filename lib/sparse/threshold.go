package sparse

// SoftThreshold stores h_θ(v) in dst and returns it: each entry moves towards zero by θ ≥ 0, and stops there,
//
//	h_θ(v)ᵢ = sign(vᵢ) max(|vᵢ| − θ, 0) = argmin_u ½(u − vᵢ)² + θ|u|.
//
// It is the proximal operator of θ‖·‖₁, and does not expand: ‖h_θ(u) − h_θ(v)‖ ≤ ‖u − v‖. dst may be v, or nil for a new slice.
// It panics if the lengths differ.
func SoftThreshold(dst, v []float64, theta float64) []float64 {
	return each("SoftThreshold", dst, v, func(u float64) float64 {
		switch {
		case u > theta:
			return u - theta
		case u < -theta:
			return u + theta
		case u != u: // NaN stays NaN
			return u
		}
		return 0
	})
}

// Clip stores the projection of v on the box ‖·‖∞ ≤ θ in dst and returns it. It is the proximal operator of the conjugate of θ‖·‖₁,
// so that Moreau's decomposition (1965) holds:
//
//	v = h_θ(v) + Clip_θ(v).
func Clip(dst, v []float64, theta float64) []float64 {
	return each("Clip", dst, v, func(u float64) float64 { return min(max(u, -theta), theta) })
}

func each(op string, dst, v []float64, f func(float64) float64) []float64 {
	if dst == nil {
		dst = make([]float64, len(v))
	}
	if len(dst) != len(v) {
		panic("sparse: " + op + ": dst and v differ in length")
	}
	for i, u := range v {
		dst[i] = f(u)
	}
	return dst
}
