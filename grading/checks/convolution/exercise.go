// Package convolution holds the checks of the exercise convolution.
//
// Shapes come first, values second; a wrong one is compared with what the known mistakes give.
package convolution

import (
	"time"

	"nncourse/grading"
)

// Exercise is convolution.
var Exercise = grading.Exercise{
	Slug:        "convolution",
	Title:       "Convolution",
	Package:     "convolution",
	Files:       []string{"convolution.go"},
	Imports:     []string{"errors", "fmt", "math", "slices", "gonum.org/v1/gonum/mat", "gonum.org/v1/gonum/floats"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "correlate-case", Title: "Correlate on the case of the statement", Points: 5, Public: true, Run: correlateGiven},
		{ID: "convolve-case", Title: "Convolve on the case of the statement", Points: 5, Public: true, Run: convolveGiven},
		{ID: "circulant-case", Title: "Circulant on the case of the statement", Points: 5, Public: true, Run: circulantGiven},
		{ID: "kernel-case", Title: "KernelGradient on the case of the statement", Points: 5, Public: true, Run: kernelGiven},
		{ID: "input-case", Title: "InputGradient on the case of the statement", Points: 5, Public: true, Run: inputGiven},
		{ID: "receptive-case", Title: "ReceptiveField on the case of the statement", Points: 4, Public: true, Run: receptiveGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "correlate", Title: "Correlate: random pictures, a single place, one row, one column, tiny and huge numbers, the lecture's 51", Points: 12, Run: correlateRandom},
		{ID: "convolve", Title: "Convolve: the same, and the lecture's 6", Points: 12, Run: convolveRandom},
		{ID: "circulant", Title: "Circulant: whole and short kernels, one entry, size one", Points: 12, Run: circulantRandom},
		{ID: "kernel-gradient", Title: "KernelGradient of random pictures, of one place, of one weight", Points: 9, Run: kernelRandom},
		{ID: "input-gradient", Title: "InputGradient of random kernels, of one place, of one weight", Points: 9, Run: inputRandom},
		{ID: "receptive", Title: "ReceptiveField of random stacks, without layers, with long strides", Points: 8, Run: receptiveRandom},
		{ID: "refuses", Title: "Bad shapes, sizes, NaN and overflow are refused", Points: 6, Run: refusesAll},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 3, Run: untouched},
		// ### END HIDDEN TESTS
	},
}
