// Package residualblock holds the checks of the exercise residual-block.
//
// Each function is run on random blocks and on hand-made ones (no shortcut, padding, projection, dead units, sums of exactly zero,
// tiny and huge numbers). A wrong result is compared with what the known mistakes give.
package residualblock

import (
	"time"

	"nncourse/grading"
)

// Exercise is residual-block.
var Exercise = grading.Exercise{
	Slug:        "residual-block",
	Title:       "Residual block",
	Package:     "residualblock",
	Files:       []string{"residualblock.go"},
	Imports:     []string{"errors", "fmt", "math", "slices", "gonum.org/v1/gonum/mat", "gonum.org/v1/gonum/floats"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "forward-case", Title: "Forward on the case of the statement", Points: 5, Public: true, Run: forwardGiven},
		{ID: "backward-case", Title: "Backward on the case of the statement", Points: 6, Public: true, Run: backwardGiven},
		{ID: "norms-case", Title: "GradientNorms on the cases of the statement", Points: 5, Public: true, Run: normsGiven},
		{ID: "vgg-case", Title: "VGGParameters on the case of the statement", Points: 4, Public: true, Run: vggGiven},
		{ID: "resnet-case", Title: "ResNetParameters on the cases of the statement", Points: 4, Public: true, Run: resnetGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "forward", Title: "Forward with identity, padding, projection, and none", Points: 14, Run: forwardRandom},
		{ID: "backward", Title: "Backward by the input and by every weight", Points: 22, Run: backwardRandom},
		{ID: "norms", Title: "GradientNorms through up to 40 blocks, vanishing and growing", Points: 12, Run: normsRandom},
		{ID: "vgg", Title: "VGGParameters of VGG11 to VGG19 and of small ones", Points: 8, Run: vggRandom},
		{ID: "resnet", Title: "ResNetParameters of ResNet18, 34, 20, 110 and of small ones", Points: 8, Run: resnetRandom},
		{ID: "refuses-blocks", Title: "Wrong shapes, NaN and infinity in blocks are refused", Points: 6, Run: refusesBlocks},
		{ID: "refuses-counts", Title: "Layouts that are none are refused", Points: 4, Run: refusesCounts},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 2, Run: untouched},
		// ### END HIDDEN TESTS
	},
}
