// Package schedules holds the checks of the exercise schedules.
//
// Each list of rates is compared with the formula, entry by entry, and if it differs with the lists that the known mistakes give. The
// Hessians are made from chosen eigenvalues by reflections, so that the limit is known without an eigenvalue solver.
package schedules

import (
	"time"

	"nncourse/grading"
)

// Exercise is schedules.
var Exercise = grading.Exercise{
	Slug:        "schedules",
	Title:       "Schedules",
	Package:     "schedules",
	Files:       []string{"schedules.go"},
	Imports:     []string{"cmp", "errors", "fmt", "math", "slices", "sort", "gonum.org/v1/gonum/mat", "gonum.org/v1/gonum/floats"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "rates-case", Title: "The four schedules on the cases of the statement", Points: 10, Public: true, Run: ratesGiven},
		{ID: "warm-up-case", Title: "WarmUp on the case of the statement", Points: 4, Public: true, Run: warmUpGiven},
		{ID: "limit-case", Title: "StepLimit on the case of the statement", Points: 4, Public: true, Run: limitGiven},
		{ID: "descend-case", Title: "Descend on the case of the statement", Points: 5, Public: true, Run: descendGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "step-decay", Title: "StepDecay falls once in every so many steps", Points: 8, Run: stepDecay},
		{ID: "exponential", Title: "Exponential, down to the smallest numbers", Points: 6, Run: exponential},
		{ID: "cosine", Title: "Cosine: half a wave, then its end", Points: 10, Run: cosine},
		{ID: "inverse", Title: "Inverse, with any scale", Points: 6, Run: inverse},
		{ID: "warm-up", Title: "WarmUp comes before the schedule, of any kind", Points: 9, Run: warmUp},
		{ID: "limit", Title: "StepLimit of random Hessians, definite and not", Points: 12, Run: limit},
		{ID: "limit-edges", Title: "StepLimit: one entry, no curvature, eigenvalues that lie close, tiny and huge", Points: 8, Run: limitEdges},
		{ID: "descend", Title: "Descend takes each step at its own rate", Points: 8, Run: descendRandom},
		{ID: "refuses", Title: "What the statement's table lists is refused", Points: 7, Run: refuse},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 3, Run: untouched},
		// ### END HIDDEN TESTS
	},
}
