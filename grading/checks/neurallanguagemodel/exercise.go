// Package neurallanguagemodel holds the checks of the exercise neural-language-model.
//
// Properties come first: a gradient that sums to 0 over the biases, rows of tokens that occur in no context. Values come second; wrong ones are
// compared with what the known mistakes give.
package neurallanguagemodel

import (
	"time"

	"nncourse/grading"
)

// Exercise is neural-language-model.
var Exercise = grading.Exercise{
	Slug:        "neural-language-model",
	Title:       "Neural language model",
	Package:     "neurallanguagemodel",
	Files:       []string{"neurallanguagemodel.go"},
	Imports:     []string{"cmp", "errors", "fmt", "math", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "logits-case", Title: "Logits on the cases of the statement", Points: 6, Public: true, Run: logitsGiven},
		{ID: "loss-case", Title: "Loss on the cases of the statement", Points: 6, Public: true, Run: lossGiven},
		{ID: "gradient-case", Title: "Gradient on the cases of the statement", Points: 8, Public: true, Run: gradientGiven},
		{ID: "sample-case", Title: "Sample on the case of the statement", Points: 6, Public: true, Run: sampleGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "logits", Title: "Logits of models of all sizes", Points: 10, Run: logitsRandom},
		{ID: "loss", Title: "Loss and perplexity of texts", Points: 14, Run: lossRandom},
		{ID: "gradient", Title: "Gradient, with tokens that occur more than once", Points: 20, Run: gradientRandom},
		{ID: "sample", Title: "Sample: temperature, top k, equals, u at the ends", Points: 16, Run: sampleRandom},
		{ID: "refuses", Title: "Bad arguments are refused, and good ones stay as they were", Points: 14, Run: refuses},
		// ### END HIDDEN TESTS
	},
}
