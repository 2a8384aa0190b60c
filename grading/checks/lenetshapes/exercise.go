// Package lenetshapes holds the checks of the exercise lenet-shapes.
//
// All answers are whole numbers and are compared exactly; a wrong one is compared with what the known mistakes give.
package lenetshapes

import (
	"time"

	"nncourse/grading"
)

// Exercise is lenet-shapes.
var Exercise = grading.Exercise{
	Slug:        "lenet-shapes",
	Title:       "Shapes of LeNet",
	Package:     "lenetshapes",
	Files:       []string{"lenetshapes.go"},
	Imports:     []string{"errors", "fmt", "math", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "size-cases", Title: "OutputSize on the cases of the statement", Points: 6, Public: true, Run: sizeGiven},
		{ID: "shapes-case", Title: "Shapes of the exam's net", Points: 5, Public: true, Run: shapesGiven},
		{ID: "parameters-case", Title: "Parameters of the exam's net", Points: 5, Public: true, Run: parametersGiven},
		{ID: "multiplications-case", Title: "Multiplications of the exam's net", Points: 5, Public: true, Run: multiplicationsGiven},
		{ID: "receptive-case", Title: "ReceptiveField of the exam's net", Points: 4, Public: true, Run: receptiveGiven},
		{ID: "flat-case", Title: "FlatIndex on the case of the statement", Points: 4, Public: true, Run: flatGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "size", Title: "OutputSize of random windows, and of all small ones", Points: 13, Run: sizeRandom},
		{ID: "size-refuses", Title: "OutputSize refuses windows that do not fit, and numbers out of range", Points: 8, Run: sizeRefuses},
		{ID: "shapes", Title: "Shapes of random networks, not square, padded, dilated, without layers, of a vector", Points: 12, Run: shapesRandom},
		{ID: "parameters", Title: "Parameters of random networks", Points: 10, Run: parametersRandom},
		{ID: "multiplications", Title: "Multiplications of random networks", Points: 10, Run: multiplicationsRandom},
		{ID: "receptive", Title: "ReceptiveField of random stacks", Points: 7, Run: receptiveRandom},
		{ID: "flat", Title: "FlatIndex: every pixel of a picture once, and none outside", Points: 5, Run: flatRandom},
		{ID: "refuses", Title: "Networks that do not fit are refused", Points: 4, Run: refusesAll},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 2, Run: untouched},
		// ### END HIDDEN TESTS
	},
}
