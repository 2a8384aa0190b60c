// Package momentum holds the checks of the exercise momentum.
//
// Properties come first: how many points, where a path starts, how often the gradient was asked for, that a result shares no memory with an
// argument. Values come second; a wrong one is compared with what the known mistakes give.
package momentum

import (
	"time"

	"nncourse/grading"
)

// Exercise is momentum.
var Exercise = grading.Exercise{
	Slug:        "momentum",
	Title:       "Momentum",
	Package:     "momentum",
	Files:       []string{"momentum.go"},
	Imports:     []string{"errors", "fmt", "math", "slices", "sort", "gonum.org/v1/gonum/mat", "gonum.org/v1/gonum/floats"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "heavy-case", Title: "HeavyBall on the case of the statement", Points: 7, Public: true, Run: heavyGiven},
		{ID: "nesterov-case", Title: "Nesterov on the case of the statement", Points: 7, Public: true, Run: nesterovGiven},
		{ID: "limits-case", Title: "Limits for the eigenvalues 1 and 4", Points: 5, Public: true, Run: limitsGiven},
		{ID: "best-case", Title: "BestHeavyBall for the eigenvalues 1 and 4", Points: 6, Public: true, Run: bestGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "heavy", Title: "HeavyBall point by point on bowls and on a loss that is none", Points: 12, Run: heavyRandom},
		{ID: "heavy-edges", Title: "HeavyBall without steps, without momentum, with a great one, on a slope, with tiny and huge numbers", Points: 8, Run: heavyEdges},
		{ID: "heavy-refuses", Title: "HeavyBall refuses bad rates, momenta, starts and gradients, and says when it diverged", Points: 4, Run: heavyRefuses},
		{ID: "nesterov", Title: "Nesterov point by point on bowls and on a loss that is none", Points: 12, Run: nesterovRandom},
		{ID: "nesterov-edges", Title: "Nesterov without steps, without momentum, with a great one, on a slope, with tiny and huge numbers", Points: 8, Run: nesterovEdges},
		{ID: "nesterov-refuses", Title: "Nesterov refuses bad rates, momenta, starts and gradients, and says when it diverged", Points: 4, Run: nesterovRefuses},
		{ID: "limits", Title: "Limits of random spectra, of one eigenvalue, tiny and huge, and what it refuses", Points: 11, Run: limitsRandom},
		{ID: "best", Title: "BestHeavyBall of random spectra, of one eigenvalue, tiny and huge, and what it refuses", Points: 13, Run: bestRandom},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 3, Run: untouched},
		// ### END HIDDEN TESTS
	},
}
