// Package softmaxcrossentropy holds the checks of the exercise softmax-cross-entropy.
//
// Properties come first: probabilities sum to 1 and do not see a common shift, the Jacobian is symmetric with rows that
// sum to 0, a gradient is that of the loss returned beside it. Values come second. Where a result is wrong it is
// compared with what each known mistake gives for the same input.
package softmaxcrossentropy

import (
	"time"

	"nncourse/grading"
)

// Exercise is softmax-cross-entropy.
var Exercise = grading.Exercise{
	Slug:        "softmax-cross-entropy",
	Title:       "Softmax and cross entropy",
	Package:     "softmaxcrossentropy",
	Files:       []string{"softmaxcrossentropy.go"},
	Imports:     []string{"cmp", "errors", "fmt", "math", "slices", "sort"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "softmax-cases", Title: "LogSumExp, Softmax, LogSoftmax and Jacobian on the cases of the statement", Points: 10, Public: true, Run: softmaxGiven},
		{ID: "entropy-cases", Title: "CrossEntropy and Batch on the cases of the statement", Points: 10, Public: true, Run: entropyGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "softmax", Title: "Softmax and LogSoftmax: random scores, sum 1, blind to a common shift, order kept", Points: 12, Run: softmaxRandom},
		{ID: "log-sum-exp", Title: "LogSumExp: random scores, between the maximum and the maximum + log K", Points: 8, Run: logSumExpRandom},
		{ID: "stable", Title: "LogSumExp, Softmax, LogSoftmax at ±1000", Points: 12, Run: stable},
		{ID: "jacobian", Title: "Jacobian: symmetric, rows sum to 0, entries right, also at ±1000", Points: 10, Run: jacobian},
		{ID: "entropy", Title: "CrossEntropy: random scores, one-hot and distributions; the gradient is that of the loss", Points: 12, Run: entropyRandom},
		{ID: "entropy-edges", Title: "CrossEntropy: one class, fifty, p = y, ±1000", Points: 7, Run: entropyEdges},
		{ID: "batch", Title: "Batch is the mean of the rows, and so is its gradient", Points: 10, Run: batchRandom},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 3, Run: untouched},
		{ID: "refuses", Title: "What is empty, does not fit, is not finite, no distribution or no label is an error", Points: 6, Run: refusesAll},
		// ### END HIDDEN TESTS
	},
}
