// Package gradientcheck holds the checks of the exercise gradient-check.
//
// The functions under test are made of pieces whose slopes are known on either side, so that right and wrong claims are known
// without measuring. Every wrong answer is compared with the answers that the known mistakes give.
package gradientcheck

import (
	"time"

	"nncourse/grading"
)

// Exercise is gradient-check.
var Exercise = grading.Exercise{
	Slug:        "gradient-check",
	Title:       "Gradient check",
	Package:     "gradientcheck",
	Files:       []string{"gradientcheck.go"},
	Imports:     []string{"cmp", "errors", "fmt", "math", "slices", "sort"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "central-case", Title: "Central on the case of the statement", Points: 6, Public: true, Run: centralGiven},
		{ID: "slope-case", Title: "Slope on the case of the statement", Points: 5, Public: true, Run: slopeGiven},
		{ID: "error-case", Title: "RelError on the case of the statement", Points: 4, Public: true, Run: errorGiven},
		{ID: "check-case", Title: "Check on the case of the statement", Points: 7, Public: true, Run: checkGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "central", Title: "Central: parabolas exactly, others up to h², with 2n values", Points: 12, Run: centralRandom},
		{ID: "central-refuses", Title: "Central refuses bad points, steps and values", Points: 5, Run: centralRefuses},
		{ID: "slope", Title: "Slope along any direction, of any length", Points: 10, Run: slopeRandom},
		{ID: "slope-refuses", Title: "Slope refuses directions that do not fit", Points: 3, Run: slopeRefuses},
		{ID: "error", Title: "RelError: large, small, zero, infinite and NaN entries", Points: 12, Run: errorRandom},
		{ID: "smooth", Title: "Check on smooth functions, gentle, linear and strongly curved", Points: 12, Run: smoothRandom},
		{ID: "kinks", Title: "Check at kinks, convex and concave, with claims inside, at the ends and outside", Points: 12, Run: kinksRandom},
		{ID: "nan-claims", Title: "Check accepts no claim of NaN or infinity", Points: 5, Run: nanClaims},
		{ID: "check-refuses", Title: "Check refuses what does not fit and values that are not finite", Points: 4, Run: checkRefuses},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 3, Run: untouched},
		// ### END HIDDEN TESTS
	},
}
