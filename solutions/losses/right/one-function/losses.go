// Package losses solves the exercise with one function that knows how to end every loss: each brings its value and its
// derivative with respect to the scores, to σ, or to log σ.
package losses

import (
	"fmt"
	"math"
	"slices"
)

type vector = []float64

// kind says what a derivative is taken with respect to.
type kind int

const (
	scores kind = iota
	probabilities
	logarithms
)

// run checks, computes σ and log σ with the largest score taken off, and takes the derivative back to the scores.
func run(y, o vector, distribution bool, k kind, f func(s, log vector) (float64, vector)) (float64, vector, error) {
	if len(y) == 0 || len(y) != len(o) {
		return 0, nil, fmt.Errorf("lengths %d and %d", len(y), len(o))
	}
	total := 0.0
	for j := range y {
		if bad := y[j] - y[j] + o[j] - o[j]; bad != 0 {
			return 0, nil, fmt.Errorf("entry %d is not finite", j)
		}
		if distribution && y[j] < 0 {
			return 0, nil, fmt.Errorf("target %d is negative", j)
		}
		total += y[j]
	}
	if distribution && !(total > 1-1e-6 && total < 1+1e-6) {
		return 0, nil, fmt.Errorf("the target sums to %g", total)
	}
	top := slices.Max(o)
	s, log, z := make(vector, len(o)), make(vector, len(o)), 0.0
	for j := range o {
		s[j] = math.Exp(o[j] - top)
		z += s[j]
	}
	for j := range o {
		s[j] /= z
		log[j] = o[j] - top - math.Log(z)
	}
	v, d := f(s, log)
	if k == scores {
		return v, d, nil
	}
	g, sum := make(vector, len(o)), 0.0
	for j := range o {
		if k == probabilities {
			d[j] *= s[j] // now ∂F/∂(log σⱼ)
		}
		sum += d[j]
	}
	for j := range o {
		g[j] = d[j] - s[j]*sum
	}
	return v, g, nil
}

// sum adds value(j), and collects slope(j).
func sum(n int, value, slope func(j int) float64) (float64, vector) {
	v, d := 0.0, make(vector, n)
	for j := range n {
		v += value(j)
		d[j] = slope(j)
	}
	return v, d
}

func sgn(v float64) float64 {
	if v == 0 {
		return 0
	}
	return math.Copysign(1, v)
}

// L1 is the sum of the absolute misses.
func L1(y, o []float64) (float64, []float64, error) {
	return run(y, o, false, scores, func(_, _ vector) (float64, vector) {
		return sum(len(y), func(j int) float64 { return math.Abs(y[j] - o[j]) }, func(j int) float64 { return -sgn(y[j] - o[j]) })
	})
}

// L2 is the sum of their squares.
func L2(y, o []float64) (float64, []float64, error) {
	return run(y, o, false, scores, func(_, _ vector) (float64, vector) {
		return sum(len(y), func(j int) float64 { return (y[j] - o[j]) * (y[j] - o[j]) }, func(j int) float64 { return 2 * (o[j] - y[j]) })
	})
}

// Hinge is the sum of the powers of what is missing to the margin.
func Hinge(y, o []float64, power int) (float64, []float64, error) {
	if power != 1 && power != 2 && power != 3 {
		return 0, nil, fmt.Errorf("power %d", power)
	}
	return run(y, o, true, scores, func(_, _ vector) (float64, vector) {
		missing := func(j int) float64 { return max(0, 0.5+(1-2*y[j])*o[j]) }
		return sum(len(y),
			func(j int) float64 { h := missing(j); return []float64{h, h * h, h * h * h}[power-1] },
			func(j int) float64 {
				h := missing(j)
				return (1 - 2*y[j]) * []float64{sgn(h), 2 * h, 3 * h * h}[power-1]
			})
	})
}

// Expectation is the sum of |σ − y|.
func Expectation(y, o []float64) (float64, []float64, error) {
	return run(y, o, true, probabilities, func(s, _ vector) (float64, vector) {
		return sum(len(y), func(j int) float64 { return math.Abs(s[j] - y[j]) }, func(j int) float64 { return sgn(s[j] - y[j]) })
	})
}

// RegularisedExpectation is the sum of (σ − y)².
func RegularisedExpectation(y, o []float64) (float64, []float64, error) {
	return run(y, o, true, probabilities, func(s, _ vector) (float64, vector) {
		return sum(len(y), func(j int) float64 { return math.Pow(s[j]-y[j], 2) }, func(j int) float64 { return 2 * (s[j] - y[j]) })
	})
}

// Chebyshev is the largest |σ − y|.
func Chebyshev(y, o []float64) (float64, []float64, error) {
	return run(y, o, true, probabilities, func(s, _ vector) (float64, vector) {
		worst := 0.0
		for j := range s {
			worst = max(worst, math.Abs(s[j]-y[j]))
		}
		found := false
		return sum(len(y), func(int) float64 { return worst / float64(len(y)) }, func(j int) float64 {
			if found || math.Abs(s[j]-y[j]) != worst {
				return 0
			}
			found = true
			return sgn(s[j] - y[j])
		})
	})
}

// Log is the cross entropy.
func Log(y, o []float64) (float64, []float64, error) {
	return run(y, o, true, logarithms, func(_, log vector) (float64, vector) {
		return sum(len(y), func(j int) float64 { return -y[j] * log[j] }, func(j int) float64 { return -y[j] })
	})
}

// SquaredLog is the sum of the squares of its terms.
func SquaredLog(y, o []float64) (float64, []float64, error) {
	return run(y, o, true, logarithms, func(_, log vector) (float64, vector) {
		return sum(len(y), func(j int) float64 { return y[j] * log[j] * y[j] * log[j] }, func(j int) float64 { return 2 * y[j] * y[j] * log[j] })
	})
}

// Tanimoto is −a/(‖σ − y‖² + a).
func Tanimoto(y, o []float64) (float64, []float64, error) {
	return run(y, o, true, probabilities, func(s, _ vector) (float64, vector) {
		a, r := 0.0, 0.0
		for j := range s {
			a += s[j] * y[j]
			r += (s[j] - y[j]) * (s[j] - y[j])
		}
		b := r + a
		_, d := sum(len(y), func(int) float64 { return 0 }, func(j int) float64 { return (2*a*(s[j]-y[j]) - r*y[j]) / b / b })
		return -a / b, d
	})
}

// CauchySchwarz is minus the logarithm of the cosine; sums of exponentials have their largest term taken out.
func CauchySchwarz(y, o []float64) (float64, []float64, error) {
	return run(y, o, true, logarithms, func(_, log vector) (float64, vector) {
		top := math.Inf(-1)
		for j := range log {
			if y[j] > 0 {
				top = max(top, log[j])
			}
		}
		high := slices.Max(log)
		product, square, norm := 0.0, 0.0, 0.0
		for j := range log {
			if y[j] > 0 {
				product += y[j] * math.Exp(log[j]-top)
			}
			square += math.Exp(2 * (log[j] - high))
			norm += y[j] * y[j]
		}
		v := math.Log(square)/2 + high + math.Log(norm)/2 - math.Log(product) - top
		_, d := sum(len(y), func(int) float64 { return 0 }, func(j int) float64 {
			g := math.Exp(2*(log[j]-high)) / square
			if y[j] > 0 {
				g -= y[j] * math.Exp(log[j]-top) / product
			}
			return g
		})
		return v, d
	})
}
