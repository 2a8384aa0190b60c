// Package capstone holds the checks of the exercise capstone.
//
// A submission hands over the weights of a classifier in a declared architecture; package lib/capstone computes with them. So the grader's
// logits, gradients and attacks are its own: nothing is asked of the submission while it is measured, and there is no gradient to be believed. One
// training (or one saved model) and one measurement serve all hidden checks.
package capstone

import (
	"time"

	"nncourse/grading"
	"nncourse/lib/proportion"
)

// leaderboard orders a class by robust accuracy, then by where models look, then by clean accuracy; of equals the smaller model is before.
// The figures of the rows to compare with are measured by TestStanding, on more pictures than a submission's.
var leaderboard = grading.Leaderboard{
	By:      []string{"robust", "localisation", "clean", "-parameters"},
	Columns: []string{"robust", "clean", "localisation", "parameters", "train-seconds", "saved"},
	Without: "masked",
	Why:     "masked gradients: attacks without gradients were stronger than those with them",
	Standing: []grading.Standing{
		standing("Reference: kernels of the letters, trained on attacked pictures", 232, 300, 993, 1000, 0.93, 198),
		standing("Baseline: 24 hidden units, trained on clean pictures", 0, 300, 930, 1000, 0.27, 3630),
	},
}

func standing(name string, robust, attacked, clean, images int, localisation, parameters float64) grading.Standing {
	return grading.Standing{Name: name, Figures: []grading.Figure{
		share("robust", "Robust accuracy", robust, attacked), share("clean", "Clean accuracy", clean, images),
		one("localisation", "Localisation", "share", localisation), one("parameters", "Parameters", "count", parameters),
	}}
}

// share is k of n with Wilson's interval.
func share(id, name string, k, n int) grading.Figure {
	lo, hi := proportion.Wilson(k, n)
	return grading.Figure{ID: id, Name: name, Value: float64(k) / float64(n), Lo: lo, Hi: hi, Unit: "share"}
}

// one is a figure without an interval.
func one(id, name, unit string, v float64) grading.Figure {
	return grading.Figure{ID: id, Name: name, Value: v, Lo: v, Hi: v, Unit: unit}
}

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
	Leaderboard: &leaderboard,
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
