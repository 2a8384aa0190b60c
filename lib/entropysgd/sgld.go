package entropysgd

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// SGLD is the inner loop: stochastic gradient Langevin dynamics (Welling and Teh 2011) round a centre x, whose samples x′ give
// an estimate μ of ⟨x′⟩. From x′ = μ = x, L times (Chaudhari et al. 2017, Alg. 1, lines 2 to 6):
//
//	dx′ = ∇f(x′) − γ(x − x′)
//	x′  ← x′ − η′ dx′ + √η′ ε N(0, I)
//	μ   ← (1 − α)μ + αx′
//
// With exact gradients and η′ → 0 its stationary density is ∝ exp(−(2/ε²)(f(x′) + γ/2 ‖x − x′‖²)): P(x′; x, γ) itself needs ε = √2. The paper takes
// ε = 10⁻⁴ … 10⁻³, a Gibbs density of a temperature far below one.
//
// With Momentum ρ > 0 the gradient of the loss is replaced by Nesterov's g + ρv, v ← ρv + g, v = 0 at the start of each loop;
// the pull γ(x − x′) stays outside of it. The paper names Nesterov's momentum only; this is where its published code has it.
type SGLD struct {
	Steps    int     // L ≥ 1
	Rate     float64 // η′ > 0, finite; the paper's 0.1
	Noise    float64 // ε ≥ 0, finite
	Average  float64 // α in (0, 1]; 0 means the paper's 0.75
	Momentum float64 // ρ in [0, 1)
}

// DefaultAverage is the paper's α: the part of the newest sample in μ.
const DefaultAverage = 0.75

func (s SGLD) average() float64 {
	if s.Average == 0 {
		return DefaultAverage
	}
	return s.Average
}

func (s SGLD) check() error {
	switch {
	case s.Steps < 1:
		return fmt.Errorf("entropysgd: %d inner steps: need L ≥ 1", s.Steps)
	case !positive(s.Rate):
		return fmt.Errorf("entropysgd: the inner rate η′ is %v: need 0 < η′ < ∞", s.Rate)
	case !(s.Noise >= 0) || math.IsInf(s.Noise, 0):
		return fmt.Errorf("entropysgd: the noise ε is %v: need 0 ≤ ε < ∞", s.Noise)
	case !(s.Average >= 0 && s.Average <= 1):
		return fmt.Errorf("entropysgd: the average α is %v: need 0 < α ≤ 1", s.Average)
	case !(s.Momentum >= 0 && s.Momentum < 1):
		return fmt.Errorf("entropysgd: the momentum ρ is %v: need 0 ≤ ρ < 1", s.Momentum)
	}
	return nil
}

// Run takes the L steps round x and returns μ. grad stores ∇f(x′), of a new mini-batch each time if f has samples, in dst. The noise, n numbers a step in the order of
// the coordinates, comes from rng, which may be nil if ε = 0. visit, if not nil, is shown x′ and μ after each step ℓ = 1, …, L, and must not keep them.
//
// It errs on fields out of range, on a scope that is not in (0, ∞), and with optim.ErrDiverged if a coordinate of x′ stops being finite.
func (s SGLD) Run(grad func(dst, at []float64), x []float64, gamma float64, rng *rand.Rand, visit func(l int, sample, mean []float64)) ([]float64, error) {
	if s.Noise > 0 && rng == nil {
		panic("entropysgd: SGLD.Run: rng is nil: it draws the noise")
	}
	return s.run(grad, x, gamma, normalOf(rng), visit)
}

// run is Run with normal numbers from normal.
func (s SGLD) run(grad func(dst, at []float64), x []float64, gamma float64, normal func() float64, visit func(l int, sample, mean []float64)) ([]float64, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if !positive(gamma) {
		return nil, fmt.Errorf("entropysgd: the scope γ is %v: need 0 < γ < ∞", gamma)
	}
	xp := append([]float64(nil), x...) // x′
	mu := append([]float64(nil), x...) // μ
	g := make([]float64, len(x))       // ∇f(x′)
	v := make([]float64, len(x))       // v, the velocity
	alpha, root := s.average(), math.Sqrt(s.Rate)
	for l := 1; l <= s.Steps; l++ {
		grad(g, xp)
		for i := range xp {
			d := g[i]
			if s.Momentum > 0 {
				// v ← ρv + g,  g + ρv
				v[i] = s.Momentum*v[i] + g[i]
				d += s.Momentum * v[i]
			}
			// dx′ = ∇f(x′) − γ(x − x′)
			d -= gamma * (x[i] - xp[i])
			// x′ ← x′ − η′ dx′ + √η′ ε N(0, I)
			xp[i] -= s.Rate * d
			if s.Noise > 0 {
				xp[i] += root * s.Noise * normal()
			}
			// μ ← (1 − α)μ + αx′
			mu[i] = (1-alpha)*mu[i] + alpha*xp[i]
			if !finite(xp[i]) {
				return mu, diverged("x′[%d] is %v after %d inner steps: take a smaller inner rate than %v", i, xp[i], l, s.Rate)
			}
		}
		if visit != nil {
			visit(l, xp, mu)
		}
	}
	return mu, nil
}

// Stationary is the law that SGLD without momentum settles in on f(x′) = λ/2 (x′ − c)² with exact gradients: normal, for x′ is a linear recursion
// x′ ← (1 − η′h)x′ + η′(λc + γx) + √η′ ε N with h = λ + γ,
//
//	mean (λc + γx)/(λ + γ),     variance η′ε²/(1 − (1 − η′h)²) = ε²/(h(2 − η′h)) .
//
// The mean is ⟨x′⟩ for any η′; the variance is that of P, 1/h, for ε = √2 and η′ → 0. It errs unless 0 < η′h < 2, outside of which there is no such law.
func (s SGLD) Stationary(lambda, centre, x, gamma float64) (mean, variance float64, err error) {
	h := lambda + gamma
	if eh := s.Rate * h; !(eh > 0 && eh < 2) {
		return 0, 0, fmt.Errorf("entropysgd: η′(λ + γ) is %v: SGLD settles only for 0 < η′(λ + γ) < 2", eh)
	}
	return (lambda*centre + gamma*x) / h, s.Noise * s.Noise / (h * (2 - s.Rate*h)), nil
}

// normalOf draws from rng, which may be nil where nothing is drawn.
func normalOf(rng *rand.Rand) func() float64 {
	if rng == nil {
		return nil
	}
	return rng.NormFloat64
}
