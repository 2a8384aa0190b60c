// Package capstone holds the checks of the exercise capstone.
//
// A submission hands over the weights of a classifier in a declared architecture; package lib/capstone computes with them. So the grader's
// logits, gradients and attacks are its own: nothing is asked of the submission while it is measured, and there is no gradient to be believed. One
// training (or one saved model) and one measurement serve all hidden checks.
package capstone

import (
	"time"

	"nncourse/grading"
)

// Exercise is capstone.
var Exercise = grading.Exercise{
	Slug:        "capstone",
	Title:       "Capstone: train, attack, defend, explain",
	Package:     "capstone",
	Files:       []string{"capstone.go"},
	Imports:     []string{"cmp", "encoding/json", "errors", "fmt", "math", "math/rand/v2", "slices", "sort"},
	CallTimeout: 60 * time.Second,
	MemoryMB:    512,
	Libraries:   []string{"capstone"},
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "logits-case", Title: "Logits on the cases of the statement", Points: 10, Public: true, Run: logitsGiven},
		{ID: "train-form", Title: "Train gives a model of the declared form, the same for the same arguments", Points: 15, Public: true, Run: trainGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "logits-random", Title: "Logits on random models", Points: 10, Run: logitsRandom},
		{ID: "refuses", Title: "What has no result is refused", Points: 5, Run: refuses},
		{ID: "clean", Title: "Clean accuracy of at least 90 %", Points: 15, Run: clean},
		{ID: "robust", Title: "Robust accuracy of at least 25 %", Points: 15, Run: robust},
		{ID: "robust-strong", Title: "Robust accuracy of at least 45 %", Points: 10, Run: robustStrong},
		{ID: "unmasked", Title: "No masked gradients: the black box is not stronger than the white box", Points: 10, Run: unmasked},
		{ID: "localisation", Title: "The saliency lies on the letter: localisation of at least 60 %", Points: 10, Run: localisation},
		// ### END HIDDEN TESTS
	},
}
