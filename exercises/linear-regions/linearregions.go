// Package linearregions is the exercise "Counting linear regions": its statement is README.md.
package linearregions

import "errors"

var errTodo = errors.New("exercise linear-regions: not written yet")

// MostRegions returns the number of regions into which n hyperplanes in general position divide d-dimensional space, C(n,0) + … + C(n,d),
// for 0 ≤ n ≤ 60 and d ≥ 0.
func MostRegions(n, d int) (int, error) {
	return 0, errTodo
}

// Pattern returns 1 for each hidden unit with z > 0 at x, else 0, layer after layer: w[l] is [out][in], b[l] is [out].
func Pattern(w [][][]float64, b [][]float64, x []float64) ([]int, error) {
	return nil, errTodo
}

// Split cuts a convex polygon, counter-clockwise corners [x, y], by the line ax + by + c = 0, given as [a, b, c], into its part where
// ax + by + c ≥ 0 and its part where it is ≤ 0. A part without area is empty.
func Split(polygon [][]float64, line []float64) (plus, minus [][]float64, err error) {
	return nil, nil, errTodo
}

// Count returns the number of activation regions of the hidden layers w, b (two inputs) in the box [xmin, xmax, ymin, ymax].
func Count(w [][][]float64, b [][]float64, box []float64) (int, error) {
	return 0, errTodo
}
