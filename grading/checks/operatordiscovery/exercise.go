// Package operatordiscovery holds the checks of the exercise operator-discovery.
//
// The instances are drawn until the known mistakes give other numbers than the right answer: a wrong answer is compared with each of
// theirs. Coefficients are judged times the norms of their columns, so that no term is too small to count.
package operatordiscovery

import (
	"time"

	"nncourse/grading"
)

// Exercise is operator-discovery.
var Exercise = grading.Exercise{
	Slug:        "operator-discovery",
	Title:       "Operator discovery",
	Package:     "operatordiscovery",
	Files:       []string{"operatordiscovery.go"},
	Imports:     []string{"errors", "fmt", "math", "math/bits", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "library-case", Title: "Library on the case of the statement", Points: 6, Public: true, Run: libraryGiven},
		{ID: "fit-case", Title: "LeastSquares on the case of the statement", Points: 5, Public: true, Run: fitGiven},
		{ID: "stlsq-case", Title: "STLSQ on the case of the statement", Points: 7, Public: true, Run: stlsqGiven},
		{ID: "subset-case", Title: "BestSubset on the cases of the statement", Points: 7, Public: true, Run: subsetGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "library", Title: "Library: random dictionaries, one place, one term, zeros", Points: 13, Run: libraryRandom},
		{ID: "fit", Title: "LeastSquares: square, tall, columns of many sizes, columns nearly dependent", Points: 14, Run: fitRandom},
		{ID: "stlsq", Title: "STLSQ: several rounds, few rounds, no round, nothing left", Points: 17, Run: stlsqRandom},
		{ID: "subset", Title: "BestSubset: where greed fails, where λ decides, with no term", Points: 17, Run: subsetRandom},
		{ID: "refuses", Title: "What the statement refuses is refused", Points: 9, Run: refusals},
		{ID: "untouched", Title: "What is passed in stays as it was", Points: 5, Run: untouched},
		// ### END HIDDEN TESTS
	},
}
