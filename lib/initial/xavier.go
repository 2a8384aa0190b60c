package initial

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Xavier draws entries of variance 2/(in + out) (Glorot and Bengio 2010, eq. 12): half-way between 1/in, which keeps the size of
// the signals of a linear layer, and 1/out, which keeps that of the gradients. Meant for activations of slope 1 at 0.
type Xavier struct {
	Uniform bool // uniform in ±√(6/(in + out)) (their eq. 16) instead of normal
}

// Name is "Xavier".
func (Xavier) Name() string { return "Xavier" }

// Fill draws all entries.
func (s Xavier) Fill(w *mat.Dense, rng *rand.Rand) { draw(w, s.Variance(w.Dims()), s.Uniform, rng) }

// Variance is 2/(in + out).
func (s Xavier) Variance(out, in int) float64 {
	sizes("Xavier", out, in)
	return 2 / float64(in+out)
}

// draw fills w with independent entries of mean 0 and the variance given; the uniform distribution on ±b has the variance b²/3.
func draw(w *mat.Dense, variance float64, uniform bool, rng *rand.Rand) {
	if uniform {
		bound := math.Sqrt(3 * variance)
		each(w, func() float64 { return bound * (2*rng.Float64() - 1) })
		return
	}
	std := math.Sqrt(variance)
	each(w, func() float64 { return std * rng.NormFloat64() })
}
