// Package deepfool holds the checks of the exercise deepfool.
//
// The classifiers belong to the grader: a submission sees them through callbacks, which are counted and whose points are
// kept. On affine classifiers the result is a formula. On others, what counts is that the answer changes under the
// grader's own classifier and that ‖r‖ is at most 1.02 times the best known. A wrong result, or an error where a
// result exists, is compared with what each known mistake does on the same problem: where it asks for gradients,
// and what it returns.
package deepfool

import (
	"time"

	"nncourse/grading"
)

// Exercise is deepfool.
var Exercise = grading.Exercise{
	Slug:        "deepfool",
	Title:       "DeepFool",
	Package:     "deepfool",
	Files:       []string{"deepfool.go"},
	Imports:     []string{"errors", "fmt", "math", "slices", "sort", "strings"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "binary-cases", Title: "Binary on the two cases of the statement", Points: 8, Public: true, Run: binaryGiven},
		{ID: "multiclass-cases", Title: "Multiclass and MulticlassInf on the four classes of the statement", Points: 8, Public: true, Run: multiclassGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "binary-affine", Title: "Binary on affine f, from both sides, is the closed form in one step", Points: 10, Run: binaryAffine},
		{ID: "binary-curved", Title: "Binary on quadrics and networks flips the sign with a short r", Points: 12, Run: binaryCurved},
		{ID: "binary-edges", Title: "Binary: zero gradient, start on the boundary, step onto it, cap, NaN, arguments", Points: 10, Run: binaryEdges},
		{ID: "multiclass-affine", Title: "Multiclass on affine logits is the closed form in one step", Points: 14, Run: func(t *grading.T) { affineRandom(t, "Multiclass") }},
		{ID: "multiclass-nets", Title: "Multiclass on networks changes the answer with a short r", Points: 12, Run: func(t *grading.T) { netsRandom(t, "Multiclass") }},
		{ID: "multiclass-edges", Title: "Multiclass: already another answer, ties, zero gradients, cap, NaN, arguments", Points: 10, Run: multiclassEdges},
		{ID: "inf-affine", Title: "MulticlassInf on affine logits is the closed form in one step", Points: 8, Run: func(t *grading.T) { affineRandom(t, "MulticlassInf") }},
		{ID: "inf-nets", Title: "MulticlassInf on networks changes the answer with a short r", Points: 8, Run: func(t *grading.T) { netsRandom(t, "MulticlassInf") }},
		// ### END HIDDEN TESTS
	},
}
