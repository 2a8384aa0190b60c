package entropysgd

import (
	"errors"
	"fmt"
	"math"
)

// Entropy is the local entropy of a loss on the line at one place, and what follows from the Gibbs density there.
type Entropy struct {
	F         float64 // F(x, γ)
	Mean      float64 // ⟨x′⟩, the mean of P(x′; x, γ)
	Variance  float64 // its variance
	Gradient  float64 // d(−F)/dx = γ(x − ⟨x′⟩)
	Curvature float64 // d²(−F)/dx² = γ − γ² Var(x′): between 0 and γ where f is convex
}

// ErrUnresolved is what errors.Is finds in the error for an integral that diverges, or is not resolved by the points allowed.
var ErrUnresolved = errors.New("entropysgd: the integral is not resolved")

// LocalEntropy computes F(x, γ) = log ∫ exp(−f(x′) − γ/2 (x − x′)²) dx′ on the line, and the rest of Entropy.
//
// Method:
//  1. Substitute x′ = x + s/√γ: F = −½ log γ + log ∫ exp(−f(x + s/√γ) − s²/2) ds.
//  2. Trapezoidal rule on [−W, W], at first with W = 12. For a smooth integrand that vanishes at both ends it converges faster than any
//     power of the distance h of the points. Sums run over exp(a − max a), a the exponent, so that nothing over- or underflows.
//  3. Double W while an end holds more than e⁻⁴⁰ of the largest value (at most to 384), and halve h until F, and the mean and variance of s,
//     change by at most 10⁻⁹ (at most 2²⁰ intervals; each halving uses the points there are). Kinks converge as h², and cost more points.
//
// f may return +Inf, where nothing of the density lies. The error wraps ErrUnresolved if 3 does not come to its end, as for a loss that falls faster
// than γ/2 (x − x′)² rises; it names the place where f is NaN or −Inf. γ must be in (0, ∞) and x finite, else it errs.
func LocalEntropy(f func(x float64) float64, x, gamma float64) (Entropy, error) {
	if !positive(gamma) || !finite(x) {
		return Entropy{}, fmt.Errorf("entropysgd: LocalEntropy at x = %v with γ = %v: need a finite x and 0 < γ < ∞", x, gamma)
	}
	root := math.Sqrt(gamma)
	exponent := func(s float64) (float64, error) {
		v := f(x + s/root)
		if math.IsNaN(v) || math.IsInf(v, -1) {
			return 0, fmt.Errorf("entropysgd: LocalEntropy: f(%v) is %v", x+s/root, v)
		}
		// a(s) = −f(x + s/√γ) − s²/2
		return -v - s*s/2, nil
	}
	for width := 12.0; width <= 384; width *= 2 {
		a := make([]float64, 0, 1025) // a at −W, −W + h, …, W
		for n, i := 256, 0; i <= n; i++ {
			v, err := exponent(width * float64(2*i-n) / float64(n))
			if err != nil {
				return Entropy{}, err
			}
			a = append(a, v)
		}
		if top := maximum(a); math.IsInf(top, -1) || max(a[0], a[len(a)-1]) > top-40 {
			continue // an end still counts, or f is +Inf at all points
		}
		was := integrate(a, width)
		for n := 2 * (len(a) - 1); n <= 1<<20; n *= 2 {
			finer := make([]float64, n+1)
			for i := range finer {
				if i%2 == 0 {
					finer[i] = a[i/2]
					continue
				}
				v, err := exponent(width * float64(2*i-n) / float64(n))
				if err != nil {
					return Entropy{}, err
				}
				finer[i] = v
			}
			a = finer
			is := integrate(a, width)
			if math.Abs(is.log-was.log) <= 1e-9*(1+math.Abs(is.log)) && math.Abs(is.mean-was.mean) <= 1e-9*(1+math.Abs(is.mean)) &&
				math.Abs(is.variance-was.variance) <= 1e-9*(1+is.variance) {
				// F = −½ log γ + log ∫ …;  ⟨x′⟩ = x + ⟨s⟩/√γ;  Var x′ = Var s/γ
				return Entropy{
					F:         is.log - math.Log(gamma)/2,
					Mean:      x + is.mean/root,
					Variance:  is.variance / gamma,
					Gradient:  -root * is.mean,           // γ(x − ⟨x′⟩)
					Curvature: gamma * (1 - is.variance), // γ − γ² Var(x′)
				}, nil
			}
			was = is
		}
		break
	}
	return Entropy{}, fmt.Errorf("%w at x = %v with γ = %v: does f fall faster than γ/2 (x − x′)² rises, or jump?", ErrUnresolved, x, gamma)
}

// moments of the density exp(a(s)) on [−W, W].
type moments struct{ log, mean, variance float64 }

// integrate is the trapezoidal rule; its ends, which hold nothing, need no half weights.
func integrate(a []float64, width float64) (m moments) {
	n := len(a) - 1
	h := 2 * width / float64(n)
	at := func(i int) float64 { return width * float64(2*i-n) / float64(n) }
	top := maximum(a)
	var z, first float64
	for i, v := range a {
		w := math.Exp(v - top)
		z += w
		first += w * at(i)
	}
	m.log, m.mean = top+math.Log(h*z), first/z
	for i, v := range a {
		d := at(i) - m.mean
		m.variance += math.Exp(v-top) * d * d / z
	}
	return m
}

func maximum(a []float64) float64 {
	top := math.Inf(-1)
	for _, v := range a {
		top = math.Max(top, v)
	}
	return top
}

// QuadraticEntropy is the local entropy, in closed form, of f(x) = ½ Σᵢ λᵢ (xᵢ − cᵢ)² in Rⁿ:
//
//	F(x, γ) = Σᵢ [ ½ log(2π/(λᵢ + γ)) − ½ λᵢγ/(λᵢ + γ) (xᵢ − cᵢ)² ],   ∂(−F)/∂xᵢ = λᵢγ/(λᵢ + γ) (xᵢ − cᵢ) .
//
// No curvature of −F exceeds γ. It panics if lengths differ, and errs unless γ > 0 and all λᵢ > −γ.
func QuadraticEntropy(lambda, centre, x []float64, gamma float64) (f float64, gradient []float64, err error) {
	if len(lambda) != len(x) || len(centre) != len(x) {
		panic(fmt.Sprintf("entropysgd: QuadraticEntropy: %d curvatures and %d centres for %d coordinates", len(lambda), len(centre), len(x)))
	}
	if !positive(gamma) {
		return 0, nil, fmt.Errorf("entropysgd: QuadraticEntropy: the scope γ is %v: need 0 < γ < ∞", gamma)
	}
	gradient = make([]float64, len(x))
	for i, l := range lambda {
		if !(l > -gamma) {
			return 0, nil, fmt.Errorf("entropysgd: QuadraticEntropy: curvature %d is %v: the integral exists only above −γ = %v", i, l, -gamma)
		}
		d, q := x[i]-centre[i], l*gamma/(l+gamma)
		f += math.Log(2*math.Pi/(l+gamma))/2 - q*d*d/2
		gradient[i] = q * d
	}
	return f, gradient, nil
}
