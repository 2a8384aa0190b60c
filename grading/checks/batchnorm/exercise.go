// Package batchnorm holds the checks of the exercise batch-norm.
//
// Properties come first: shapes, averages that stay at test time, derivatives that sum to nothing. Values come second; a wrong
// one is compared with what the known mistakes give.
package batchnorm

import (
	"time"

	"nncourse/grading"
)

// Exercise is batch-norm.
var Exercise = grading.Exercise{
	Slug:        "batch-norm",
	Title:       "Batch normalisation",
	Package:     "batchnorm",
	Files:       []string{"batchnorm.go"},
	Imports:     []string{"errors", "fmt", "math", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "training-case", Title: "Forward in training, the case of the statement", Points: 6, Public: true, Run: trainingGiven},
		{ID: "test-case", Title: "Forward at test time, the case of the statement", Points: 5, Public: true, Run: testGiven},
		{ID: "backward-case", Title: "Backward on the case of the statement", Points: 6, Public: true, Run: backwardGiven},
		{ID: "channels-case", Title: "ChannelStatistics on the case of the statement", Points: 4, Public: true, Run: channelsGiven},
		{ID: "affine-case", Title: "Affine on the case of the statement", Points: 4, Public: true, Run: affineGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "training", Title: "Forward in training: random batches, one row, equal rows, a mean far from zero", Points: 17, Run: trainingRandom},
		{ID: "test", Title: "Forward at test time: no batch statistics, no change of the averages", Points: 12, Run: testRandom},
		{ID: "backward", Title: "Backward through mean and variance", Points: 18, Run: backwardRandom},
		{ID: "channels", Title: "ChannelStatistics over pictures that differ", Points: 10, Run: channelsRandom},
		{ID: "affine", Title: "Affine is the layer at test time", Points: 8, Run: affineRandom},
		{ID: "refuses", Title: "Bad settings, shapes, NaN and infinity are refused", Points: 7, Run: refusals},
		{ID: "untouched", Title: "Arguments are left as they were and not handed back", Points: 3, Run: untouched},
		// ### END HIDDEN TESTS
	},
}
