package attack

import (
	"fmt"
	"math"
)

// Norm is the exponent p ∈ [1, ∞] of ‖v‖_p = (Σ|vᵢ|ᵖ)^(1/p). The zero value means L2.
type Norm float64

// The norms used most.
const (
	L1 Norm = 1
	L2 Norm = 2
)

// Inf is the maximum norm ‖v‖_∞ = max|vᵢ|.
var Inf = Norm(math.Inf(1))

func (p Norm) orL2() Norm {
	if p == 0 {
		return L2
	}
	if !(p >= 1) {
		panic(fmt.Sprintf("attack: norm exponent %v is not in [1, ∞]", float64(p)))
	}
	return p
}

func (p Norm) String() string {
	switch p = p.orL2(); {
	case math.IsInf(float64(p), 1):
		return "L∞"
	default:
		return fmt.Sprintf("L%v", float64(p))
	}
}

// Dual returns q with 1/p + 1/q = 1: the norm that measures gradients when p measures steps (Hölder).
func (p Norm) Dual() Norm {
	switch p = p.orL2(); {
	case p == 1:
		return Inf
	case math.IsInf(float64(p), 1):
		return L1
	}
	return p / (p - 1)
}

// of32 is Of for float32 values, computed in float64.
func (p Norm) of32(v []float32) float64 {
	wide := make([]float64, len(v))
	for i, x := range v {
		wide[i] = float64(x)
	}
	return p.Of(wide)
}

// Of returns ‖v‖_p, scaled by the largest entry so that it neither overflows nor underflows. NaN if v holds a NaN.
func (p Norm) Of(v []float64) float64 {
	p = p.orL2()
	big := 0.0
	for _, x := range v {
		if math.IsNaN(x) {
			return x
		}
		big = math.Max(big, math.Abs(x))
	}
	if big == 0 || math.IsInf(big, 1) || math.IsInf(float64(p), 1) {
		return big
	}
	s := 0.0
	for _, x := range v {
		switch p {
		case L1:
			s += math.Abs(x / big)
		case L2:
			s += (x / big) * (x / big)
		default:
			s += math.Pow(math.Abs(x/big), float64(p))
		}
	}
	return big * math.Pow(s, 1/float64(p))
}

// Steepest returns the direction u of unit p-norm that raises wᵀu most, and that gain, which is the dual norm:
//
//	u = |w|^(q−1) ∘ sign(w) / ‖w‖_q^(q−1),   ‖u‖_p = 1,   wᵀu = ‖w‖_q
//
// p = 2 gives w/‖w‖₂, p = ∞ gives sign(w) (0 where wᵢ = 0: any value in [−1, 1] there would do), and p = 1 moves only the
// first coordinate of largest |wᵢ|. The direction of w = 0 is zero, with gain 0.
func (p Norm) Steepest(w []float64) (u []float64, gain float64) {
	q := p.Dual()
	gain = q.Of(w)
	u = make([]float64, len(w))
	if gain == 0 {
		return u, 0
	}
	if math.IsInf(float64(q), 1) { // p = 1
		for i, x := range w {
			if math.Abs(x) == gain {
				u[i] = math.Copysign(1, x)
				return u, gain
			}
		}
		return u, gain // NaN
	}
	for i, x := range w {
		// u = (|w|/‖w‖_q)^(q−1) ∘ sign(w)
		switch {
		case x == 0:
		case q == L1:
			u[i] = math.Copysign(1, x)
		default:
			u[i] = math.Copysign(math.Pow(math.Abs(x)/gain, float64(q)-1), x)
		}
	}
	return u, gain
}
