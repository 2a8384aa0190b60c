package initial

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// He draws entries of variance 2/((1 + a²)·in) (He et al. 2015, eq. 10 and 15): ReLU (a = 0) passes half of the mean square of a
// symmetric signal, and the 2 makes up for it. a is the slope of a leaky ReLU for z < 0.
type He struct {
	Slope   float64 // a, finite; 0 is ReLU, 1 the identity
	Uniform bool    // uniform instead of normal
}

// Name is "He".
func (He) Name() string { return "He" }

// Fill draws all entries.
func (s He) Fill(w *mat.Dense, rng *rand.Rand) { draw(w, s.Variance(w.Dims()), s.Uniform, rng) }

// Variance is 2/((1 + a²)·in).
func (s He) Variance(out, in int) float64 {
	sizes("He", out, in)
	if math.IsNaN(s.Slope) || math.IsInf(s.Slope, 0) {
		panic(fmt.Sprintf("initial: He: Slope is %v", s.Slope))
	}
	return 2 / ((1 + s.Slope*s.Slope) * float64(in))
}
