// Package lista holds the checks of the exercise lista.
//
// The reference takes the name of a mistake: a wrong result is compared with what each known mistake gives.
package lista

import (
	"time"

	"nncourse/grading"
)

// Exercise is lista.
var Exercise = grading.Exercise{
	Slug:        "lista",
	Title:       "LISTA",
	Package:     "lista",
	Files:       []string{"lista.go"},
	Imports:     []string{"errors", "fmt", "math", "slices", "gonum.org/v1/gonum/mat", "gonum.org/v1/gonum/floats"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "forward-case", Title: "Start, Encode and Loss on the case of the statement", Points: 10, Public: true, Run: forwardGiven},
		{ID: "gradient-case", Title: "Gradient on the case of the statement", Points: 10, Public: true, Run: gradientGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "start", Title: "Start on random dictionaries", Points: 12, Run: startRandom},
		{ID: "encode", Title: "Encode with random weights, 0 to 5 steps", Points: 14, Run: encodeRandom},
		{ID: "loss", Title: "Loss over random examples", Points: 10, Run: lossRandom},
		{ID: "gradient", Title: "Gradient with random weights, 0 to 5 steps", Points: 26, Run: gradientRandom},
		{ID: "refuses", Title: "Bad arguments; good ones stay as they were", Points: 18, Run: refuses},
		// ### END HIDDEN TESTS
	},
}
