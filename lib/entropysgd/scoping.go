package entropysgd

import (
	"fmt"
	"math"
)

// Scoping is the scope that grows with the number t = 0, 1, … of outer updates (Chaudhari et al. 2017, §4.3),
//
//	γ(t) = γ₀ (1 + γ₁)ᵗ,
//
// so that a run first sees the valleys at large and then ever finer ones: annealing in reverse.
type Scoping struct {
	Gamma0 float64 // γ₀ > 0, finite
	Gamma1 float64 // γ₁ ≥ 0, finite; 0 keeps the scope constant
}

// At returns γ(t), t ≥ 0. It is +Inf where the power overflows.
func (s Scoping) At(t int) float64 {
	if t < 0 {
		panic(fmt.Sprintf("entropysgd: Scoping.At(%d): updates count from 0", t))
	}
	// γ(t) = γ₀ (1 + γ₁)ᵗ; by log1p, for 1 + γ₁ loses the digits of a small γ₁
	return s.Gamma0 * math.Exp(float64(t)*math.Log1p(s.Gamma1))
}

func (s Scoping) check() error {
	switch {
	case !positive(s.Gamma0):
		return fmt.Errorf("entropysgd: the scope γ₀ is %v: need 0 < γ₀ < ∞", s.Gamma0)
	case !(s.Gamma1 >= 0) || math.IsInf(s.Gamma1, 0):
		return fmt.Errorf("entropysgd: γ₁ is %v: need 0 ≤ γ₁ < ∞", s.Gamma1)
	}
	return nil
}

func positive(v float64) bool { return v > 0 && !math.IsInf(v, 0) }

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
