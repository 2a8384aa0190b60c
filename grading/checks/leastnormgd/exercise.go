// Package leastnormgd holds the checks of the exercise least-norm-gd.
//
// Properties come first: a result must solve the system, lie in the row space, keep the start's part in null(A).
// Values come second. Where a result is wrong it is compared with what each known mistake would give.
package leastnormgd

import (
	"time"

	"nncourse/grading"
)

// Exercise is least-norm-gd.
var Exercise = grading.Exercise{
	Slug:        "least-norm-gd",
	Title:       "Least norm by gradient descent",
	Package:     "leastnormgd",
	Files:       []string{"leastnormgd.go"},
	Imports:     []string{"cmp", "errors", "fmt", "math", "slices", "sort", "gonum.org/v1/gonum/mat", "gonum.org/v1/gonum/floats", "gonum.org/v1/gonum/blas/blas64"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "least-norm-cases", Title: "LeastNorm on the two cases of the statement", Points: 8, Public: true, Run: leastNormGiven},
		{ID: "descent-cases", Title: "GradientDescent on the two cases of the statement", Points: 8, Public: true, Run: descentGiven},
		{ID: "limit-cases", Title: "StepLimit and Limit on the two cases of the statement", Points: 4, Public: true, Run: limitGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "least-norm", Title: "LeastNorm solves random wide systems, with nothing in null(A)", Points: 12, Run: leastNormRandom},
		{ID: "least-norm-edges", Title: "LeastNorm: square, one row, one entry, κ = 10⁴, entries of 10⁻⁶⁰ and 10⁶⁰", Points: 10, Run: leastNormEdges},
		{ID: "least-norm-refuses", Title: "LeastNorm refuses what has no full row rank, does not fit, or is not finite", Points: 8, Run: leastNormRefuses},
		{ID: "step-limit", Title: "StepLimit is 2/σ₁² for every shape, rank and unit", Points: 8, Run: stepLimit},
		{ID: "descent-square", Title: "GradientDescent on square systems", Points: 4, Run: descentSquare},
		{ID: "descent", Title: "GradientDescent takes the steps asked for, and ends at V₂V₂ᵀx₀ + A⁺b", Points: 10, Run: descentRandom},
		{ID: "descent-edges", Title: "GradientDescent: no step, x₀ = 0, x₀ in null(A), tall, deficient, zero, tiny and huge A", Points: 6, Run: descentEdges},
		{ID: "descent-refuses", Title: "GradientDescent refuses steps outside (0, 2/σ₁²) and what does not fit", Points: 7, Run: descentRefuses},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 5, Run: untouched},
		{ID: "limit", Title: "Limit is V₂V₂ᵀx₀ + x_ln", Points: 10, Run: limitRandom},
		// ### END HIDDEN TESTS
	},
}
