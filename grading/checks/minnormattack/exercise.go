// Package minnormattack holds the checks of the exercise min-norm-attack.
//
// Properties come first: where x + r lies, how long r is against the optimum, whether the answer is another. They
// determine r in L2; in L∞ they leave the entries with wᵢ = 0 free, as the statement does. Values only name the likely cause.
package minnormattack

import (
	"time"

	"nncourse/grading"
)

// Exercise is min-norm-attack.
var Exercise = grading.Exercise{
	Slug:        "min-norm-attack",
	Title:       "Minimum-norm attacks",
	Package:     "minnormattack",
	Files:       []string{"minnormattack.go"},
	Imports:     []string{"errors", "fmt", "math", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "l2-case", Title: "MinL2 on the cases of the statement", Points: 6, Public: true, Run: l2Given},
		{ID: "inf-case", Title: "MinInf on the case of the statement", Points: 6, Public: true, Run: infGiven},
		{ID: "max-case", Title: "MaxAllowable on the cases of the statement", Points: 6, Public: true, Run: maxGiven},
		{ID: "classes-case", Title: "OneVsAll on the five classes of the statement", Points: 7, Public: true, Run: classesGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "l2", Title: "MinL2 from both sides: on the boundary, no longer than the optimum, beyond it with an overshoot; tiny and huge weights", Points: 14, Run: func(t *grading.T) { minRandom(t, "MinL2") }},
		{ID: "l2-refuses", Title: "MinL2 refuses weights of zero, bad shapes, overshoots and NaN", Points: 5, Run: func(t *grading.T) { minRefuses(t, "MinL2") }},
		{ID: "inf", Title: "MinInf from both sides, with zeros among the weights, tiny and huge weights", Points: 14, Run: func(t *grading.T) { minRandom(t, "MinInf") }},
		{ID: "inf-refuses", Title: "MinInf refuses weights of zero, bad shapes, overshoots and NaN", Points: 4, Run: func(t *grading.T) { minRefuses(t, "MinInf") }},
		{ID: "max", Title: "MaxAllowable from both sides, below, at and above what is enough", Points: 10, Run: maxRandom},
		{ID: "max-refuses", Title: "MaxAllowable refuses what has no answer", Points: 4, Run: maxRefuses},
		{ID: "classes", Title: "OneVsAll against the nearest of all boundaries, in both norms; ties and equal weights", Points: 16, Run: classesRandom},
		{ID: "classes-refuses", Title: "OneVsAll refuses a single class, equal weights, bad shapes and NaN", Points: 5, Run: classesRefuses},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 3, Run: untouched},
		// ### END HIDDEN TESTS
	},
}
