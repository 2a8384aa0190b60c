// Package dropout holds the checks of the exercise dropout.
//
// Masks are judged by statistics, as every right way to draw them passes; the rest by numbers, with masks that are handed
// in. A wrong result is compared with what the known mistakes give.
package dropout

import (
	"time"

	"nncourse/grading"
)

// Exercise is dropout.
var Exercise = grading.Exercise{
	Slug:        "dropout",
	Title:       "Dropout",
	Package:     "dropout",
	Files:       []string{"dropout.go"},
	Imports:     []string{"errors", "fmt", "math", "math/bits", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "forward-case", Title: "Drop on the cases of the statement", Points: 8, Public: true, Run: forwardGiven},
		{ID: "backward-case", Title: "DropGradient on the cases of the statement", Points: 6, Public: true, Run: backwardGiven},
		{ID: "expectation-case", Title: "Expectation on the cases of the statement", Points: 6, Public: true, Run: expectationGiven},
		{ID: "survival-case", Title: "Survival on the case of the statement", Points: 5, Public: true, Run: survivalGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "mask", Title: "Mask keeps the right share, unit by unit", Points: 15, Run: maskStatistics},
		{ID: "forward", Title: "Drop under both rules, for random masks, all, none, one unit, tiny and huge numbers", Points: 15, Run: forwardRandom},
		{ID: "backward", Title: "DropGradient through the mask of the training step", Points: 10, Run: backwardRandom},
		{ID: "expectation", Title: "Expectation of linear and other functions", Points: 15, Run: expectationRandom},
		{ID: "survival", Title: "Survival of one block and of many", Points: 8, Run: survivalRandom},
		{ID: "refuses", Title: "Bad probabilities, masks, lengths, NaN and infinity are refused", Points: 9, Run: refusals},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 3, Run: untouched},
		// ### END HIDDEN TESTS
	},
}
