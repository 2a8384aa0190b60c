// Package fouriermask holds the checks of the exercise fourier-mask.
//
// Values are compared with a reference that can make the known mistakes too, on oblong images, where exchanged sides show, and
// on masks without symmetry, where a missing conjugate shows.
package fouriermask

import (
	"time"

	"nncourse/grading"
)

// Exercise is fourier-mask.
var Exercise = grading.Exercise{
	Slug:        "fourier-mask",
	Title:       "A mask on the spectrum",
	Package:     "fouriermask",
	Files:       []string{"fouriermask.go"},
	Imports:     []string{"errors", "fmt", "math", "math/cmplx", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "dft-case", Title: "DFT2 on the cases of the statement", Points: 5, Public: true, Run: dftGiven},
		{ID: "filter-case", Title: "Filter on the case of the statement", Points: 5, Public: true, Run: filterGiven},
		{ID: "objective-case", Title: "Objective on the case of the statement", Points: 8, Public: true, Run: objectiveGiven},
		{ID: "step-case", Title: "Step on the case of the statement", Points: 3, Public: true, Run: stepGiven},
		{ID: "radial-case", Title: "RadialMean on the case of the statement", Points: 5, Public: true, Run: radialGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "dft", Title: "DFT2 of random oblong images, single rows and single pixels", Points: 12, Run: dftRandom},
		{ID: "filter", Title: "Filter by random masks, with and without symmetry", Points: 12, Run: filterRandom},
		{ID: "objective", Title: "Objective and its gradient, on random problems", Points: 22, Run: objectiveRandom},
		{ID: "large", Title: "Objective where eˢ or the softmax leaves float64", Points: 10, Run: objectiveLarge},
		{ID: "step", Title: "Step inside and at the ends of [0, 1]", Points: 4, Run: stepRandom},
		{ID: "radial", Title: "RadialMean on squares, oblongs and lines", Points: 6, Run: radialRandom},
		{ID: "refuses", Title: "Bad arguments are refused, good ones left alone", Points: 8, Run: refuses},
		// ### END HIDDEN TESTS
	},
}
