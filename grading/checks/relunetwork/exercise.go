// Package relunetwork holds the checks of the exercise relu-network.
//
// Where a result is wrong it is compared with what each known mistake gives for the same network. The interpolant, whose weights are
// free, is judged as a function.
package relunetwork

import (
	"time"

	"nncourse/grading"
)

// Exercise is relu-network.
var Exercise = grading.Exercise{
	Slug:        "relu-network",
	Title:       "A ReLU network on the line",
	Package:     "relunetwork",
	Files:       []string{"relunetwork.go"},
	Imports:     []string{"cmp", "errors", "fmt", "math", "slices", "sort"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    256,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "network-cases", Title: "Network on the two cases of the statement", Points: 6, Public: true, Run: networkGiven},
		{ID: "pieces-cases", Title: "Breakpoints and Slopes on the two cases of the statement", Points: 12, Public: true, Run: piecesGiven},
		{ID: "interpolant-cases", Title: "Interpolant on the hat of the statement", Points: 6, Public: true, Run: interpolantGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "network", Title: "Network on random units and points, none and one among them", Points: 10, Run: networkRandom},
		{ID: "breakpoints", Title: "Breakpoints of random units, in any order, of tiny and huge weights", Points: 12, Run: breakpointsRandom},
		{ID: "breakpoints-edges", Title: "Breakpoints: kinks that coincide or cancel, units without w or v", Points: 14, Run: breakpointsEdges},
		{ID: "slopes", Title: "Slopes of random units, and where kinks coincide or cancel", Points: 14, Run: slopesRandom},
		{ID: "interpolant", Title: "Interpolant goes through random points, straight between them and level outside", Points: 14, Run: interpolantRandom},
		{ID: "refuses", Title: "What does not fit, does not ascend, or is not finite is refused; arguments stay as they were", Points: 12, Run: refuses},
		// ### END HIDDEN TESTS
	},
}
