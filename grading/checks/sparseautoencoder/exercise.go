// Package sparseautoencoder holds the checks of the exercise sparse-autoencoder.
//
// The reference takes the name of a mistake: a wrong result is compared with what each known mistake gives.
package sparseautoencoder

import (
	"time"

	"nncourse/grading"
)

// Exercise is sparse-autoencoder.
var Exercise = grading.Exercise{
	Slug:        "sparse-autoencoder",
	Title:       "Sparse autoencoder",
	Package:     "sparseautoencoder",
	Files:       []string{"sparseautoencoder.go"},
	Imports:     []string{"errors", "fmt", "math", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "penalty-case", Title: "Penalty and Slope on the case of the statement", Points: 8, Public: true, Run: penaltyGiven},
		{ID: "loss-case", Title: "Loss on the case of the statement", Points: 6, Public: true, Run: lossGiven},
		{ID: "gradient-case", Title: "Gradient and Step on the case of the statement", Points: 10, Public: true, Run: gradientGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "penalty", Title: "Penalty and Slope: random shares, shares near 0 and 1", Points: 14, Run: penaltyRandom},
		{ID: "loss", Title: "Loss on random networks, with and without penalty and decay", Points: 14, Run: lossRandom},
		{ID: "gradient", Title: "Gradient on random networks", Points: 20, Run: gradientRandom},
		{ID: "step", Title: "Step: new weights, and a smaller loss", Points: 10, Run: stepRandom},
		{ID: "refuses", Title: "Saturated units, bad arguments; good ones stay as they were", Points: 18, Run: refuses},
		// ### END HIDDEN TESTS
	},
}
