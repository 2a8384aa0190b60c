package initial

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Normal draws the entries from N(0, Std²), whatever the size of the layer. A linear layer of n inputs multiplies the mean
// square of the signals by n·Std²: with n = 256 and Std = 0.1 by 2.56, which is 10²⁰ after 50 layers.
type Normal struct {
	Std float64 // standard deviation, > 0, finite
}

// Name is "normal".
func (Normal) Name() string { return "normal" }

// Fill draws all entries.
func (s Normal) Fill(w *mat.Dense, rng *rand.Rand) {
	std := math.Sqrt(s.Variance(w.Dims()))
	each(w, func() float64 { return std * rng.NormFloat64() })
}

// Variance is Std².
func (s Normal) Variance(out, in int) float64 {
	sizes("Normal", out, in)
	if !(s.Std > 0) || math.IsInf(s.Std, 0) {
		panic(fmt.Sprintf("initial: Normal: Std is %v, need 0 < Std < ∞", s.Std))
	}
	return s.Std * s.Std
}
