package generative

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"nncourse/lib/activation"
)

// A generator makes x = G(z) of noise z, a discriminator says with which probability D(x) an x is data. They play for the value
//
//	V(G, D) = E_{x ∼ p} log D(x) + E_z log(1 − D(G(z)))    (Goodfellow et al. 2014, eq. 1)
//
// which D raises and G lowers. With q the density of G(z), the best answer to a generator is D* = p/(p + q) (there, Prop. 1), and
//
//	V(G, D*) = 2 JSD(p ‖ q) − log 4    (there, proof of Theorem 1),
//
// least, −log 4, where q = p.

// OptimalDiscriminator is D* = p/(p + q), of the densities at one point; ½ where both are 0. It panics on a negative or infinite density.
func OptimalDiscriminator(p, q float64) float64 {
	if !(p >= 0 && q >= 0) || math.IsInf(p, 0) || math.IsInf(q, 0) {
		panic(fmt.Sprintf("generative: OptimalDiscriminator of the densities %v and %v", p, q))
	}
	switch m := max(p, q); {
	case m == 0:
		return 0.5
	default: // over m first: neither overflows nor vanishes
		return p / m / (p/m + q/m)
	}
}

// JensenShannon is JSD(p ‖ q) = ½ KL(p ‖ m) + ½ KL(q ‖ m) with m = (p + q)/2, in nats, between 0 and log 2. p and q are densities at points at the
// distance h, the integral being h times the sum; or probabilities, with h = 1.
func JensenShannon(p, q []float64, h float64) float64 {
	if len(p) != len(q) {
		panic(fmt.Sprintf("generative: JensenShannon of %d and %d densities", len(p), len(q)))
	}
	sum := 0.0
	for i := range p {
		// ½ p log(p/m) = ½ p log(2 D*), and for q with p and q exchanged
		if p[i] > 0 {
			sum += p[i] * math.Log(2*OptimalDiscriminator(p[i], q[i])) / 2 * h
		}
		if q[i] > 0 {
			sum += q[i] * math.Log(2*OptimalDiscriminator(q[i], p[i])) / 2 * h
		}
	}
	return sum
}

// GameValue is V(G, D) for densities p, q and a discriminator's logits s, D = σ(s), at points at the distance h. Logits, since 1 − D rounds to 0 where D is
// sure; those of D* are log p − log q. They may be infinite, or NaN where p = q = 0: 0 log 0 = 0.
func GameValue(p, q, s []float64, h float64) float64 {
	if len(p) != len(q) || len(p) != len(s) {
		panic(fmt.Sprintf("generative: GameValue of %d and %d densities and %d logits", len(p), len(q), len(s)))
	}
	V := 0.0
	for i := range p {
		if p[i] > 0 { // log D = −log(1 + e^(−s))
			V -= p[i] * activation.Softplus.F(-s[i]) * h
		}
		if q[i] > 0 { // log(1 − D) = −log(1 + eˢ)
			V -= q[i] * activation.Softplus.F(s[i]) * h
		}
	}
	return V
}

// GeneratorLoss is what a generator lowers.
type GeneratorLoss int

const (
	Minimax       GeneratorLoss = iota // E log(1 − D(G(z))): V itself. Flat where D is sure that a sample is false
	NonSaturating                      // −E log D(G(z)): steep there (Goodfellow et al. 2014, §3)
)

// Game is the game in one dimension. G(z) = A + Bz of z ∼ N(0, 1), so that q = N(A, B²) is known at every moment; D(x) = σ(wᵀφ(x)), whose part of V is
// concave in w. It is played by Alg. 1 of Goodfellow et al. 2014: k calls of StepD, one of StepG, and so on.
type Game struct {
	A, B float64
	W    []float64
	// Features gives φ(x) and dφ/dx, both of the length of W.
	Features func(x float64) (phi, slope []float64)
}

// Quadratic gives φ = (1, x, x²): of two normal distributions, log p/q is of this form, so that D* is among these discriminators.
func Quadratic(x float64) (phi, slope []float64) {
	return []float64{1, x, x * x}, []float64{0, 1, 2 * x}
}

// Bumps gives φ = 1 and a bell e^(−(x − c)²/2width²) for each centre c.
func Bumps(width float64, centres ...float64) func(x float64) (phi, slope []float64) {
	if !(width > 0) {
		panic(fmt.Sprintf("generative: Bumps of the width %v", width))
	}
	return func(x float64) (phi, slope []float64) {
		phi, slope = []float64{1}, []float64{0}
		for _, c := range centres {
			u := (x - c) / width
			b := math.Exp(-u * u / 2)
			phi, slope = append(phi, b), append(slope, -u/width*b)
		}
		return phi, slope
	}
}

// Density is q(x), N(A, B²) at x. It panics if B = 0.
func (g *Game) Density(x float64) float64 {
	if g.B == 0 {
		panic("generative: Game: with B = 0 all samples are one point, which has no density")
	}
	u := (x - g.A) / g.B
	return math.Exp(-u*u/2) / math.Sqrt(2*math.Pi) / math.Abs(g.B)
}

// D is the discriminator at x.
func (g *Game) D(x float64) float64 {
	s, _, _ := g.logit(x)
	return activation.Sigmoid.F(s)
}

// logit is s = wᵀφ(x), with φ and ds/dx.
func (g *Game) logit(x float64) (s float64, phi []float64, slope float64) {
	phi, d := g.Features(x)
	if len(phi) != len(g.W) || len(d) != len(g.W) {
		panic(fmt.Sprintf("generative: Game: %d features and %d slopes for %d weights", len(phi), len(d), len(g.W)))
	}
	for i, w := range g.W {
		s += w * phi[i]
		slope += w * d[i]
	}
	return s, phi, slope
}

// StepD climbs V by one step of gradient ascent, with data x and noise z, averaging each:
//
//	∂V/∂w = mean of (1 − D(x)) φ(x) − mean of D(G(z)) φ(G(z))
//
// It returns V before the step. It panics without data or noise.
func (g *Game) StepD(x, z []float64, rate float64) (V float64) {
	if len(x) == 0 || len(z) == 0 {
		panic("generative: Game: StepD needs data and noise")
	}
	by := make([]float64, len(g.W))
	for _, v := range x {
		s, phi, _ := g.logit(v)
		// log D = −log(1 + e^(−s))
		V -= activation.Softplus.F(-s) / float64(len(x))
		floats.AddScaled(by, (1-activation.Sigmoid.F(s))/float64(len(x)), phi)
	}
	for _, v := range z {
		s, phi, _ := g.logit(g.A + g.B*v)
		// log(1 − D) = −log(1 + eˢ)
		V -= activation.Softplus.F(s) / float64(len(z))
		floats.AddScaled(by, -activation.Sigmoid.F(s)/float64(len(z)), phi)
	}
	floats.AddScaled(g.W, rate, by)
	return V
}

// StepG lowers the loss by one step of gradient descent in A and B, averaging over the noise z. With s = wᵀφ, its derivative by x = G(z) is
//
//	Minimax:       ∂ log(1 − D)/∂x = −D ds/dx
//	NonSaturating: ∂(−log D)/∂x = −(1 − D) ds/dx
//
// and ∂x/∂A = 1, ∂x/∂B = z. It returns the loss before the step. It panics without noise.
func (g *Game) StepG(z []float64, rate float64, loss GeneratorLoss) (J float64) {
	if len(z) == 0 || loss < Minimax || loss > NonSaturating {
		panic(fmt.Sprintf("generative: Game: StepG with %d numbers of noise and the loss %d", len(z), loss))
	}
	byA, byB := 0.0, 0.0
	for _, v := range z {
		s, _, slope := g.logit(g.A + g.B*v)
		var byX float64
		if loss == Minimax {
			J -= activation.Softplus.F(s) / float64(len(z))
			byX = -activation.Sigmoid.F(s) * slope
		} else {
			J += activation.Softplus.F(-s) / float64(len(z))
			byX = -activation.Sigmoid.F(-s) * slope
		}
		byA += byX / float64(len(z))
		byB += byX * v / float64(len(z))
	}
	g.A -= rate * byA
	g.B -= rate * byB
	return J
}
