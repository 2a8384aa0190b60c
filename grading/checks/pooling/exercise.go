// Package pooling holds the checks of the exercise pooling.
//
// Shapes come first, values second; a wrong one is compared with what the known mistakes give.
package pooling

import (
	"time"

	"nncourse/grading"
)

// Exercise is pooling.
var Exercise = grading.Exercise{
	Slug:        "pooling",
	Title:       "Pooling",
	Package:     "pooling",
	Files:       []string{"pooling.go"},
	Imports:     []string{"errors", "fmt", "math", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "max-case", Title: "Max on the case of the statement", Points: 4, Public: true, Run: maxGiven},
		{ID: "max-backward-case", Title: "MaxBackward on the cases of the statement", Points: 4, Public: true, Run: maxBackwardGiven},
		{ID: "mean-case", Title: "Mean on the case of the statement", Points: 4, Public: true, Run: meanGiven},
		{ID: "mean-backward-case", Title: "MeanBackward on the case of the statement", Points: 4, Public: true, Run: meanBackwardGiven},
		{ID: "l2-case", Title: "L2 on the case of the statement", Points: 4, Public: true, Run: l2Given},
		{ID: "l2-backward-case", Title: "L2Backward on the case of the statement", Points: 4, Public: true, Run: l2BackwardGiven},
		{ID: "kept-case", Title: "Kept(2)", Points: 4, Public: true, Run: keptGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "max", Title: "Max: random pictures, windows, strides; negative numbers, rows left over, one pixel", Points: 11, Run: maxRandom},
		{ID: "max-backward", Title: "MaxBackward: the same, with ties and overlaps", Points: 12, Run: maxBackwardRandom},
		{ID: "mean", Title: "Mean: the same, with padding", Points: 10, Run: meanRandom},
		{ID: "mean-backward", Title: "MeanBackward: the same", Points: 9, Run: meanBackwardRandom},
		{ID: "l2", Title: "L2: the same, zeros, tiny and huge numbers", Points: 9, Run: l2Random},
		{ID: "l2-backward", Title: "L2Backward: the same, windows of zeros", Points: 9, Run: l2BackwardRandom},
		{ID: "kept", Title: "Kept: windows of 1 to 100", Points: 5, Run: keptRandom},
		{ID: "refuses", Title: "Bad shapes, sizes, NaN and overflow are refused", Points: 5, Run: refusesAll},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 2, Run: untouched},
		// ### END HIDDEN TESTS
	},
}
