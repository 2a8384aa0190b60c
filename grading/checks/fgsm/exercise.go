// Package fgsm holds the checks of the exercise fgsm.
//
// The gradients belong to the grader: a submission sees them through callbacks, which are counted. Properties come first:
// shapes, the ball, the range, how often the gradient was asked for. Values come second; wrong ones are compared with what the
// known mistakes give.
package fgsm

import (
	"time"

	"nncourse/grading"
)

// Exercise is fgsm.
var Exercise = grading.Exercise{
	Slug:        "fgsm",
	Title:       "FGSM and PGD",
	Package:     "fgsm",
	Files:       []string{"fgsm.go"},
	Imports:     []string{"errors", "fmt", "math", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "fgsm-case", Title: "FGSM on the case of the statement", Points: 8, Public: true, Run: fgsmGiven},
		{ID: "project-case", Title: "Project on the case of the statement", Points: 8, Public: true, Run: projectGiven},
		{ID: "pgd-case", Title: "PGD on the case of the statement", Points: 9, Public: true, Run: pgdGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "fgsm", Title: "FGSM with and without target, at the ends of the range, with zeros in the gradient", Points: 14, Run: fgsmRandom},
		{ID: "project", Title: "Project of points outside, inside, on the ball, and of radius 0", Points: 16, Run: projectRandom},
		{ID: "pgd-linf", Title: "PGD in L∞, point by point, with and without target", Points: 15, Run: func(t *grading.T) { pgdRandom(t, "linf") }},
		{ID: "pgd-l2", Title: "PGD in L2, point by point, with and without target", Points: 15, Run: func(t *grading.T) { pgdRandom(t, "l2") }},
		{ID: "edges", Title: "Zero gradients, starts outside, no steps, huge and tiny numbers", Points: 7, Run: edges},
		{ID: "refuses", Title: "Bad arguments and bad gradients are refused", Points: 8, Run: refuses},
		// ### END HIDDEN TESTS
	},
}
