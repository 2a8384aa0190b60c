// Package cam holds the checks of the exercise cam.
//
// The property comes first: the mean of CAM's map plus the bias is the logit. Values come second. Where a result is
// wrong, it is compared with what each known mistake gives for the same input.
package cam

import (
	"time"

	"nncourse/grading"
)

// Exercise is cam.
var Exercise = grading.Exercise{
	Slug:        "cam",
	Title:       "Class activation maps",
	Package:     "cam",
	Files:       []string{"cam.go"},
	Imports:     []string{"cmp", "errors", "fmt", "math", "slices", "sort", "gonum.org/v1/gonum/mat", "gonum.org/v1/gonum/floats"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "cam-case", Title: "CAM on the case of the statement", Points: 8, Public: true, Run: camGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "cam-logit", Title: "CAM: mean of the map + bias = logit, for random nets and every class", Points: 14, Run: camLogit},
		{ID: "cam-properties", Title: "CAM is linear in the weights, blind to the order of channels, and moves with the features", Points: 9, Run: camProperties},
		{ID: "cam-edges", Title: "CAM: one channel, one place, one class, one row, K = C, negative weights, zeros, numbers near 10⁻⁶⁰ and 10⁶⁰", Points: 8, Run: camEdges},
		// ### END HIDDEN TESTS
		{ID: "gradcam-case", Title: "GradCAM on the case of the statement", Points: 4, Public: true, Run: gradGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "gradcam", Title: "GradCAM on random features and gradients", Points: 11, Run: gradRandom},
		{ID: "gradcam-edges", Title: "GradCAM: max(0, CAM)/(HW) for a net with global pooling; one place, one channel, nothing positive, zeros", Points: 6, Run: gradEdges},
		// ### END HIDDEN TESTS
		{ID: "upsample-case", Title: "Upsample on the case of the statement", Points: 3, Public: true, Run: upsampleGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "upsample", Title: "Upsample between centres, larger and smaller, H ≠ W", Points: 10, Run: upsampleRandom},
		{ID: "upsample-edges", Title: "Upsample: one place, one row, one pixel, the same size, constant and mirrored maps", Points: 5, Run: upsampleEdges},
		{ID: "normalise", Title: "Normalise to [0, 1]: random, all negative, all positive, constant", Points: 5, Run: normaliseAll},
		// ### END HIDDEN TESTS
		{ID: "box-case", Title: "Box on the case of the statement", Points: 2, Public: true, Run: boxGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "box", Title: "Box: threshold of the maximum, two parts, the edges of the image, nothing positive", Points: 6, Run: boxAll},
		{ID: "untouched", Title: "Arguments are left as they were, and results are new slices", Points: 3, Run: untouched},
		{ID: "refuses", Title: "What is empty, ragged, not finite, does not fit or does not exist is an error", Points: 6, Run: refusesAll},
		// ### END HIDDEN TESTS
	},
}
