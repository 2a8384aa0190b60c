// Package kit is what the checks of many exercises share: how a failure is told, what may be refused, and the few vectors that
// instances are made of.
package kit

import (
	"fmt"
	"math"
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

// Untouched calls a function with an input that has a result, and fails the check, with the mistake, if an argument holds other
// numbers after the call.
func Untouched(t *grading.T, mistake, fn string, args ...any) grading.Answer {
	a := Accepted(t, "a good input", fn, args...)
	for i := range args {
		if a.Changed(i) {
			Fail(t, fn, fmt.Sprintf("after the call, argument %d holds other numbers", i+1), "arguments as they were", "an argument was changed", mistake)
		}
	}
	return a
}

// Near says whether got has want's length and differs from it nowhere by more than tol times want's largest magnitude.
func Near(got, want []float64, tol float64) bool {
	if len(got) != len(want) {
		return false
	}
	size := 0.0
	for _, v := range want {
		size = math.Max(size, math.Abs(v))
	}
	for i, v := range want {
		if !(math.Abs(got[i]-v) <= tol*size) {
			return false
		}
	}
	return true
}

// Judge fails the check unless got is the same as want. would maps the ID of a mistake to what it gives: the first of mistakes
// whose numbers came, and are not the right ones too, is named.
func Judge(t *grading.T, mistakes []grading.Mistake, what string, got, want []float64, same func(a, b []float64) bool, would map[string][]float64) {
	if same(got, want) {
		return
	}
	mistake := ""
	for _, m := range mistakes {
		if v, ok := would[m.ID]; ok && same(got, v) && !same(v, want) {
			mistake = m.ID
			break
		}
	}
	err := "the numbers differ"
	if len(got) != len(want) {
		err = fmt.Sprintf("%d numbers, want %d", len(got), len(want))
	}
	Fail(t, what, got, want, err, mistake)
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

// Zeros makes a matrix of zeros, [rows][columns].
func Zeros(rows, columns int) [][]float64 {
	m := make([][]float64, rows)
	for i := range m {
		m[i] = make([]float64, columns)
	}
	return m
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
