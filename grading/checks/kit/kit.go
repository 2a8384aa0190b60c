// Package kit is what the checks of many exercises share: how a failure is told, what may be refused, and the few vectors that
// instances are made of.
package kit

import (
	"math/rand/v2"

	"nncourse/grading"
)

// Fail ends the check as failed: what was tried, what came, what should have come, the error in words, and the mistake that the
// numbers point to ("" if none). Strings are shown as they are, other values as Go code.
func Fail(t *grading.T, what string, computed, expected any, err, mistake string) {
	t.Fail(grading.Failure{Input: what + ": " + t.Input(), Computed: Show(computed), Expected: Show(expected), Error: err, Mistake: mistake})
}

// Show gives a string as it is, and another value as Go code.
func Show(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return grading.Show(v)
}

// RefusesGood is the mistake that Accepted names; an exercise that calls it lists it.
const RefusesGood = "refuses-good"

// Accepted calls a function with an input that has a result, and fails the check if it returns an error.
func Accepted(t *grading.T, what, fn string, args ...any) grading.Answer {
	a := t.Call(fn, args...)
	if a.Failed() {
		Fail(t, what, "error: "+a.Err, "a result", "an error where a result exists", RefusesGood)
	}
	return a
}

// Refuses calls a function with an input that has no result, and fails the check, with the mistake, if it returns no error.
func Refuses(t *grading.T, what, mistake, fn string, args ...any) {
	t.CallErr(grading.Failure{Input: fn + ", " + what, Error: "no error", Mistake: mistake}, fn, args...)
}

// Normal draws n standard normal numbers.
func Normal(r *rand.Rand, n int) []float64 { return Gaussian(r, n, 1) }

// Gaussian draws n normal numbers of mean 0 and standard deviation size.
func Gaussian(r *rand.Rand, n int, size float64) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = size * r.NormFloat64()
	}
	return v
}

// Dot is xᵀy; y has at least the length of x.
func Dot(x, y []float64) float64 {
	s := 0.0
	for i := range x {
		s += x[i] * y[i]
	}
	return s
}

// Times is Hx.
func Times(h [][]float64, x []float64) []float64 {
	y := make([]float64, len(h))
	for i := range y {
		y[i] = Dot(h[i], x)
	}
	return y
}

// Add is x + s·y.
func Add(x []float64, s float64, y []float64) []float64 {
	z := make([]float64, len(x))
	for i := range z {
		z[i] = x[i] + s*y[i]
	}
	return z
}

// Scale is s·x.
func Scale(x []float64, s float64) []float64 { return Add(make([]float64, len(x)), s, x) }
