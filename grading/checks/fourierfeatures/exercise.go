// Package fourierfeatures holds the checks of the exercise fourier-features.
//
// Properties come first: Parseval, the inverse, what a shift leaves alone; values second. Wrong values are compared with what the
// known mistakes give.
package fourierfeatures

import (
	"time"

	"nncourse/grading"
)

// Exercise is fourier-features.
var Exercise = grading.Exercise{
	Slug:        "fourier-features",
	Title:       "Designed features",
	Package:     "fourierfeatures",
	Files:       []string{"fourierfeatures.go"},
	Imports:     []string{"errors", "fmt", "math", "math/cmplx", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "dft-case", Title: "DFT and amplitudes on the case of the statement", Points: 8, Public: true, Run: dftGiven},
		{ID: "keep-case", Title: "The two strongest waves of the case of the statement", Points: 6, Public: true, Run: keepGiven},
		{ID: "haar-case", Title: "Haar forth and back on the case of the statement", Points: 6, Public: true, Run: haarGiven},
		{ID: "mean-case", Title: "The nearest mean on the case of the statement", Points: 6, Public: true, Run: meanGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "dft", Title: "DFT of random signals, even, odd and of one sample", Points: 13, Run: dftRandom},
		{ID: "amplitudes", Title: "Amplitudes of known waves, of random signals, and after a shift", Points: 11, Run: amplitudesRandom},
		{ID: "keep", Title: "The k strongest waves, for every k", Points: 16, Run: keepRandom},
		{ID: "haar", Title: "Haar and its inverse at all levels", Points: 13, Run: haarRandom},
		{ID: "mean", Title: "The nearest mean with features of many units", Points: 11, Run: meanRandom},
		{ID: "refuses", Title: "Bad arguments are refused, good ones not, and nothing is written to", Points: 10, Run: refuses},
		// ### END HIDDEN TESTS
	},
}
