package linear

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// Bound is Novikoff's: a perceptron that starts at (0, 0) corrects at most (R/γ)² times.
//
// The proof takes the bias as one more weight, of a coordinate that is 1 everywhere: x̃ = (x, 1), w̃ = (w, b). Let ‖ũ‖ = 1 with
// yᵢũᵀx̃ᵢ ≥ γ > 0 and ‖x̃ᵢ‖ ≤ R for all i. Each correction w̃ ← w̃ + yx̃
//
//	raises ũᵀw̃ by at least γ:                   ũᵀw̃_k ≥ kγ,
//	raises ‖w̃‖² by at most R², for y w̃ᵀx̃ ≤ 0:    ‖w̃_k‖² ≤ kR²,
//
// and kγ ≤ ũᵀw̃_k ≤ ‖w̃_k‖ ≤ √k R gives k ≤ (R/γ)².
//
// Source: A. Novikoff, On convergence proofs for perceptrons (1962).
type Bound struct {
	Radius   float64 // R = maxᵢ ‖(xᵢ, 1)‖
	Margin   float64 // γ = minᵢ yᵢ(wᵀxᵢ + b) / ‖(w, b)‖
	Mistakes float64 // (R/γ)²
}

// Novikoff returns the bound that a separating hyperplane (w, b) proves. Every one proves a bound; the larger its
// margin (with the bias counted as a weight), the better. It errs if (w, b) does not separate the points.
func Novikoff(w []float64, b float64, x [][]float64, y []float64) (*Bound, error) {
	d, err := check("Novikoff", x, y)
	if err != nil {
		return nil, err
	}
	if len(w) != d {
		panic(fmt.Sprintf("linear: Novikoff: w has %d entries, the points %d", len(w), d))
	}
	norm := math.Hypot(floats.Norm(w, 2), b)
	n := &Bound{Margin: math.Inf(1)}
	for i := range x {
		n.Radius = max(n.Radius, math.Hypot(floats.Norm(x[i], 2), 1))
		m := y[i] * Score(w, b, x[i]) / norm
		if !(m > 0) {
			return nil, fmt.Errorf("linear: Novikoff: (w, b) does not separate: y[%d]·f(x[%d]) = %.4g, want > 0", i, i, y[i]*Score(w, b, x[i]))
		}
		n.Margin = min(n.Margin, m)
	}
	// (R/γ)²
	n.Mistakes = n.Radius / n.Margin * (n.Radius / n.Margin)
	return n, nil
}
