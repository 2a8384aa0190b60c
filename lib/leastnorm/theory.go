package leastnorm

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// What is known about gradient descent before it runs. In the coordinates y = Vᵀx the steps come apart,
//
//	yᵢ(k+1) − yᵢ* = (1 − μσᵢ²)(yᵢ(k) − yᵢ*)   for i ≤ r,   and yᵢ stays for i > r,
//
// and everything below follows.

// StepLimit returns 2/σ₁²: gradient descent converges from every start for 0 < μ < 2/σ₁², and for
// μ > 2/σ₁² it diverges from every start whose error has a part along v₁. At the limit itself that
// part changes sign for ever. It is +Inf for a zero matrix.
func (d *Decomposition) StepLimit() float64 { return 2 / d.SigmaMax() / d.SigmaMax() }

// BestStep returns μ* = 2/(σ₁² + σᵣ²), the step with the smallest Contraction, (κ² − 1)/(κ² + 1).
// It is +Inf for a zero matrix.
func (d *Decomposition) BestStep() float64 {
	// 2/(σ₁² + σᵣ²), without overflow of the squares
	h := math.Hypot(d.SigmaMax(), d.SigmaMin())
	return 2 / h / h
}

// Contraction returns ρ = maxᵢ≤ᵣ |1 − μσᵢ²|, the factor by which the distance to the limit shrinks
// a step in the long run and at worst; ρ ≥ 1 means that some start does not converge. It is 0 for a zero matrix,
// where every point is a limit.
func (d *Decomposition) Contraction(step float64) float64 {
	if d.Rank == 0 {
		return 0
	}
	// 1 − μσ² falls with σ, so the largest magnitude is at an end
	return max(math.Abs(1-step*d.SigmaMax()*d.SigmaMax()), math.Abs(1-step*d.SigmaMin()*d.SigmaMin()))
}

// Limit returns x∞ = V₂V₂ᵀx₀ + A⁺b, where gradient descent from x₀ ends for every step below StepLimit:
// the least-norm solution plus the part of the start in null(A). b has m entries, x0 has n.
func (d *Decomposition) Limit(b, x0 []float64) []float64 {
	x := d.Null(x0)
	floats.Add(x, d.Apply(b))
	return x
}

// DistanceAt returns ‖x_k − x∞‖₂ after k ≥ 0 steps without taking them:
//
//	‖x_k − x∞‖² = Σᵢ≤ᵣ (1 − μσᵢ²)²ᵏ (vᵢᵀ(x₀ − x∞))².
//
// b has m entries, x0 has n.
func (d *Decomposition) DistanceAt(b, x0 []float64, step float64, k int) float64 {
	if k < 0 {
		panic(fmt.Sprintf("leastnorm: DistanceAt: k is %d", k))
	}
	e := append([]float64(nil), x0...)
	floats.Sub(e, d.Apply(b))
	c := d.coefficients(e)
	for i := range c {
		c[i] *= pow(1-step*d.Sigma[i]*d.Sigma[i], k)
	}
	return floats.Norm(c, 2)
}

// Iterations returns how many steps suffice, from every start, to shrink ‖x_k − x∞‖ by the factor
// eps in (0, 1): the smallest k with ρᵏ ≤ eps. It errs if the step is not below StepLimit.
func (d *Decomposition) Iterations(step, eps float64) (int, error) {
	checkEps(eps)
	if d.Rank == 0 {
		return 0, nil
	}
	if !(step > 0) || !(step < d.StepLimit()) {
		return 0, fmt.Errorf("leastnorm: step %.6g is outside (0, 2/σ₁²) = (0, %.6g): gradient descent does not converge", step, d.StepLimit())
	}
	// ln ρ = ln(1 − δ) with δ = min(μσᵣ², 2 − μσ₁²), which keeps the digits of a δ far below 1
	delta := min(step*d.SigmaMin()*d.SigmaMin(), 2-step*d.SigmaMax()*d.SigmaMax())
	return count(delta, eps)
}

// IterationsFor returns the same for the best step, from the condition number alone:
// ρ = (κ² − 1)/(κ² + 1), hence k ≈ ½κ² ln(1/eps) for large κ. It needs cond ≥ 1 and eps in (0, 1).
func IterationsFor(cond, eps float64) (int, error) {
	checkEps(eps)
	if !(cond >= 1) {
		panic(fmt.Sprintf("leastnorm: IterationsFor: the condition number is %v, want ≥ 1", cond))
	}
	// 1 − ρ = 2/(κ² + 1)
	return count(2/(cond*cond+1), eps)
}

// count returns the smallest k with (1 − delta)ᵏ ≤ eps, at least 1.
func count(delta, eps float64) (int, error) {
	k := math.Ceil(math.Log(eps) / math.Log1p(-min(1, delta)))
	if !(k < 1<<53) {
		return 0, fmt.Errorf("leastnorm: %.3g steps would be needed: the matrix is too ill-conditioned for gradient descent; use QR", k)
	}
	return max(1, int(k)), nil
}

func checkEps(eps float64) {
	if !(eps > 0 && eps < 1) {
		panic(fmt.Sprintf("leastnorm: eps is %v, want a number in (0, 1)", eps))
	}
}
