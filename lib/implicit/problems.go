package implicit

import (
	"fmt"
	"math"
)

// Quadratic is L(w) = ½(w − c)ᵀH(w − c) with H symmetric, [d][d], and c [d].
func Quadratic(h [][]float64, c []float64) Loss {
	if len(h) != len(c) {
		panic(fmt.Sprintf("implicit: Quadratic: %d rows of H for %d entries of c", len(h), len(c)))
	}
	product := func(dst, v []float64) {
		for i := range h {
			dst[i] = dot(h[i], v)
		}
	}
	minus := func(w []float64) []float64 {
		r := append([]float64(nil), w...)
		addScaled(r, -1, c)
		return r
	}
	return Loss{
		Value: func(w []float64) float64 {
			r, hr := minus(w), make([]float64, len(w))
			product(hr, r)
			return dot(r, hr) / 2
		},
		Gradient: func(dst, w []float64) { product(dst, minus(w)) },
		HVP:      func(dst, _, v []float64) { product(dst, v) },
	}
}

// Product is L(a, b) = ½(ab − target)², the smallest loss with a valley of minima that differ in flatness (after Barrett &
// Dherin 2021): on ab = target the curvature is a² + b².
func Product(target float64) Loss {
	return Loss{
		Value: func(w []float64) float64 {
			r := w[0]*w[1] - target
			return r * r / 2
		},
		Gradient: func(dst, w []float64) {
			r := w[0]*w[1] - target
			dst[0], dst[1] = r*w[1], r*w[0]
		},
		HVP: func(dst, w, v []float64) {
			// r = ab − target; ∇²L = [b², ab + r; ab + r, a²]
			mixed := 2*w[0]*w[1] - target
			dst[0] = w[1]*w[1]*v[0] + mixed*v[1]
			dst[1] = mixed*v[0] + w[0]*w[0]*v[1]
		},
	}
}

// Logistic is the loss log(1 + exp(−y aᵀw)) + μ/2 ‖w‖² of one sample a with the label y = ±1.
func Logistic(a []float64, y, mu float64) Loss {
	// p = σ(−y aᵀw)
	p := func(w []float64) float64 { return 1 / (1 + math.Exp(y*dot(a, w))) }
	return Loss{
		Value: func(w []float64) float64 {
			z := -y * dot(a, w)
			return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) + mu/2*dot(w, w)
		},
		Gradient: func(dst, w []float64) {
			s := -y * p(w)
			for i := range dst {
				dst[i] = s*a[i] + mu*w[i]
			}
		},
		HVP: func(dst, w, v []float64) {
			q := p(w)
			s := q * (1 - q) * dot(a, v)
			for i := range dst {
				dst[i] = s*a[i] + mu*v[i]
			}
		},
	}
}
