// Package orbitkernel holds the checks of the exercise orbit-kernel.
//
// Groups and lists that are none, numbers near and far apart. A wrong result is compared with what the known mistakes give.
package orbitkernel

import (
	"time"

	"nncourse/grading"
)

// Exercise is orbit-kernel.
var Exercise = grading.Exercise{
	Slug:        "orbit-kernel",
	Title:       "Orbit kernel",
	Package:     "orbitkernel",
	Files:       []string{"orbitkernel.go"},
	Imports:     []string{"errors", "fmt", "math", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "kernel-case", Title: "Kernel on the case of the statement", Points: 6, Public: true, Run: kernelGiven},
		{ID: "gram-case", Title: "Gram on the case of the statement", Points: 5, Public: true, Run: gramGiven},
		{ID: "normalise-case", Title: "Normalise on the case of the statement", Points: 5, Public: true, Run: normaliseGiven},
		{ID: "features-case", Title: "Features on the case of the statement", Points: 5, Public: true, Run: featuresGiven},
		{ID: "defect-case", Title: "Defect on the cases of the statement", Points: 5, Public: true, Run: defectGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "kernel", Title: "Kernel over groups and lists that are none, near and far points", Points: 18, Run: kernelRandom},
		{ID: "gram", Title: "Gram of random points, of one, of equal ones and of an orbit", Points: 10, Run: gramRandom},
		{ID: "normalise", Title: "Normalise Gram matrices, huge and tiny, and others", Points: 10, Run: normaliseRandom},
		{ID: "features", Title: "Features over groups and lists, of one template and of many", Points: 14, Run: featuresRandom},
		{ID: "defect", Title: "Defect: zero for groups, and not for other lists", Points: 12, Run: defectRandom},
		{ID: "refuses", Title: "Bad maps, shapes, gamma, NaN and infinity are refused", Points: 7, Run: refusals},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 3, Run: untouched},
		// ### END HIDDEN TESTS
	},
}
