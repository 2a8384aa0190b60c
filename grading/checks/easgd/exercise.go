// Package easgd holds the checks of the exercise easgd.
//
// Properties come first: shapes, where a path starts, which worker's gradient was asked for when, that no two rows share memory. Values
// come second; wrong ones are compared with what the known mistakes give.
package easgd

import (
	"time"

	"nncourse/grading"
)

// Exercise is easgd.
var Exercise = grading.Exercise{
	Slug:        "easgd",
	Title:       "Elastic averaging SGD",
	Package:     "easgd",
	Files:       []string{"easgd.go"},
	Imports:     []string{"errors", "fmt", "math", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "meet-case", Title: "Meet on the case of the statement", Points: 5, Public: true, Run: meetGiven},
		{ID: "sync-case", Title: "SyncStep on the case of the statement", Points: 6, Public: true, Run: syncGiven},
		{ID: "elastic-case", Title: "Elastic on the two cases of the statement", Points: 10, Public: true, Run: elasticGiven},
		{ID: "downpour-case", Title: "Downpour on the case of the statement", Points: 6, Public: true, Run: downpourGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "meet", Title: "Meet: what one loses the other gains; any α, tiny and huge numbers", Points: 10, Run: meetRandom},
		{ID: "sync", Title: "SyncStep of one to five workers, without springs, without slope, tiny and huge numbers", Points: 14, Run: syncRandom},
		{ID: "elastic", Title: "Elastic without momentum, any period, one worker, no steps, no springs", Points: 14, Run: elasticRandom},
		{ID: "momentum", Title: "Elastic with momentum", Points: 10, Run: momentumRandom},
		{ID: "downpour", Title: "Downpour, any period, one worker, no steps, and thrown over the valley", Points: 12, Run: downpourRandom},
		{ID: "refuses", Title: "Bad rates, counts and shapes, NaN and overflow are refused", Points: 10, Run: refusals},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 3, Run: untouched},
		// ### END HIDDEN TESTS
	},
}
