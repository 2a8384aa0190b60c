// Package naivebayes holds the checks of the exercise naive-bayes.
//
// A result is judged row by row, a query at a time; a wrong row is compared with what the known mistakes give.
package naivebayes

import (
	"time"

	"nncourse/grading"
)

// Exercise is naive-bayes.
var Exercise = grading.Exercise{
	Slug:        "naive-bayes",
	Title:       "Naive Bayes",
	Package:     "naivebayes",
	Files:       []string{"naivebayes.go"},
	Imports:     []string{"errors", "fmt", "math", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "gaussian-case", Title: "Gaussian on the case of the statement", Points: 8, Public: true, Run: gaussianGiven},
		{ID: "bernoulli-case", Title: "Bernoulli on the case of the statement", Points: 8, Public: true, Run: bernoulliGiven},
		{ID: "multinomial-case", Title: "Multinomial on the case of the statement", Points: 8, Public: true, Run: multinomialGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "gaussian", Title: "Gaussian on classes of unequal size and spread", Points: 16, Run: gaussianRandom},
		{ID: "bernoulli", Title: "Bernoulli on classes of unequal size, with features that a class never shows", Points: 16, Run: bernoulliRandom},
		{ID: "multinomial", Title: "Multinomial on classes of unequal size, with words that a class never shows", Points: 16, Run: multinomialRandom},
		{ID: "long", Title: "Many features, long texts, one class, one example, no features that vary", Points: 14, Run: long},
		{ID: "refuses", Title: "Bad arguments are refused, and good ones stay as they were", Points: 14, Run: refuses},
		// ### END HIDDEN TESTS
	},
}
