// Package implicitregularisation holds the checks of the exercise implicit-regularisation.
//
// Properties come first: shapes, where a path starts, how often the gradient was asked for, that no two points share memory.
// Values come second; a wrong one is compared with what the known mistakes give.
package implicitregularisation

import (
	"time"

	"nncourse/grading"
)

// Exercise is implicit-regularisation.
var Exercise = grading.Exercise{
	Slug:        "implicit-regularisation",
	Title:       "Implicit regularisation",
	Package:     "implicitregularisation",
	Files:       []string{"implicitregularisation.go"},
	Imports:     []string{"errors", "fmt", "math", "slices", "sort", "gonum.org/v1/gonum/mat", "gonum.org/v1/gonum/floats"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "modified-case", Title: "ModifiedGradient on the case of the statement", Points: 7, Public: true, Run: modifiedGiven},
		{ID: "penalties-case", Title: "Penalties on the case of the statement", Points: 6, Public: true, Run: penaltiesGiven},
		{ID: "flow-case", Title: "Flow on the case of the statement", Points: 6, Public: true, Run: flowGiven},
		{ID: "epoch-case", Title: "EpochMean on the case of the statement", Points: 6, Public: true, Run: epochGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "modified", Title: "ModifiedGradient on bowls and on losses that are none, one weight, a flat place, tiny and huge numbers", Points: 14, Run: modifiedRandom},
		{ID: "modified-refuses", Title: "ModifiedGradient refuses bad rates, shapes and NaN", Points: 5, Run: modifiedRefuses},
		{ID: "penalties", Title: "Penalties of random minibatches, of one, of equal ones, tiny and huge", Points: 12, Run: penaltiesRandom},
		{ID: "penalties-refuses", Title: "Penalties refuses bad rates, shapes and NaN", Points: 4, Run: penaltiesRefuses},
		{ID: "flow", Title: "Flow point by point, on bowls and others, one step, no time, long steps", Points: 14, Run: flowRandom},
		{ID: "flow-refuses", Title: "Flow refuses bad times, starts and gradients, and says when it diverged", Points: 5, Run: flowRefuses},
		{ID: "epoch", Title: "EpochMean over all orders of one to seven samples", Points: 14, Run: epochRandom},
		{ID: "epoch-refuses", Title: "EpochMean refuses too many samples, bad rates, shapes and NaN", Points: 4, Run: epochRefuses},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 3, Run: untouched},
		// ### END HIDDEN TESTS
	},
}
