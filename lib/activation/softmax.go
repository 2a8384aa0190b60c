package activation

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Softmax writes to dst the probabilities
//
//	pᵢ = e^zᵢ / Σⱼ e^zⱼ = e^(zᵢ−m) / Σⱼ e^(zⱼ−m),   m = maxⱼ zⱼ
//
// and returns it; a nil dst is made, dst may be z. The second form never overflows: its exponents are ≤ 0 and its
// sum is ≥ 1. −Inf has probability 0. NaN, +Inf, or nothing but −Inf has no probabilities: all are NaN.
// It panics if the lengths differ.
func Softmax(dst, z []float64) []float64 {
	dst = room("Softmax", dst, z)
	m := math.Inf(-1)
	for _, v := range z {
		m = max(m, v) // NaN stays
	}
	sum := 0.0
	for i, v := range z {
		dst[i] = math.Exp(v - m)
		sum += dst[i]
	}
	for i := range dst {
		dst[i] /= sum
	}
	return dst
}

// LogSoftmax writes log pᵢ = zᵢ − log Σⱼ e^zⱼ to dst, in the manner of Softmax. Unlike the logarithm of Softmax
// it keeps its digits where pᵢ is below the smallest float64 (log pᵢ = −1000, say) and where it is near 1:
//
//	log pᵢ = (zᵢ − m) − log1p(Σ_{j≠k} e^(zⱼ−m)),   k = argmaxⱼ zⱼ
func LogSoftmax(dst, z []float64) []float64 {
	dst = room("LogSoftmax", dst, z)
	k, rest := others(z)
	if k < 0 {
		return dst
	}
	m := z[k]
	log := math.Log1p(rest) + (m - m) // NaN for an infinite m
	for i, v := range z {
		dst[i] = (v - m) - log
	}
	return dst
}

// SoftmaxJacobian returns the n×n matrix ∂pᵢ/∂zⱼ = pᵢ(δᵢⱼ − pⱼ): symmetric, positive semidefinite, its rows sum
// to 0. It panics for an empty z.
func SoftmaxJacobian(z []float64) *mat.Dense {
	n := len(z)
	if n == 0 {
		panic("activation: SoftmaxJacobian: z is empty")
	}
	p := Softmax(nil, z)
	j := mat.NewDense(n, n, nil)
	k, rest := others(z)
	for a := range n {
		for b := range n {
			switch {
			case a != b:
				j.Set(a, b, -p[a]*p[b])
			case a == k:
				j.Set(a, a, p[a]*(rest/(1+rest))) // 1 − p_k without the subtraction
			default:
				j.Set(a, a, p[a]*(1-p[a]))
			}
		}
	}
	return j
}

// others returns the place k of the first largest entry (−1 for none) and Σ_{j≠k} e^(zⱼ−z_k), which is
// (1 − p_k)/p_k.
func others(z []float64) (k int, sum float64) {
	k = -1
	for i, v := range z {
		if k < 0 || v > z[k] || v != v {
			k = i
		}
		if v != v {
			break
		}
	}
	for i, v := range z {
		if i != k {
			sum += math.Exp(v - z[k])
		}
	}
	return k, sum
}
