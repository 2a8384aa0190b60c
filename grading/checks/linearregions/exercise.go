// Package linearregions holds the checks of the exercise linear-regions.
//
// Random networks have no corner nearer to a line than 10⁻⁶ of the scale, unless it lies on it exactly, so that no tolerance
// from 10⁻¹² to 10⁻⁶ changes a count.
package linearregions

import (
	"time"

	"nncourse/grading"
)

// Exercise is linear-regions.
var Exercise = grading.Exercise{
	Slug:        "linear-regions",
	Title:       "Counting linear regions",
	Package:     "linearregions",
	Files:       []string{"linearregions.go"},
	Imports:     []string{"cmp", "errors", "fmt", "math", "math/big", "slices", "sort"},
	CallTimeout: 10 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "first-cases", Title: "MostRegions and Pattern on the cases of the statement", Points: 8, Public: true, Run: firstGiven},
		{ID: "split-cases", Title: "Split on the square of the statement", Points: 8, Public: true, Run: splitGiven},
		{ID: "count-cases", Title: "Count on the three lines and the fold of the statement", Points: 10, Public: true, Run: countGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "most", Title: "MostRegions for few and many hyperplanes in 0 to 60 dimensions", Points: 8, Run: mostRandom},
		{ID: "pattern", Title: "Pattern of deep networks, at z = 0 too", Points: 10, Run: patternRandom},
		{ID: "split", Title: "Split of random polygons by lines through the inside", Points: 10, Run: splitRandom},
		{ID: "split-edges", Title: "Split by lines through corners, along sides, outside, and by no line", Points: 10, Run: splitEdges},
		{ID: "count-one", Title: "Count with one layer: general position, parallel, coincident, through one point, thin regions", Points: 12, Run: countOne},
		{ID: "count-deep", Title: "Count with two and three layers, dead units among them", Points: 14, Run: countDeep},
		{ID: "refuses", Title: "What does not fit, is out of range or not finite is refused; arguments stay as they were", Points: 10, Run: refuses},
		// ### END HIDDEN TESTS
	},
}
