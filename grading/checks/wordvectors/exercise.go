// Package wordvectors holds the checks of the exercise word-vectors.
//
// Tables are judged whole, and compared with what the known mistakes give.
package wordvectors

import (
	"time"

	"nncourse/grading"
)

// Exercise is word-vectors.
var Exercise = grading.Exercise{
	Slug:        "word-vectors",
	Title:       "Word vectors",
	Package:     "wordvectors",
	Files:       []string{"wordvectors.go"},
	Imports:     []string{"errors", "fmt", "math", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "count-case", Title: "Cooccurrence on the case of the statement", Points: 6, Public: true, Run: countGiven},
		{ID: "ppmi-case", Title: "PPMI on the case of the statement", Points: 8, Public: true, Run: ppmiGiven},
		{ID: "cosine-case", Title: "Cosine on the lecture's table", Points: 6, Public: true, Run: cosineGiven},
		{ID: "analogy-case", Title: "Analogy on the case of the statement", Points: 8, Public: true, Run: analogyGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "count", Title: "Cooccurrence of random texts, short ones and wide windows", Points: 14, Run: countRandom},
		{ID: "ppmi", Title: "PPMI of tables with zeros, with and without smoothing", Points: 18, Run: ppmiRandom},
		{ID: "cosine", Title: "Cosine of random, opposite, huge and tiny vectors", Points: 10, Run: cosineRandom},
		{ID: "analogy", Title: "Analogies of vectors of very different lengths", Points: 18, Run: analogyRandom},
		{ID: "refuses", Title: "Bad arguments are refused, and good ones stay as they were", Points: 12, Run: refuses},
		// ### END HIDDEN TESTS
	},
}
