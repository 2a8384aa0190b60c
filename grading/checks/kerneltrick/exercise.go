// Package kerneltrick holds the checks of the exercise kernel-trick.
//
// A φ is judged by its dot products alone. Where a result is wrong it is compared with what each known mistake would give.
package kerneltrick

import (
	"time"

	"nncourse/grading"
)

// Exercise is kernel-trick.
var Exercise = grading.Exercise{
	Slug:        "kernel-trick",
	Title:       "The kernel trick",
	Package:     "kerneltrick",
	Files:       []string{"kerneltrick.go"},
	Imports:     []string{"cmp", "errors", "fmt", "math", "slices", "sort", "gonum.org/v1/gonum/mat", "gonum.org/v1/gonum/floats"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "kernel-cases", Title: "Kernel, Gram and Distances on the points of the statement", Points: 10, Public: true, Run: kernelsGiven},
		{ID: "perceptron-cases", Title: "IsPSD on 2×2 matrices, Perceptron on XOR", Points: 10, Public: true, Run: perceptronGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "kernel", Title: "Kernel: all kinds, near and far points, small and large numbers", Points: 12, Run: kernelRandom},
		{ID: "features", Title: "Features: φ(x)ᵀφ(z) = (xᵀz + p)²", Points: 12, Run: featuresRandom},
		{ID: "gram", Title: "Gram: k of all pairs", Points: 8, Run: gramRandom},
		{ID: "psd", Title: "IsPSD: random and singular matrices, any units", Points: 14, Run: psdRandom},
		{ID: "distances", Title: "Distances between images", Points: 10, Run: distancesRandom},
		{ID: "perceptron", Title: "Perceptron in the space of φ", Points: 12, Run: perceptronRandom},
		{ID: "refuses", Title: "What does not fit, is not finite, or not symmetric is refused; arguments are left as they were", Points: 12, Run: refuses},
		// ### END HIDDEN TESTS
	},
}
