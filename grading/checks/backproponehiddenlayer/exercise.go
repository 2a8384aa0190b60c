// Package backproponehiddenlayer holds the checks of the exercise backprop-one-hidden-layer.
//
// Properties come first: the derivatives must be those of the J returned beside them, by difference quotients. Values
// come second. Where a result is wrong it is compared with what each known mistake gives for the same input.
package backproponehiddenlayer

import (
	"time"

	"nncourse/grading"
)

// Exercise is backprop-one-hidden-layer.
var Exercise = grading.Exercise{
	Slug:        "backprop-one-hidden-layer",
	Title:       "Backpropagation by hand: one hidden layer",
	Package:     "backproponehiddenlayer",
	Files:       []string{"backproponehiddenlayer.go"},
	Imports:     []string{"cmp", "errors", "fmt", "math", "slices", "sort", "gonum.org/v1/gonum/mat", "gonum.org/v1/gonum/floats", "gonum.org/v1/gonum/blas/blas64"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "forward-case", Title: "Forward on the case of the statement", Points: 6, Public: true, Run: forwardGiven},
		{ID: "deltas-case", Title: "Deltas on the case of the statement", Points: 6, Public: true, Run: deltasGiven},
		{ID: "backward-case", Title: "Backward on the case of the statement", Points: 10, Public: true, Run: backwardGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "forward", Title: "Forward on random networks", Points: 10, Run: forwardRandom},
		{ID: "deltas", Title: "Deltas on random signals, at the kink too", Points: 10, Run: deltasRandom},
		{ID: "quotients", Title: "All five derivatives are those of the J beside them, by difference quotients", Points: 14, Run: quotients},
		{ID: "backward", Title: "Backward on random networks of all shapes", Points: 14, Run: backwardRandom},
		{ID: "square", Title: "Backward with D_x = D_h = N_c, where no shape complains", Points: 8, Run: square},
		{ID: "edges", Title: "One of each, all units off, at the kink, ŷ = y, a distribution", Points: 8, Run: edges},
		{ID: "stable", Title: "Scores of ±1000", Points: 6, Run: stable},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 2, Run: untouched},
		{ID: "refuses", Title: "What is empty, does not fit, is not finite or is no distribution is an error", Points: 6, Run: refusesAll},
		// ### END HIDDEN TESTS
	},
}
