// Package graphconvolution holds the checks of the exercise graph-convolution.
//
// The reference computes with the dense matrix Â, the submission with edges. Wrong numbers are compared with what the known mistakes give.
package graphconvolution

import (
	"time"

	"nncourse/grading"
)

// Exercise is graph-convolution.
var Exercise = grading.Exercise{
	Slug:        "graph-convolution",
	Title:       "Graph convolution",
	Package:     "graphconvolution",
	Files:       []string{"graphconvolution.go"},
	Imports:     []string{"errors", "fmt", "math", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "propagate-case", Title: "Propagate on the cases of the statement", Points: 8, Public: true, Run: propagateGiven},
		{ID: "layer-case", Title: "Layer on the case of the statement", Points: 8, Public: true, Run: layerGiven},
		{ID: "gradient-case", Title: "Gradient on the case of the statement", Points: 9, Public: true, Run: gradientGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "propagate", Title: "Propagate on random graphs, with and without loops", Points: 17, Run: propagateRandom},
		{ID: "layer", Title: "Layer on random graphs, with and without ReLU", Points: 16, Run: layerRandom},
		{ID: "gradient", Title: "Gradient on random graphs, with and without ReLU", Points: 20, Run: gradientRandom},
		{ID: "properties", Title: "Renumbered nodes give renumbered rows; order and direction of edges do not matter", Points: 7, Run: properties},
		{ID: "edges", Title: "Isolated nodes, one node, no edges, a large sparse graph; arguments stay", Points: 7, Run: edgeCases},
		{ID: "refuses", Title: "Bad graphs and bad tables are refused", Points: 8, Run: refuses},
		// ### END HIDDEN TESTS
	},
}
