// Package activationmaximisation holds the checks of the exercise activation-maximisation.
//
// The scores and gradients belong to the grader: a submission sees them through callbacks, which are counted. A wrong result is
// compared with what the known mistakes give.
package activationmaximisation

import (
	"time"

	"nncourse/grading"
)

// Exercise is activation-maximisation.
var Exercise = grading.Exercise{
	Slug:        "activation-maximisation",
	Title:       "Activation maximisation",
	Package:     "activationmaximisation",
	Files:       []string{"activationmaximisation.go"},
	Imports:     []string{"errors", "fmt", "math", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "maximiser-case", Title: "Maximiser on the case of the statement", Points: 4, Public: true, Run: maximiserGiven},
		{ID: "ascend-case", Title: "Ascend on the case of the statement", Points: 6, Public: true, Run: ascendGiven},
		{ID: "shift-case", Title: "Shift on the case of the statement", Points: 4, Public: true, Run: shiftGiven},
		{ID: "variation-case", Title: "TotalVariation on the case of the statement", Points: 5, Public: true, Run: variationGiven},
		{ID: "objective-case", Title: "Objective on the case of the statement", Points: 5, Public: true, Run: objectiveGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "maximiser", Title: "Maximiser of random, tiny and huge weights", Points: 12, Run: maximiserRandom},
		{ID: "ascend", Title: "Ascend, point by point, and to the closed form", Points: 18, Run: ascendRandom},
		{ID: "shift", Title: "Shift both ways, round the border, there and back", Points: 10, Run: shiftRandom},
		{ID: "variation", Title: "TotalVariation's value and gradient, of flat pictures, rows, columns, one pixel", Points: 14, Run: variationRandom},
		{ID: "objective", Title: "Objective and its gradient, with and without shift and penalty", Points: 14, Run: objectiveRandom},
		{ID: "refuses", Title: "Bad arguments and bad gradients are refused", Points: 8, Run: refusals},
		// ### END HIDDEN TESTS
	},
}
