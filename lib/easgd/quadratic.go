package easgd

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// What the methods do on a bowl f(x) = h/2 (x − x*)², h > 0, with gradients h(x − x*) + noise of standard deviation σ. In
// more dimensions a quadratic is one such bowl for each eigenvalue h of its Hessian. z = ηh is the only way in which rate and
// curvature enter.
//
// Synchronous, τ = 1: the error of (centre, mean of the workers) is multiplied at every step by
//
//	M = | 1−pα    pα    |     trace 2 − a,  a  = z + (p + 1)α
//	    |  α     1−z−α  |     det 1 − a + c²,  c² = z pα
//
// with the real eigenvalues γ, φ = 1 − (a ∓ √(a² − 4c²))/2 (Zhang et al. 2015, Lemma 3.1), and the difference of two workers by 1 − z − α.

// SynchronousFactors returns γ ≥ φ, by which the error of centre and mean worker shrinks at a step of Synchronous with τ = 1.
func SynchronousFactors(z, alpha float64, p int) (gamma, phi float64) {
	a, c2 := z+float64(p+1)*alpha, z*float64(p)*alpha
	root := math.Sqrt(max(0, a*a-4*c2))
	return 1 - (a-root)/2, 1 - (a+root)/2
}

// SynchronousLimit is the moving rate below which (and above 0) Synchronous with τ = 1 converges on the bowl, given
// 0 < z < 2:
//
//	α < (4 − 2z)/(2(p + 1) − p z).
//
// From φ > −1. No α helps if z ≥ 2, where the limit is 0. In terms of β = pα it is about 2 for small z and many workers.
func SynchronousLimit(z float64, p int) float64 {
	workers("SynchronousLimit", p)
	if !(z > 0 && z < 2) {
		return 0
	}
	return (4 - 2*z) / (2*float64(p+1) - float64(p)*z)
}

// RoundRobinLimit is the moving rate up to which EASGD with τ = 1 is stable if the workers take turns, whatever their number:
// α ≤ (4 − 2z)/(4 − z) for 0 < z < 2, the condition of the synchronous form for one worker. The matrix of a worker's turn,
// | 1−α α; α 1−z−α |, is symmetric, so that it lengthens no vector if its eigenvalues lie in [−1, 1], and then a round of turns
// does not either. For p > 1 the border proper (Radius of RoundMatrix) lies a few percent higher.
func RoundRobinLimit(z float64) float64 { return SynchronousLimit(z, 1) }

// RoundMatrix is what one round of EASGD does to the error (x¹, …, xᵖ, x̃), [p+1, p+1], if the workers take turns: every one meets the centre
// and takes τ steps. It is exact for RoundRobin where τ = 1, and also for greater τ, as workers do not see each other
// between meetings.
func RoundMatrix(z, alpha float64, p, period int) *mat.Dense {
	workers("RoundMatrix", p)
	if period < 1 {
		panic(fmt.Sprintf("easgd: RoundMatrix: period is %d, need ≥ 1", period))
	}
	round := mat.NewDense(p+1, p+1, nil)
	for i := range p + 1 {
		round.Set(i, i, 1)
	}
	rest := math.Pow(1-z, float64(period-1)) // τ − 1 steps without a meeting
	for i := range p {
		for j := range p + 1 { // each column of the product so far
			x, c := round.At(i, j), round.At(p, j)
			round.Set(i, j, rest*((1-z-alpha)*x+alpha*c))
			round.Set(p, j, c+alpha*(x-c))
		}
	}
	return round
}

// Radius is the greatest absolute value of an eigenvalue: below 1, and only then, the error dies out.
func Radius(m *mat.Dense) float64 {
	var e mat.Eigen
	if !e.Factorize(m, mat.EigenNone) {
		panic("easgd: Radius: the eigenvalues did not converge")
	}
	r := 0.0
	for _, v := range e.Values(nil) {
		r = max(r, math.Hypot(real(v), imag(v)))
	}
	return r
}

// CentreVariance is the limit of E(x̃ − x*)² for Synchronous with τ = 1 (Zhang et al. 2015, Lemma 3.1, for t → ∞):
//
//	p²α²η²/(γ − φ)² · ( γ²/(1 − γ²) + φ²/(1 − φ²) − 2γφ/(1 − γφ) ) · σ²/p,
//
// +Inf where it does not converge. Its expectation tends to x*: only the noise is left.
func CentreVariance(rate, h, sigma, alpha float64, p int) float64 {
	workers("CentreVariance", p)
	gamma, phi := SynchronousFactors(rate*h, alpha, p)
	if !(gamma < 1 && phi > -1) {
		return math.Inf(1)
	}
	// The bracket over (γ − φ)² without the cancellation:
	// γ²/(1−γ²) + φ²/(1−φ²) − 2γφ/(1−γφ) = (γ − φ)²(1 + γφ) / ((1 − γ²)(1 − φ²)(1 − γφ)).
	bracket := (1 + gamma*phi) / ((1 - gamma*gamma) * (1 - phi*phi) * (1 - gamma*phi))
	move := float64(p) * alpha * rate
	return move * move * bracket * sigma * sigma / float64(p)
}

// SGDVariance is the limit of E(x − x*)² for SGD: ησ²/(h(2 − ηh)), +Inf if ηh ≥ 2.
func SGDVariance(rate, h, sigma float64) float64 {
	if rate*h >= 2 {
		return math.Inf(1)
	}
	return rate * sigma * sigma / (h * (2 - rate*h))
}

// DownpourLimit is what 1 − (1 − z)^τ must stay below for Downpour to converge on the bowl if p workers take turns:
//
//	2 sin(π/(4p − 2)):   2 for one worker, 1 for two, 0.618 for three, 0.445 for four.
//
// A worker brings d = 1 − (1 − z)^τ times the error that it read p meetings ago: x̃ₖ₊₁ = x̃ₖ − d x̃ₖ₋ₚ₊₁, and this recursion
// with a delay of p − 1 dies out for 0 < d < 2 sin(π/(4p − 2)) (Levin and May 1976). As d tends to 1 with τ, three workers
// or more diverge from some period on, whatever the rate in (0, 1/h).
func DownpourLimit(p int) float64 {
	workers("DownpourLimit", p)
	return 2 * math.Sin(math.Pi/float64(4*p-2))
}

// DownpourPeriod is the greatest period at which Downpour with p workers taking turns converges on the bowl, 0 < z ≤ 1:
// 0 if there is none, math.MaxInt if there is no greatest.
func DownpourPeriod(z float64, p int) int {
	if !(z > 0 && z <= 1) {
		panic(fmt.Sprintf("easgd: DownpourPeriod: z is %v, need 0 < z ≤ 1", z))
	}
	limit := DownpourLimit(p)
	if p <= 2 && (p == 1 || z < 1) { // d ≤ 1 < 2, and d < 1
		return math.MaxInt
	}
	period := 0
	for 1-math.Pow(1-z, float64(period+1)) < limit-1e-12 {
		period++
	}
	return period
}

func workers(op string, p int) {
	if p < 1 {
		panic(fmt.Sprintf("easgd: %s: %d workers, need at least one", op, p))
	}
}
