// Package attention holds the checks of the exercise attention.
//
// Properties come first: weights that sum to 1, a later place that changes nothing before it. Values come second; wrong ones are compared with what
// the known mistakes give.
package attention

import (
	"time"

	"nncourse/grading"
)

// Exercise is attention.
var Exercise = grading.Exercise{
	Slug:        "attention",
	Title:       "Attention",
	Package:     "attention",
	Files:       []string{"attention.go"},
	Imports:     []string{"errors", "fmt", "math", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "attend-case", Title: "Attend on the case of the statement", Points: 10, Public: true, Run: attendGiven},
		{ID: "gradient-case", Title: "Gradient on the case of the statement", Points: 10, Public: true, Run: gradientGiven},
		{ID: "heads-case", Title: "MultiHead on the case of the statement", Points: 8, Public: true, Run: headsGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "attend", Title: "Attend with the mask and without, queries and keys of different numbers", Points: 18, Run: attendRandom},
		{ID: "edges", Title: "One place, equal keys, scores of 10⁵", Points: 8, Run: edges},
		{ID: "gradient", Title: "Gradient with the mask and without", Points: 20, Run: gradientRandom},
		{ID: "heads", Title: "One to three heads", Points: 14, Run: headsRandom},
		{ID: "refuses", Title: "Bad arguments are refused, and good ones stay as they were", Points: 12, Run: refuses},
		// ### END HIDDEN TESTS
	},
}
