// Package backpropdeep holds the checks of the exercise backprop-deep.
//
// Properties come first: the gradient must be that of the risk returned beside it, by difference quotients, and
// training must be steps along it. Values come second. Where a result is wrong it is compared with what each known
// mistake gives for the same input.
package backpropdeep

import (
	"time"

	"nncourse/grading"
)

// Exercise is backprop-deep.
var Exercise = grading.Exercise{
	Slug:        "backprop-deep",
	Title:       "Backpropagation through any number of layers",
	Package:     "backpropdeep",
	Files:       []string{"backpropdeep.go"},
	Imports:     []string{"cmp", "errors", "fmt", "math", "slices", "sort", "gonum.org/v1/gonum/mat", "gonum.org/v1/gonum/floats", "gonum.org/v1/gonum/blas/blas64"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "passes-case", Title: "Forward and Deltas on the case of the statement", Points: 8, Public: true, Run: passesGiven},
		{ID: "gradient-case", Title: "Gradient on the case of the statement", Points: 8, Public: true, Run: gradientGiven},
		{ID: "train-case", Title: "Train on the case of the statement", Points: 6, Public: true, Run: trainGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "forward", Title: "Forward on random networks of 1 to 6 layers, every activation", Points: 10, Run: forwardRandom},
		{ID: "deltas", Title: "Deltas on random networks of 1 to 6 layers, every activation", Points: 12, Run: deltasRandom},
		{ID: "quotients", Title: "The gradient is that of the risk beside it, by difference quotients", Points: 12, Run: quotients},
		{ID: "gradient", Title: "Gradient on random networks and samples", Points: 12, Run: gradientRandom},
		{ID: "square", Title: "Layers of one width, where no shape complains", Points: 6, Run: square},
		{ID: "edges", Title: "One weight, twenty layers, a dead layer, no error, a ±1000", Points: 8, Run: edges},
		{ID: "train", Title: "Train takes the steps asked for, along the gradient", Points: 10, Run: trainRandom},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 3, Run: untouched},
		{ID: "refuses", Title: "What is empty, does not fit, is unknown or not finite is an error", Points: 5, Run: refusesAll},
		// ### END HIDDEN TESTS
	},
}
