// Package chainrule holds the checks of the exercise chain-rule.
//
// Properties come first: the slope of a composition is the product of the slopes of its parts, a gradient is that of
// the value returned beside it, by difference quotients of the student's own function. Values come second. Where a
// result is wrong it is compared with what each known mistake gives for the same input.
package chainrule

import (
	"time"

	"nncourse/grading"
)

// Exercise is chain-rule.
var Exercise = grading.Exercise{
	Slug:        "chain-rule",
	Title:       "The chain rule",
	Package:     "chainrule",
	Files:       []string{"chainrule.go"},
	Imports:     []string{"cmp", "errors", "fmt", "math", "slices", "sort", "strings"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "local-cases", Title: "Local on the cases of the statement", Points: 6, Public: true, Run: localGiven},
		{ID: "chain-case", Title: "Chain on cos(sin x) at 1", Points: 6, Public: true, Run: chainGiven},
		{ID: "gradient-cases", Title: "Gradient on the cases of the statement", Points: 8, Public: true, Run: gradientGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "local", Title: "Local: every operation at random points", Points: 12, Run: locals},
		{ID: "local-edges", Title: "Local: the kink, zeros, far out, an input that is not there", Points: 6, Run: localEdges},
		{ID: "composition", Title: "The slope of a composition is the product of the slopes of its parts", Points: 8, Run: composition},
		{ID: "chain", Title: "Chain: random chains, none, forty operations, a dead unit", Points: 12, Run: chains},
		{ID: "quotients", Title: "Gradient is that of the value beside it, by difference quotients", Points: 10, Run: quotients},
		{ID: "gradient", Title: "Gradient of random computations with values used more than once", Points: 12, Run: gradients},
		{ID: "gradient-edges", Title: "Gradient: no step, variables that are not used, 60 doublings, 2000 steps", Points: 8, Run: gradientEdges},
		{ID: "refuses", Title: "What is unknown, misplaced or not finite is an error", Points: 10, Run: refusesAll},
		{ID: "untouched", Title: "x is left as it was", Points: 2, Run: untouched},
		// ### END HIDDEN TESTS
	},
}
