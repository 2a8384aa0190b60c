// Package vae holds the checks of the exercise vae.
//
// The reference takes the name of a mistake: a wrong result is compared with what each known mistake gives.
package vae

import (
	"time"

	"nncourse/grading"
)

// Exercise is vae.
var Exercise = grading.Exercise{
	Slug:        "vae",
	Title:       "Variational autoencoder",
	Package:     "vae",
	Files:       []string{"vae.go"},
	Imports:     []string{"errors", "fmt", "math", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "code-case", Title: "KL, Reparameterise and Score on the cases of the statement", Points: 10, Public: true, Run: codeGiven},
		{ID: "elbo-case", Title: "ELBO on the case of the statement", Points: 6, Public: true, Run: elboGiven},
		{ID: "gradient-case", Title: "Gradient on the case of the statement", Points: 8, Public: true, Run: gradientGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "code", Title: "KL and Reparameterise: random, narrow and wide distributions", Points: 12, Run: codeRandom},
		{ID: "score", Title: "Score on random numbers", Points: 8, Run: scoreRandom},
		{ID: "elbo", Title: "ELBO of random batches, and of saturated pixels", Points: 16, Run: elboRandom},
		{ID: "gradient", Title: "Gradient on random batches, and at saturated pixels", Points: 24, Run: gradientRandom},
		{ID: "refuses", Title: "Bad arguments; good ones stay as they were", Points: 16, Run: refuses},
		// ### END HIDDEN TESTS
	},
}
