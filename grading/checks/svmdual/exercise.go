// Package svmdual holds the checks of the exercise svm-dual.
//
// Solve is judged without another solver: α must be feasible, and the duality gap P − D proves how good it is. Where a result is wrong it
// is compared with what each known mistake would give.
package svmdual

import (
	"time"

	"nncourse/grading"
)

// Exercise is svm-dual.
var Exercise = grading.Exercise{
	Slug:        "svm-dual",
	Title:       "The dual of the support vector machine",
	Package:     "svmdual",
	Files:       []string{"svmdual.go"},
	Imports:     []string{"cmp", "errors", "fmt", "math", "slices", "sort", "gonum.org/v1/gonum/mat", "gonum.org/v1/gonum/floats"},
	CallTimeout: 10 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "formulas-cases", Title: "Objective, Recover and Violation on the two points", Points: 10, Public: true, Run: formulasGiven},
		{ID: "solve-cases", Title: "Solve on the two points, with and without a box", Points: 10, Public: true, Run: solveGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "objective", Title: "Objective is D(α) for any α", Points: 8, Run: objectiveRandom},
		{ID: "recover", Title: "Recover gives w, and b from the free points alone", Points: 12, Run: recoverRandom},
		{ID: "violation", Title: "Violation is m − M", Points: 14, Run: violationRandom},
		{ID: "formulas-refuse", Title: "Objective, Recover and Violation refuse what does not fit", Points: 6, Run: formulasRefuse},
		{ID: "solve-hard", Title: "Solve finds the hard margin", Points: 10, Run: solveHard},
		{ID: "solve-soft", Title: "Solve finds the soft margin, for C from 0.01 to 100", Points: 14, Run: solveSoft},
		{ID: "solve-edges", Title: "Solve: equal points with different labels, many coordinates, a small minority, small and large units", Points: 8, Run: solveEdges},
		{ID: "solve-refuses", Title: "Solve refuses what does not fit, C ≤ 0, a missing class", Points: 4, Run: solveRefuses},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 4, Run: untouched},
		// ### END HIDDEN TESTS
	},
}
