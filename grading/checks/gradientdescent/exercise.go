// Package gradientdescent holds the checks of the exercise gradient-descent.
//
// Properties come first: how many points there are, where they start, how often the gradient was asked for, that no two
// points share memory. Values come second. A wrong path is compared with the paths that the known mistakes give.
package gradientdescent

import (
	"time"

	"nncourse/grading"
)

// Exercise is gradient-descent.
var Exercise = grading.Exercise{
	Slug:        "gradient-descent",
	Title:       "Gradient descent",
	Package:     "gradientdescent",
	Files:       []string{"gradientdescent.go"},
	Imports:     []string{"cmp", "errors", "fmt", "math", "slices", "sort", "gonum.org/v1/gonum/mat", "gonum.org/v1/gonum/floats"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "descend-case", Title: "Descend on the case of the statement", Points: 8, Public: true, Run: descendGiven},
		{ID: "batch-case", Title: "BatchGradient on the case of the statement", Points: 7, Public: true, Run: batchGiven},
		{ID: "epoch-case", Title: "Epoch on the case of the statement", Points: 7, Public: true, Run: epochGiven},
		{ID: "rate-case", Title: "BestRate on the case of the statement", Points: 3, Public: true, Run: rateGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "descend", Title: "Descend follows quadratic bowls and a loss that is no bowl, point by point", Points: 13, Run: descendRandom},
		{ID: "descend-edges", Title: "Descend: no step, one step, one coordinate, a zero gradient, tiny and huge numbers", Points: 7, Run: descendEdges},
		{ID: "descend-refuses", Title: "Descend refuses bad rates, starts and gradients, and says when it diverged", Points: 7, Run: descendRefuses},
		{ID: "batch", Title: "BatchGradient on random data and batches", Points: 12, Run: batchRandom},
		{ID: "batch-edges", Title: "BatchGradient: all samples, one, one named twice, residual zero, tiny and huge numbers", Points: 6, Run: batchEdges},
		{ID: "batch-refuses", Title: "BatchGradient refuses empty batches, unknown samples, shapes that do not fit, NaN", Points: 5, Run: batchRefuses},
		{ID: "epoch", Title: "Epoch takes a step a batch, in order, each from where the last ended", Points: 12, Run: epochRandom},
		{ID: "epoch-refuses", Title: "Epoch refuses bad sizes, rates and orders", Points: 4, Run: epochRefuses},
		{ID: "best-rate", Title: "BestRate: any number of eigenvalues in any order, tiny and huge", Points: 6, Run: rateRandom},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 3, Run: untouched},
		// ### END HIDDEN TESTS
	},
}
