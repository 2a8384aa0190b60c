// Package losses holds the checks of the exercise losses.
//
// Properties come first: a gradient must be that of the value returned beside it, by difference quotients of the
// student's own function, and must sum to 0 where there is a softmax. Values come second. Where a result is wrong it is
// compared with what each known mistake gives for the same input.
package losses

import (
	"time"

	"nncourse/grading"
)

// Exercise is losses.
var Exercise = grading.Exercise{
	Slug:        "losses",
	Title:       "The loss table",
	Package:     "losses",
	Files:       []string{"losses.go"},
	Imports:     []string{"cmp", "errors", "fmt", "math", "slices", "sort"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "scores-case", Title: "L1, L2 and Hinge on the first case of the statement", Points: 6, Public: true, Run: scoresGiven},
		{ID: "probabilities-case", Title: "Expectation, RegularisedExpectation, Chebyshev, Tanimoto on the cases of the statement", Points: 6, Public: true, Run: probabilitiesGiven},
		{ID: "logarithms-case", Title: "Log, SquaredLog, CauchySchwarz on the cases of the statement", Points: 6, Public: true, Run: logarithmsGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "gradients", Title: "Each gradient is that of its loss, by difference quotients; with a softmax it sums to 0", Points: 12, Run: gradients},
		{ID: "l1-l2", Title: "L1 and L2: random, at the kink, tiny and huge", Points: 7, Run: l1l2},
		{ID: "hinge", Title: "Hinge: powers 1, 2, 3, on either side of the corner and at it", Points: 9, Run: hinge},
		{ID: "expectation", Title: "Expectation and RegularisedExpectation on random points, one-hot and not", Points: 9, Run: expectation},
		{ID: "chebyshev", Title: "Chebyshev: the worst class, whichever side it is off", Points: 7, Run: chebyshev},
		{ID: "logs", Title: "Log and SquaredLog on random points, one-hot and not", Points: 9, Run: logs},
		{ID: "tanimoto", Title: "Tanimoto on random points, one-hot and not", Points: 6, Run: tanimoto},
		{ID: "cauchy-schwarz", Title: "CauchySchwarz on random points, one-hot and not", Points: 6, Run: cauchySchwarz},
		{ID: "edges", Title: "One class, two, fifty; all scores equal; σ = y", Points: 5, Run: edges},
		{ID: "stable", Title: "All with a softmax at scores of ±1000", Points: 6, Run: stable},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 2, Run: untouched},
		{ID: "refuses", Title: "What is empty, does not fit, is not finite or is no distribution is an error", Points: 4, Run: refusesAll},
		// ### END HIDDEN TESTS
	},
}
