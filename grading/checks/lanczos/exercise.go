// Package lanczos holds the checks of the exercise lanczos.
//
// A Lanczos run is judged by what defines it: orthonormal rows, the first along the start, the three-term relation,
// positive β, where it ends, and how many products it took. No list of expected numbers is needed for that. Other
// functions are compared with a reference, and with what the known mistakes give.
package lanczos

import (
	"time"

	"nncourse/grading"
)

// Exercise is lanczos.
var Exercise = grading.Exercise{
	Slug:        "lanczos",
	Title:       "Lanczos",
	Package:     "lanczos",
	Files:       []string{"lanczos.go"},
	Imports:     []string{"errors", "fmt", "math", "slices", "sort", "gonum.org/v1/gonum/mat", "gonum.org/v1/gonum/floats"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "lanczos-case", Title: "Lanczos on the case of the statement", Points: 8, Public: true, Run: lanczosGiven},
		{ID: "quadrature-case", Title: "Quadrature on the case of the statement", Points: 6, Public: true, Run: quadratureGiven},
		{ID: "trace-case", Title: "Trace on the case of the statement", Points: 5, Public: true, Run: traceGiven},
		{ID: "trace-of-case", Title: "TraceOf on the case of the statement", Points: 7, Public: true, Run: traceOfGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "lanczos", Title: "Lanczos on random matrices, whole and in part, of any scale, from starts of any length", Points: 14, Run: lanczosRandom},
		{ID: "lanczos-orthogonal", Title: "Q stays orthonormal beside outliers and after small β", Points: 12, Run: lanczosOrthogonal},
		{ID: "lanczos-breakdown", Title: "Lanczos stops where A leaves a space alone, and only there", Points: 10, Run: lanczosBreakdown},
		{ID: "lanczos-refuses", Title: "Lanczos refuses zero starts, k < 1, bad products and NaN", Points: 5, Run: lanczosRefuses},
		{ID: "quadrature", Title: "Quadrature: random, one node, decoupled, tiny and huge", Points: 10, Run: quadratureRandom},
		{ID: "quadrature-refuses", Title: "Quadrature refuses bad lengths and NaN", Points: 3, Run: quadratureRefuses},
		{ID: "trace", Title: "Trace with probes of any kind, one product each", Points: 6, Run: traceRandom},
		{ID: "trace-of", Title: "TraceOf with several functions, k and probes, log det among them", Points: 9, Run: traceOfRandom},
		{ID: "traces-refuse", Title: "Trace and TraceOf refuse what has no result", Points: 3, Run: tracesRefuse},
		{ID: "untouched", Title: "Arguments are left as they were", Points: 2, Run: untouched},
		// ### END HIDDEN TESTS
	},
}
