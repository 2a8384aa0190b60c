// Package messagepassing holds the checks of the exercise message-passing.
//
// ψ and φ belong to the grader: a submission sees them through callbacks. Wrong numbers are compared with what the known mistakes give.
package messagepassing

import (
	"time"

	"nncourse/grading"
)

// Exercise is message-passing.
var Exercise = grading.Exercise{
	Slug:        "message-passing",
	Title:       "Message passing",
	Package:     "messagepassing",
	Files:       []string{"messagepassing.go"},
	Imports:     []string{"errors", "fmt", "math", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "aggregate-case", Title: "Aggregate on the case of the statement", Points: 8, Public: true, Run: aggregateGiven},
		{ID: "attention-case", Title: "Attention on the case of the statement", Points: 8, Public: true, Run: attentionGiven},
		{ID: "step-case", Title: "Step on the case of the statement", Points: 9, Public: true, Run: stepGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "aggregate", Title: "Aggregate on random groups, negative rows, empty groups", Points: 17, Run: aggregateRandom},
		{ID: "attention", Title: "Attention on random arcs", Points: 14, Run: attentionRandom},
		{ID: "scores", Title: "Attention with huge scores, far apart", Points: 7, Run: hugeScores},
		{ID: "step", Title: "Step on random directed graphs, with sum, mean and maximum", Points: 20, Run: stepRandom},
		{ID: "edges", Title: "No arcs, one node, repeated arcs; arguments stay", Points: 8, Run: edgeCases},
		{ID: "refuses", Title: "Bad arguments and bad functions are refused", Points: 9, Run: refuses},
		// ### END HIDDEN TESTS
	},
}
