// Package adversarialtraining holds the checks of the exercise adversarial-training.
//
// The net is the grader's: a submission sees its gradients through a callback, whose calls are counted. Properties come first: the
// ball, the range, the number of calls. Values come second; wrong ones are compared with what the known mistakes give.
package adversarialtraining

import (
	"time"

	"nncourse/grading"
)

// Exercise is adversarial-training.
var Exercise = grading.Exercise{
	Slug:        "adversarial-training",
	Title:       "Adversarial training",
	Package:     "adversarialtraining",
	Files:       []string{"adversarialtraining.go"},
	Imports:     []string{"errors", "fmt", "math", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "loss-case", Title: "RobustLoss on the case of the statement", Points: 7, Public: true, Run: lossGiven},
		{ID: "perturb-case", Title: "Perturb on the case of the statement", Points: 7, Public: true, Run: perturbGiven},
		{ID: "step-case", Title: "Step on the case of the statement", Points: 7, Public: true, Run: stepGiven},
		{ID: "accuracy-case", Title: "RobustAccuracy on the case of the statement", Points: 7, Public: true, Run: accuracyGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "loss", Title: "RobustLoss on random classifiers", Points: 14, Run: lossRandom},
		{ID: "huge", Title: "RobustLoss with large margins", Points: 6, Run: lossHuge},
		{ID: "perturb", Title: "Perturb on random nets", Points: 16, Run: perturbRandom},
		{ID: "step", Title: "Step on random nets", Points: 16, Run: stepRandom},
		{ID: "accuracy", Title: "RobustAccuracy on random classifiers", Points: 8, Run: accuracyRandom},
		{ID: "refuses", Title: "Inputs without a result are refused", Points: 12, Run: refuses},
		// ### END HIDDEN TESTS
	},
}
