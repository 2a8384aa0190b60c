package initial

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Orthogonal draws W = g·Q with Q uniform among the matrices with orthonormal rows (out ≤ in) or columns (out ≥ in) (Saxe et al.
// 2014). For out ≥ in it keeps, times g, the length of every vector on its way forward, for out ≤ in on its way back.
//
// Q is the orthogonal factor of a Gaussian matrix with its columns' signs set by the diagonal of R, without which it is not
// uniform (Mezzadri 2007). It costs O(max² ·min).
type Orthogonal struct {
	Gain float64 // g > 0, finite; 0 means 1; √2 suits ReLU
}

// Name is "orthogonal".
func (Orthogonal) Name() string { return "orthogonal" }

// Fill draws the matrix.
func (s Orthogonal) Fill(w *mat.Dense, rng *rand.Rand) {
	out, in := w.Dims()
	gain := s.gain()
	tall, thin := max(out, in), min(out, in)
	g := mat.NewDense(tall, thin, nil)
	each(g, rng.NormFloat64)
	var f mat.QR
	f.Factorize(g)
	var q, r mat.Dense // q [tall, tall], r [tall, thin]
	f.QTo(&q)
	f.RTo(&r)
	for j := range thin {
		sign := math.Copysign(gain, r.At(j, j))
		for i := range tall {
			if out >= in {
				w.Set(i, j, sign*q.At(i, j))
			} else {
				w.Set(j, i, sign*q.At(i, j))
			}
		}
	}
}

// Variance is g²/max(out, in).
func (s Orthogonal) Variance(out, in int) float64 {
	sizes("Orthogonal", out, in)
	return s.gain() * s.gain() / float64(max(out, in))
}

func (s Orthogonal) gain() float64 {
	if s.Gain == 0 {
		return 1
	}
	if !(s.Gain > 0) || math.IsInf(s.Gain, 0) {
		panic(fmt.Sprintf("initial: Orthogonal: Gain is %v, need 0 < Gain < ∞, or 0 for 1", s.Gain))
	}
	return s.Gain
}
