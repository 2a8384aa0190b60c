// Package perceptron holds the checks of the exercise perceptron.
//
// The numbers are whole, or whole multiples of a power of two, so that every sum is exact and a point on the hyperplane
// is on it for everybody. Where a result is wrong it is compared with what each known mistake would give.
package perceptron

import (
	"time"

	"nncourse/grading"
)

// Exercise is perceptron.
var Exercise = grading.Exercise{
	Slug:        "perceptron",
	Title:       "The perceptron",
	Package:     "perceptron",
	Files:       []string{"perceptron.go"},
	Imports:     []string{"cmp", "errors", "fmt", "math", "slices", "sort", "gonum.org/v1/gonum/mat", "gonum.org/v1/gonum/floats"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "train-cases", Title: "Train on two points, AND and XOR", Points: 12, Public: true, Run: trainGiven},
		{ID: "loss-bound-cases", Title: "Loss and Bound on the two points", Points: 8, Public: true, Run: lossBoundGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "train", Title: "Train separates random separable points, and ends when it has", Points: 16, Run: trainSeparable},
		{ID: "train-limit", Title: "Train takes no more epochs than asked; points that are not separable", Points: 10, Run: trainLimit},
		{ID: "train-edges", Title: "Train: points on the hyperplane, one point, one class, no epoch, small and large numbers", Points: 12, Run: trainEdges},
		{ID: "train-refuses", Title: "Train refuses what does not fit or is not finite, and labels other than ±1", Points: 8, Run: trainRefuses},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 4, Run: untouched},
		{ID: "loss", Title: "Loss is the mean of max(0, −yf)", Points: 12, Run: lossRandom},
		{ID: "bound", Title: "Bound is (R/γ)² with the bias as a weight", Points: 12, Run: boundRandom},
		{ID: "refuses", Title: "Loss and Bound refuse what does not fit; Bound refuses what does not separate", Points: 6, Run: refuses},
		// ### END HIDDEN TESTS
	},
}
