// The maximal violating pair, on the Gram matrix.

package svmdual

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Objective returns D(α) = Σα − ½‖Σαyx‖².
func Objective(alpha []float64, x [][]float64, y []float64) (float64, error) {
	if err := check(x, y, alpha); err != nil {
		return 0, err
	}
	w := weights(alpha, x, y)
	return floats.Sum(alpha) - floats.Dot(w, w)/2, nil
}

// Recover returns w and b.
func Recover(alpha []float64, x [][]float64, y []float64, c float64) (w []float64, b float64, err error) {
	if err := check(x, y, alpha); err != nil {
		return nil, 0, err
	}
	if !(c > 0) {
		return nil, 0, fmt.Errorf("C is %v", c)
	}
	w = weights(alpha, x, y)
	delta := 1e-8 * floats.Max(alpha)
	sum, free := 0.0, 0.0
	for i, a := range alpha {
		if a > delta && a < c-delta {
			sum += y[i] - floats.Dot(w, x[i])
			free++
		}
	}
	if free == 0 {
		return nil, 0, fmt.Errorf("no free support vector")
	}
	return w, sum / free, nil
}

// Violation returns m − M.
func Violation(alpha []float64, x [][]float64, y []float64, c float64) (float64, error) {
	if err := check(x, y, alpha); err != nil {
		return 0, err
	}
	if !(c > 0) {
		return 0, fmt.Errorf("C is %v", c)
	}
	for i, a := range alpha {
		if a < 0 || a > c {
			return 0, fmt.Errorf("α[%d] = %v is outside [0, %v]", i, a, c)
		}
	}
	w := weights(alpha, x, y)
	m, low := math.Inf(-1), math.Inf(1)
	for t := range x {
		e := y[t] - floats.Dot(w, x[t])
		if canRise(alpha[t], y[t], c) {
			m = max(m, e)
		}
		if canFall(alpha[t], y[t], c) {
			low = min(low, e)
		}
	}
	if math.IsInf(m, 0) || math.IsInf(low, 0) {
		return 0, fmt.Errorf("nothing can rise, or nothing can fall")
	}
	return m - low, nil
}

// Solve is SMO as Keerthi et al. (2001) have it: the pair of m and M, the Gram matrix computed at the start.
func Solve(x [][]float64, y []float64, c float64) ([]float64, error) {
	alpha := make([]float64, len(x))
	if err := check(x, y, alpha); err != nil {
		return nil, err
	}
	if math.IsNaN(c) || c <= 0 || math.Abs(floats.Sum(y)) == float64(len(y)) {
		return nil, fmt.Errorf("C = %v, or a class is missing", c)
	}
	n := len(x)
	points := mat.NewDense(n, len(x[0]), nil)
	for i, p := range x {
		points.SetRow(i, p)
	}
	var k mat.SymDense
	k.SymOuterK(1, points)
	e := slices.Clone(y)
	for range 20_000_000 {
		i, j := -1, -1
		for t := range e {
			if canRise(alpha[t], y[t], c) && (i < 0 || e[t] > e[i]) {
				i = t
			}
			if canFall(alpha[t], y[t], c) && (j < 0 || e[t] < e[j]) {
				j = t
			}
		}
		if e[i]-e[j] < 5e-8 {
			return alpha, nil
		}
		t := math.Inf(1)
		if a := k.At(i, i) + k.At(j, j) - 2*k.At(i, j); a > 0 {
			t = (e[i] - e[j]) / a
		}
		low, high := 0.0, c // where αᵢ and αⱼ may end
		ends := [2]float64{-1, -1}
		for s, q := range [2]int{i, j} {
			sign := y[q] * float64(1-2*s)
			room, end := high-alpha[q], high
			if sign < 0 {
				room, end = alpha[q], low
			}
			if room <= t {
				if room < t {
					ends = [2]float64{-1, -1}
				}
				t, ends[s] = room, end
			}
		}
		for s, q := range [2]int{i, j} {
			alpha[q] += y[q] * float64(1-2*s) * t
			if ends[s] >= 0 {
				alpha[q] = ends[s]
			}
		}
		for s := range e {
			e[s] += t * (k.At(j, s) - k.At(i, s))
		}
	}
	return nil, fmt.Errorf("no convergence")
}

func canRise(alpha, y, c float64) bool { return y > 0 && alpha < c || y < 0 && alpha > 0 }
func canFall(alpha, y, c float64) bool { return y > 0 && alpha > 0 || y < 0 && alpha < c }

// weights returns w = Σαᵢyᵢxᵢ.
func weights(alpha []float64, x [][]float64, y []float64) []float64 {
	w := make([]float64, len(x[0]))
	for i := range x {
		floats.AddScaled(w, alpha[i]*y[i], x[i])
	}
	return w
}

// check looks at the points, the labels and α.
func check(x [][]float64, y, alpha []float64) error {
	if len(x) == 0 || len(x[0]) == 0 {
		return fmt.Errorf("no points, or no coordinates")
	}
	if len(y) != len(x) {
		return fmt.Errorf("%d labels for %d points", len(y), len(x))
	}
	if len(alpha) != len(x) {
		return fmt.Errorf("%d αs for %d points", len(alpha), len(x))
	}
	for i, p := range x {
		if len(p) != len(x[0]) {
			return fmt.Errorf("point %d has %d coordinates, the first %d", i, len(p), len(x[0]))
		}
		for _, v := range append([]float64{alpha[i]}, p...) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("point %d or its α holds %v", i, v)
			}
		}
		if y[i] != 1 && y[i] != -1 {
			return fmt.Errorf("label %d is %v", i, y[i])
		}
	}
	return nil
}
