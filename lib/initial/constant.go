package initial

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Zeros sets W = 0. Behind the first layer with an activation that is 0 at 0 every signal is 0, and so is the gradient of every
// weight of two layers or more (∂J/∂W_l = δ_lᵀA_{l−1}, of which one factor or the other is 0): nothing but the last bias moves.
type Zeros struct{}

// Name is "zeros".
func (Zeros) Name() string { return "zeros" }

// Fill sets all entries to 0.
func (Zeros) Fill(w *mat.Dense, _ *rand.Rand) { w.Zero() }

// Variance is 0.
func (Zeros) Variance(out, in int) float64 { sizes("Zeros", out, in); return 0 }

// Constant sets all entries to one value: the units of a layer are copies of each other, get the same gradient and stay
// copies. A layer of any width then is a layer of one unit.
type Constant struct {
	Value float64 // finite
}

// Name is "constant".
func (Constant) Name() string { return "constant" }

// Fill sets all entries to Value.
func (s Constant) Fill(w *mat.Dense, _ *rand.Rand) {
	if math.IsNaN(s.Value) || math.IsInf(s.Value, 0) {
		panic(fmt.Sprintf("initial: Constant: the value is %v", s.Value))
	}
	each(w, func() float64 { return s.Value })
}

// Variance is 0: the entries do not vary.
func (Constant) Variance(out, in int) float64 { sizes("Constant", out, in); return 0 }
