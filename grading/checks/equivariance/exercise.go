// Package equivariance holds the checks of the exercise equivariance.
//
// Groups of several kinds, commuting and not, and sets that fail one axiom or more, in every combination that exists. A
// wrong result is compared with what the known mistakes give.
package equivariance

import (
	"time"

	"nncourse/grading"
)

// Exercise is equivariance.
var Exercise = grading.Exercise{
	Slug:        "equivariance",
	Title:       "Equivariance",
	Package:     "equivariance",
	Files:       []string{"equivariance.go"},
	Imports:     []string{"errors", "fmt", "math", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "axioms-case", Title: "Axioms on the cases of the statement", Points: 5, Public: true, Run: axiomsGiven},
		{ID: "features-case", Title: "Features on the case of the statement", Points: 5, Public: true, Run: featuresGiven},
		{ID: "permutation-case", Title: "Permutation on the case of the statement", Points: 5, Public: true, Run: permutationGiven},
		{ID: "symmetrise-case", Title: "Symmetrise on the case of the statement", Points: 5, Public: true, Run: symmetriseGiven},
		{ID: "relabel-case", Title: "Relabel on the case of the statement", Points: 5, Public: true, Run: relabelGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "axioms", Title: "Axioms of groups and of sets that fail one axiom or more", Points: 15, Run: axiomsRandom},
		{ID: "features", Title: "Features over groups and sets; f(gx) is a permutation of f(x)", Points: 14, Run: featuresRandom},
		{ID: "permutation", Title: "Permutation for every element, where the order of a product matters too", Points: 14, Run: permutationRandom},
		{ID: "symmetrise", Title: "Symmetrise any function, with one call for each element", Points: 14, Run: symmetriseRandom},
		{ID: "relabel", Title: "Relabel random matrices, symmetric or not", Points: 8, Run: relabelRandom},
		{ID: "refuses-maps", Title: "Lists that are no maps, and maps that are no group, are refused", Points: 6, Run: refusesMaps},
		{ID: "refuses-rest", Title: "Wrong lengths, NaN and infinity are refused", Points: 5, Run: refusesRest},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 3, Run: untouched},
		// ### END HIDDEN TESTS
	},
}
