// Package ista holds the checks of the exercise ista.
//
// The reference takes the name of a mistake: a wrong result is compared with what each known mistake gives.
package ista

import (
	"time"

	"nncourse/grading"
)

// Exercise is ista.
var Exercise = grading.Exercise{
	Slug:        "ista",
	Title:       "ISTA and FISTA",
	Package:     "ista",
	Files:       []string{"ista.go"},
	Imports:     []string{"errors", "fmt", "math", "slices", "gonum.org/v1/gonum/mat", "gonum.org/v1/gonum/floats"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "pieces-case", Title: "SoftThreshold, Energy and Lipschitz on the case of the statement", Points: 8, Public: true, Run: piecesGiven},
		{ID: "ista-case", Title: "ISTA on the case of the statement", Points: 8, Public: true, Run: istaGiven},
		{ID: "fista-case", Title: "FISTA on the case of the statement", Points: 8, Public: true, Run: fistaGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "threshold", Title: "SoftThreshold: random vectors, ties, zeros", Points: 10, Run: thresholdRandom},
		{ID: "energy", Title: "Energy on random dictionaries", Points: 8, Run: energyRandom},
		{ID: "lipschitz", Title: "Lipschitz: wide, tall, close singular values, huge and tiny", Points: 10, Run: lipschitzRandom},
		{ID: "ista", Title: "ISTA on random problems", Points: 14, Run: istaRandom},
		{ID: "fista", Title: "FISTA on random problems", Points: 16, Run: fistaRandom},
		{ID: "refuses", Title: "Bad arguments; good ones stay as they were", Points: 18, Run: refuses},
		// ### END HIDDEN TESTS
	},
}
