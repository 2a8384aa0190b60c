// Package sample holds a tiny exercise, whole with its harness, solution and variants, on which the grader's own tests
// run. It also shows the least that an exercise consists of.
package sample

import (
	"fmt"
	"math"
	"path/filepath"
	"runtime"
	"time"

	"nncourse/grading"
)

// Tree gives the folder in which the exercise's folders lie, as they do in the course's root.
func Tree() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "testdata")
}

// Root gives the course's root, from the place of this file.
func Root() string { return filepath.Join(Tree(), "..", "..", "..", "..") }

// Exercise is the sample.
var Exercise = grading.Exercise{
	Slug: "sample", Title: "Three small functions", Package: "sample",
	Files:   []string{"sample.go"},
	Imports: []string{"errors", "fmt", "math", "slices"},
	Checks: []grading.Check{
		{ID: "scale-statement", Title: "Scale on the statement's case", Points: 2, Public: true, Run: scaleStatement},
		{ID: "scale", Title: "Scale multiplies, and leaves its argument", Points: 3, Run: scale},
		{ID: "dot", Title: "Dot is the inner product", Points: 3, Run: dot},
		{ID: "dot-length", Title: "Dot refuses vectors of two lengths", Points: 1, Run: dotLength},
		{ID: "minimum", Title: "Minimum descends to the minimum of a quadratic", Points: 3, Run: minimum},
	},
	Mistakes: []grading.Mistake{
		{ID: "scale-adds", Cause: "c is added to each entry instead of multiplied", Hint: "what is 0 times a vector?"},
		{ID: "scale-in-place", Cause: "the argument's own memory is written", Hint: "make a new slice for the result"},
		{ID: "dot-skips-last", Cause: "the last product is left out", Hint: "with one entry, how often does your loop run?"},
		{ID: "dot-ignores-length", Cause: "the lengths are not compared", Hint: "what is the inner product of a 2-vector and a 3-vector?"},
		{ID: "ascends", Cause: "the step goes up the gradient", Hint: "which sign makes f smaller?"},
		{ID: "one-step", Cause: "the loop takes one step only", Hint: "count the calls of the gradient"},
		{ID: "nan-passes", Cause: "NaN is taken for a factor", Hint: "the statement says what is refused"},
	},
	CallTimeout: 5 * time.Second,
	MemoryMB:    300,
}

// Open gives the sample with imports that reach everywhere, so that attacks get past the static gate to the sandbox.
func Open() *grading.Exercise {
	e := Exercise
	e.Imports = []string{"bufio", "encoding/binary", "encoding/json", "errors", "fmt", "io", "math", "net", "os", "os/exec", "os/signal",
		"path/filepath", "runtime", "runtime/debug", "slices", "strconv", "strings", "sync", "syscall", "time"}
	return &e
}

func scaleStatement(t *grading.T) {
	got := t.CallOK("Scale", []float64{1, -2}, 3.0).Floats(0)
	if want := []float64{3, -6}; !grading.CloseSlice(got, want, 1e-12) {
		t.Fail(grading.Failure{Computed: grading.Show(got), Expected: grading.Show(want), Error: "wrong entries",
			Mistake: t.Mistaken(got, want, 1e-12, map[string]any{"scale-adds": []float64{4, 1}})})
	}
}

func random(t *grading.T, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = t.Rand.NormFloat64()
	}
	return v
}

func scale(t *grading.T) {
	for _, n := range []int{0, 1, 2, 7} {
		v, c := random(t, n), t.Rand.NormFloat64()
		want, adds := make([]float64, n), make([]float64, n)
		for i := range v {
			want[i], adds[i] = c*v[i], c+v[i]
		}
		a := t.CallOK("Scale", v, c)
		if a.Changed(0) {
			t.Fail(grading.Failure{Computed: "the argument is changed", Expected: "the argument as it was", Mistake: "scale-in-place"})
		}
		if got := a.Floats(0); !grading.CloseSlice(got, want, 1e-12) {
			t.Fail(grading.Failure{Computed: grading.Show(got), Expected: grading.Show(want), Error: "wrong entries",
				Mistake: t.Mistaken(got, want, 1e-12, map[string]any{"scale-adds": adds})})
		}
	}
	t.CallErr(grading.Failure{Mistake: "nan-passes"}, "Scale", []float64{1}, math.NaN())
}

func dot(t *grading.T) {
	for _, n := range []int{1, 2, 9} {
		a, b := random(t, n), random(t, n)
		want := 0.0
		for i := range a {
			want += a[i] * b[i]
		}
		got := t.CallOK("Dot", a, b).Float(0)
		if !grading.Close(got, want, 1e-12) {
			t.Fail(grading.Failure{Computed: grading.Show(got), Expected: grading.Show(want), Error: fmt.Sprintf("off by %.3g", math.Abs(got-want)),
				Mistake: t.Mistaken(got, want, 1e-12, map[string]any{"dot-skips-last": want - a[n-1]*b[n-1]})})
		}
	}
}

func dotLength(t *grading.T) {
	// A stub refuses everything: a refusal counts only beside a case that has a result.
	t.CallOK("Dot", []float64{1, 2}, []float64{3, 4})
	t.CallErr(grading.Failure{Mistake: "dot-ignores-length"}, "Dot", []float64{1, 2}, []float64{1, 2, 3})
}

func minimum(t *grading.T) {
	// f(x) = ½‖x − m‖², ∇f(x) = x − m; a step of ½ halves the distance.
	m, x0 := random(t, 3), random(t, 3)
	grad := t.VectorFunc(3, func(x []float64) []float64 {
		g := make([]float64, 3)
		for i := range g {
			g[i] = x[i] - m[i]
		}
		return g
	})
	at := func(factor float64) []float64 {
		x := make([]float64, 3)
		for i := range x {
			x[i] = m[i] + factor*(x0[i]-m[i])
		}
		return x
	}
	t.SetCallbackBudget(100)
	got := t.CallOK("Minimum", grad, x0, 0.5, 20).Vector(0, 3)
	if want := at(math.Pow(0.5, 20)); !grading.CloseSlice(got, want, 1e-9) {
		t.Fail(grading.Failure{Computed: grading.Show(got), Expected: grading.Show(want), Error: "not the point after 20 steps",
			Mistake: t.Mistaken(got, want, 1e-9, map[string]any{"ascends": at(math.Pow(1.5, 20)), "one-step": at(0.5)})})
	}
	if n := t.CallbackCount(); n > 21 {
		t.Failf("20 steps took %d gradients", n)
	}
}
