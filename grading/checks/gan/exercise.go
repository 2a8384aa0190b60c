// Package gan holds the checks of the exercise gan.
//
// The reference takes the name of a mistake: a wrong result is compared with what each known mistake gives.
package gan

import (
	"time"

	"nncourse/grading"
)

// Exercise is gan.
var Exercise = grading.Exercise{
	Slug:        "gan",
	Title:       "Generative adversarial network",
	Package:     "gan",
	Files:       []string{"gan.go"},
	Imports:     []string{"errors", "fmt", "math", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "densities-case", Title: "Optimal, Value and JSD on the cases of the statement", Points: 10, Public: true, Run: densitiesGiven},
		{ID: "steps-case", Title: "StepD, StepG and Round on the cases of the statement", Points: 14, Public: true, Run: stepsGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "densities", Title: "Optimal, Value and JSD: random ones, zeros, V = 2 JSD − log 4", Points: 20, Run: densitiesRandom},
		{ID: "discriminator", Title: "StepD on random batches", Points: 12, Run: discriminatorRandom},
		{ID: "generator", Title: "StepG: both losses, sure discriminators", Points: 16, Run: generatorRandom},
		{ID: "round", Title: "Round with k from 1 to 4", Points: 12, Run: roundRandom},
		{ID: "refuses", Title: "Bad arguments; good ones stay as they were", Points: 16, Run: refuses},
		// ### END HIDDEN TESTS
	},
}
