// Package entropysgd holds the checks of the exercise entropy-sgd.
//
// The noise is handed in, so every result is a definite number; a wrong one is compared with what the known mistakes give.
package entropysgd

import (
	"time"

	"nncourse/grading"
)

// Exercise is entropy-sgd.
var Exercise = grading.Exercise{
	Slug:        "entropy-sgd",
	Title:       "Entropy-SGD",
	Package:     "entropysgd",
	Files:       []string{"entropysgd.go"},
	Imports:     []string{"errors", "fmt", "math", "slices", "sort", "gonum.org/v1/gonum/mat", "gonum.org/v1/gonum/floats"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "scope-case", Title: "Scope on the case of the statement", Points: 4, Public: true, Run: scopeGiven},
		{ID: "entropy-case", Title: "LocalEntropy on the case of the statement", Points: 6, Public: true, Run: entropyGiven},
		{ID: "inner-case", Title: "InnerLoop on the case of the statement", Points: 7, Public: true, Run: innerGiven},
		{ID: "outer-case", Title: "EntropySGD on the case of the statement", Points: 7, Public: true, Run: outerGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "scope", Title: "Scope for random settings, none, many updates", Points: 6, Run: scopeRandom},
		{ID: "scope-refuses", Title: "Scope refuses settings out of range", Points: 4, Run: scopeRefuses},
		{ID: "entropy", Title: "LocalEntropy on even and uneven places, of huge and tiny losses", Points: 16, Run: entropyRandom},
		{ID: "entropy-refuses", Title: "LocalEntropy refuses bad places, scopes and NaN", Points: 5, Run: entropyRefuses},
		{ID: "inner", Title: "InnerLoop with and without noise, one step, many, strong and weak scopes", Points: 16, Run: innerRandom},
		{ID: "inner-refuses", Title: "InnerLoop refuses bad settings, shapes and NaN", Points: 5, Run: innerRefuses},
		{ID: "outer", Title: "EntropySGD point by point, and without updates", Points: 16, Run: outerRandom},
		{ID: "outer-refuses", Title: "EntropySGD refuses bad settings, shapes and NaN", Points: 5, Run: outerRefuses},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 3, Run: untouched},
		// ### END HIDDEN TESTS
	},
}
