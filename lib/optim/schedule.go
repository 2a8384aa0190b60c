package optim

import (
	"fmt"
	"math"
)

// Schedule is a learning rate that changes over a run: At(k) is η_k, the rate of the step from x_k to x_{k+1}, for
// k = 0, 1, 2, … It is a function of k alone. A k < 0, and fields out of the range that each schedule states, panic.
type Schedule interface {
	At(k int) float64
}

// Constant is η_k = η.
type Constant struct {
	Rate float64 // η > 0, finite
}

// At returns η.
func (s Constant) At(k int) float64 {
	inRange("Constant", k, rateOK(s.Rate))
	return s.Rate
}

// StepDecay is η_k = η₀ γ^⌊k/K⌋: the rate falls by the factor γ once in K steps.
type StepDecay struct {
	Rate   float64 // η₀ > 0, finite
	Factor float64 // γ in (0, 1]
	Every  int     // K ≥ 1
}

// At returns η₀ γ^⌊k/K⌋.
func (s StepDecay) At(k int) float64 {
	inRange("StepDecay", k, rateOK(s.Rate) && s.Factor > 0 && s.Factor <= 1 && s.Every >= 1)
	return s.Rate * math.Pow(s.Factor, float64(k/s.Every))
}

// Exponential is η_k = η₀ γᵏ. For γ < 1 the sum of all rates is finite, η₀/(1 − γ): a run with bounded gradients cannot come further
// than that times the bound, wherever the minimum is.
type Exponential struct {
	Rate   float64 // η₀ > 0, finite
	Factor float64 // γ in (0, 1]
}

// At returns η₀ γᵏ.
func (s Exponential) At(k int) float64 {
	inRange("Exponential", k, rateOK(s.Rate) && s.Factor > 0 && s.Factor <= 1)
	return s.Rate * math.Pow(s.Factor, float64(k))
}

// Cosine is half a wave from η₀ down to η_end in K steps, and η_end from then on (Loshchilov and Hutter 2017, eq. 5,
// without restarts):
//
//	η_k = η_end + ½(η₀ − η_end)(1 + cos(πk/K)).
type Cosine struct {
	Rate  float64 // η₀ > 0, finite
	End   float64 // η_end in [0, η₀]
	Steps int     // K ≥ 1
}

// At returns η_k.
func (s Cosine) At(k int) float64 {
	inRange("Cosine", k, rateOK(s.Rate) && s.End >= 0 && s.End <= s.Rate && s.Steps >= 1)
	if k >= s.Steps {
		return s.End
	}
	return s.End + (s.Rate-s.End)*(1+math.Cos(math.Pi*float64(k)/float64(s.Steps)))/2
}

// Inverse is η_k = η₀/(1 + k/K), "1/t". Its sum is infinite, so that every minimum can be reached, and the sum of its
// squares finite, so that the noise of SGD dies out: the two conditions of Robbins and Monro 1951. With η₀ = K = 1, on
// ½(x − b)², SGD's iterate is the mean of the samples it has seen.
type Inverse struct {
	Rate  float64 // η₀ > 0, finite
	Scale float64 // K > 0, finite: after K steps the rate is η₀/2
}

// At returns η₀/(1 + k/K).
func (s Inverse) At(k int) float64 {
	inRange("Inverse", k, rateOK(s.Rate) && rateOK(s.Scale))
	return s.Rate / (1 + float64(k)/s.Scale)
}

// WarmUp climbs in a line to the first rate of another schedule and then follows that one, from its beginning:
//
//	η_k = Then(0) (k + 1)/K    for k < K
//	η_k = Then(k − K)          from then on.
//
// The first step has the rate Then(0)/K, not 0 (Goyal et al. 2017, §2.2, who climb from a rate given).
type WarmUp struct {
	Steps int      // K ≥ 0
	Then  Schedule // not nil
}

// At returns η_k.
func (s WarmUp) At(k int) float64 {
	inRange("WarmUp", k, s.Steps >= 0 && s.Then != nil)
	if k < s.Steps {
		return s.Then.At(0) * float64(k+1) / float64(s.Steps)
	}
	return s.Then.At(k - s.Steps)
}

func rateOK(v float64) bool { return v > 0 && !math.IsInf(v, 0) }

func inRange(op string, k int, ok bool) {
	if !ok {
		panic("optim: " + op + ": a field is out of its range")
	}
	if k < 0 {
		panic(fmt.Sprintf("optim: %s: At(%d): steps count from 0", op, k))
	}
}
