// Mistake: minus-d: the function to minimise, −D

package svmdual

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// Objective returns D(α) = Σα − ½‖Σαyx‖².
func Objective(alpha []float64, x [][]float64, y []float64) (float64, error) {
	if err := check(x, y, alpha); err != nil {
		return 0, err
	}
	w := weights(alpha, x, y)
	return floats.Dot(w, w)/2 - floats.Sum(alpha), nil
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

// Solve is SMO with second-order working sets.
func Solve(x [][]float64, y []float64, c float64) ([]float64, error) {
	n := len(x)
	alpha := make([]float64, n)
	if err := check(x, y, alpha); err != nil {
		return nil, err
	}
	if !(c > 0) {
		return nil, fmt.Errorf("C is %v", c)
	}
	if s := floats.Sum(y); s == float64(n) || s == -float64(n) {
		return nil, fmt.Errorf("both classes are needed")
	}
	e := make([]float64, n)
	refresh := func() {
		w := weights(alpha, x, y)
		for t := range x {
			e[t] = y[t] - floats.Dot(w, x[t])
		}
	}
	refresh()
	difference := make([]float64, len(x[0])) // xᵢ − xⱼ
	for step := 1; step < 3_000_000; step++ {
		if step%1000 == 0 {
			refresh()
		}
		i, m, low := -1, math.Inf(-1), math.Inf(1)
		for t := range x {
			if canRise(alpha[t], y[t], c) && e[t] > m {
				i, m = t, e[t]
			}
			if canFall(alpha[t], y[t], c) {
				low = min(low, e[t])
			}
		}
		if m-low <= 1e-7 {
			return alpha, nil
		}
		j, best, curvature := -1, 0.0, 0.0
		for t := range x {
			if !canFall(alpha[t], y[t], c) || e[t] >= m {
				continue
			}
			floats.SubTo(difference, x[i], x[t])
			a := max(floats.Dot(difference, difference), 1e-300)
			if gain := (m - e[t]) / a * (m - e[t]); gain > best {
				j, best, curvature = t, gain, a
			}
		}
		// how far the box lets αᵢyᵢ rise and αⱼyⱼ fall
		roomI, endI := c-alpha[i], c
		if y[i] < 0 {
			roomI, endI = alpha[i], 0
		}
		roomJ, endJ := alpha[j], 0.0
		if y[j] < 0 {
			roomJ, endJ = c-alpha[j], c
		}
		t := min((m-e[j])/curvature, roomI, roomJ)
		alpha[i] += y[i] * t
		alpha[j] -= y[j] * t
		if t == roomI {
			alpha[i] = endI
		}
		if t == roomJ {
			alpha[j] = endJ
		}
		floats.SubTo(difference, x[i], x[j])
		for s := range x {
			// eₛ ← eₛ − t(xᵢ − xⱼ)ᵀxₛ
			e[s] -= t * floats.Dot(difference, x[s])
		}
	}
	return nil, fmt.Errorf("no convergence: are the points separable?")
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
